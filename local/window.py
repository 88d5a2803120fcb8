"""Windows: which part of a sorted partition a query reads."""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

Item = dict[str, Any]
Order = Callable[[Any], Any]
Bound = Callable[[list[Any], Order], int]


@dataclass(frozen=True)
class Window:
    """What a key condition leaves of one partition: its bounds as places in the sorted keys."""

    low: Bound
    high: Bound
    forward: bool
    limit: int | None
    size: Callable[[Item], int]  # bytes of an item as DynamoDB counts them

    def pick(self, keys: list[Any], order: Order) -> Iterator[Any]:
        """The keys of the window, in the order asked for, at most `limit`."""
        first, last = self.low(keys, order), self.high(keys, order)
        if self.limit is not None and self.limit < last - first:
            first, last = (first, first + self.limit) if self.forward else (last - self.limit, last)
        chosen = keys[first:last]
        return iter(chosen) if self.forward else reversed(chosen)


class _Asked(threading.local):
    window: Window | None = None
    served = checked = False


asked = _Asked()


@contextmanager
def asking(window: Window | None) -> Iterator[None]:
    """Gives the query inside the block its window of the partition it reads."""
    asked.window, asked.served, asked.checked = window, False, False
    try:
        yield
    finally:
        asked.window, asked.served = None, False


def start(*_: Any) -> int:
    """The place of the first key."""
    return 0


def end(keys: list[Any], *_: Any) -> int:
    """The place after the last key."""
    return len(keys)


def below(value: Any, inclusive: bool) -> Bound:
    """The place of the first key at or after `value`; after all its equals when not inclusive."""
    side = bisect_left if inclusive else bisect_right
    return lambda keys, order: side(keys, value, key=order)


def after_prefix(prefix: str) -> Bound:
    """The place after the last key that begins with `prefix`."""
    return lambda keys, order: bisect_right(keys, prefix, key=lambda key: order(key)[: len(prefix)])
