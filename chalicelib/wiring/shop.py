"""Reference data that every request needs, read at most once in 30 s per process.

A change made through this process is seen by it at once; another process sees it within 30 s. What must not be
missed (a tag that was just made, a person who was just invited) is looked up afresh before it is called unknown.
"""

import contextlib
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Generic, TypeVar

from chalicelib.domain import ids
from chalicelib.domain.call import Actor, Call
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.shop.definitions import fields_of
from chalicelib.domain.shop.model import Shop, StaffMember, Tag
from chalicelib.domain.shop.office import Office
from chalicelib.domain.shop.tags import default_tags
from chalicelib.domain.work import Change
from chalicelib.repos import shop as repository
from chalicelib.repos.shop import ShopWriter
from chalicelib.repos.transaction import Retry, Transaction
from chalicelib.wiring.store import table

SECONDS = 30.0
SHOP = Actor(id="sys_shop", name="Shop")
Value = TypeVar("Value")


class Cached(Generic[Value]):
    """The last reading of something, for a while."""

    def __init__(self, read: Callable[[], Value], clock: Callable[[], float] = time.monotonic) -> None:
        self._read, self._clock = read, clock
        self._last: tuple[float, Value] | None = None
        self._forgotten = 0

    def get(self) -> Value:
        """The value, read again when it is older than 30 s."""
        last = self._last
        if last is None or self._clock() - last[0] > SECONDS:
            return self.fresh()
        return last[1]

    def fresh(self) -> Value:
        """The value, read now."""
        began, forgotten = self._clock(), self._forgotten
        value = self._read()
        # Another thread may have changed the data, or read it later, while this reading was under way.
        if forgotten == self._forgotten and (self._last is None or self._last[0] <= began):
            self._last = (began, value)
        return value

    def forget(self) -> None:
        """Let the next reading be a fresh one."""
        self._forgotten += 1
        self._last = None


def _read_shop() -> Shop:
    found = repository.read_shop(table())
    return found if found.has_defaults else _with_defaults(found)


def _with_defaults(found: Shop) -> Shop:
    """A new shop gets its ready-made tags once, by its first reading, whoever reads first."""
    now = datetime.now(UTC)
    work = Transaction(table(), Call(SHOP, now, ids.new_id("req", now)))
    writer = ShopWriter(work)
    writer.mark_defaults()
    for tag in () if found.tags else default_tags(now):
        writer.put_tag(tag)
        work.audit(Change("tag.create", tag.id, after=fields_of(tag)))
    with contextlib.suppress(Retry):  # another process was first: its tags count
        work.commit()
    return repository.read_shop(table())


shop: Cached[Shop] = Cached(_read_shop)
staff: Cached[dict[str, StaffMember]] = Cached(lambda: repository.read_staff(table()))


def knowing(*customers: Customer, made: Iterable[Tag] = ()) -> Shop:
    """The shop, with the tags that these have: another process may have made one a moment ago, this request others."""
    known = shop.get().with_tags(made)
    wanted = {tag_id for customer in customers if customer.status == "active" for tag_id in customer.tags}
    return known if wanted <= known.tags.keys() else shop.fresh().with_tags(made)


def forget() -> None:
    """After a change of reference data in this process."""
    shop.forget()
    staff.forget()


def office(work: Transaction) -> Office:
    """Where one command of the shop's administration works; what it writes is seen here at once."""
    work.afterwards(shop.forget)
    return Office(work.call, shop.fresh(), ShopWriter(work), work)
