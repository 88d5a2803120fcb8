"""Faults at AWS calls, at random: the calls of whatever runs while it storms."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.support.faults import FAULTS, Fault
from tests.support.intercepting import intercepted

SHARE = 0.04  # of the calls


class Weather:
    """Strikes at calls while it is bad and near, at a process of ours; counts what it did."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._again: Fault | None = None
        self._left = 0
        self.bad = self.near = False
        self.struck: Counter[str] = Counter()
        self.calls = 0

    @property
    def strikes(self) -> int:
        """How often it struck so far."""
        return sum(self.struck.values())

    @contextmanager
    def over(self) -> Iterator[None]:
        """Let every AWS call of this process pass through it."""

        def call(real: Callable[..., Any], client: Any, operation: str, arguments: dict[str, Any]) -> Any:
            self.calls += 1
            fault = self._drawn(operation) if self.bad and self.near else None
            if fault is None:
                return real(client, operation, arguments)
            self.struck[fault.name] += 1
            if fault.after:
                real(client, operation, arguments)
            raise fault.strike(operation, arguments)

        with intercepted(call):
            yield

    def _drawn(self, operation: str) -> Fault | None:
        if self._left and self._again and self._again.applies(operation):
            self._left -= 1
            return self._again
        if self._chance.random() >= SHARE:
            return None
        fault = self._chance.choice([each for each in FAULTS if each.applies(operation)])
        self._again, self._left = fault, fault.times - 1
        return fault
