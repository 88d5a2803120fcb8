"""Each of the commands runs in a process of its own: what one remembers of the reference data, the other does not."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from chalicelib.wiring import shop, templates
from chalicelib.wiring.shop import Cached

Memory = Mapping[int, Any]
_here = threading.local()


def become(actor: int | None) -> None:
    """Let this thread be a process."""
    _here.actor = actor


def actor() -> int | None:
    """Which process this thread is; None is the one of the test."""
    return getattr(_here, "actor", None)


class _OfEach:
    """An attribute of `Cached` that every process has for itself."""

    def __init__(self, otherwise: Any) -> None:
        self.values: dict[tuple[int | None, int], Any] = {}
        self._otherwise = otherwise

    def __get__(self, cached: Any, _: Any = None) -> Any:
        return self.values.get((actor(), id(cached)), self._otherwise)

    def __set__(self, cached: Any, value: Any) -> None:
        self.values[actor(), id(cached)] = value


_last, _forgotten = _OfEach(None), _OfEach(0)


@contextmanager
def apart() -> Iterator[None]:
    """Let every process remember for itself."""
    fields = {"_last": _last, "_forgotten": _forgotten}
    for name, each in fields.items():
        setattr(Cached, name, each)
    try:
        yield
    finally:
        for name in fields:
            delattr(Cached, name)
        _last.values.clear()
        _forgotten.values.clear()


def remembered() -> Memory:
    """What a process remembers that has read everything just now."""
    return {id(each): each.fresh() for each in (shop.shop, shop.staff, templates.own)}


def begin(processes: int, memory: Memory | None) -> None:
    """Let each process remember this as read at this moment, or nothing (None)."""
    _last.values.clear()
    if memory:
        for each in (shop.shop, shop.staff, templates.own):
            for number in range(processes):
                _last.values[number, id(each)] = (each._clock(), memory[id(each)])
