"""Reference data that every request needs, read at most once in 30 s per process.

A change made through this process is seen by it at once; another process sees it within 30 s. What must not be
missed (a tag that was just made, a person who was just invited) is looked up afresh before it is called unknown.
"""

import time
from collections.abc import Callable
from typing import Generic, TypeVar

from chalicelib.domain.shop.model import Shop, StaffMember
from chalicelib.repos import shop as repository
from chalicelib.wiring.store import table

SECONDS = 30.0
Value = TypeVar("Value")


class Cached(Generic[Value]):
    """The last reading of something, for a while."""

    def __init__(self, read: Callable[[], Value], clock: Callable[[], float] = time.monotonic) -> None:
        self._read, self._clock = read, clock
        self._last: tuple[float, Value] | None = None

    def get(self) -> Value:
        """The value, read again when it is older than 30 s."""
        last = self._last
        if last is None or self._clock() - last[0] > SECONDS:
            return self.fresh()
        return last[1]

    def fresh(self) -> Value:
        """The value, read now."""
        began = self._clock()
        value = self._read()
        self._last = (began, value)
        return value

    def forget(self) -> None:
        """Let the next reading be a fresh one."""
        self._last = None


shop: Cached[Shop] = Cached(lambda: repository.read_shop(table()))
staff: Cached[dict[str, StaffMember]] = Cached(lambda: repository.read_staff(table()))


def forget() -> None:
    """After a change of reference data in this process."""
    shop.forget()
    staff.forget()
