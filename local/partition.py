"""DynamoDB items kept small and sorted.

An item stands in memory as its JSON text (a fifth of the dictionaries MiniStack keeps) and is decoded when it is read.
A partition is still the mapping from sort key to item that MiniStack's code expects; a query that named its range
beforehand (`asking`) gets that window in order from `values()` instead of the whole partition.
"""

from __future__ import annotations

import json
from bisect import bisect_left, insort
from collections.abc import Iterator
from typing import Any

from local.window import Item, Order, Window, asked

_MISSING = object()
_get, _set = dict.get, dict.__setitem__  # the plain ones, which Partition replaces; quicker than super()
_PAGE_BYTES = 1 << 20  # DynamoDB ends a page before the item that takes it past this


def encode(item: Item) -> bytes:
    """The text an item is kept as, in memory and in the journal."""
    return json.dumps(item, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")


def decode(raw: bytes) -> Item:
    """The item of a text made by `encode`, fresh for every reader."""
    item: Item = json.loads(raw.decode("utf-8", "surrogatepass"))
    return item


def plain(key: str) -> str:
    """The order of string keys: by code point, which is the order of their UTF-8 bytes."""
    return key


class Partition(dict[str, Any]):
    """The items of one partition key by sort key; values are JSON text underneath, dictionaries to the outside."""

    __slots__ = ("_keys", "_order")

    def __init__(self, order: Order = plain) -> None:
        super().__init__()
        self._order = order
        self._keys: list[str] | None = None  # sorted once a query asks, then kept so

    def put(self, key: str, raw: bytes) -> bytes | None:
        """Stores a text; returns the one before."""
        before: bytes | None = _get(self, key)
        _set(self, key, raw)
        if before is None and self._keys is not None:
            insort(self._keys, key, key=self._order)
        return before

    def order_by(self, order: Order) -> None:
        """Sets how keys are compared."""
        self._order, self._keys = order, None

    def raw(self, key: str) -> bytes | None:
        """The stored text."""
        return super().get(key)

    def raws(self) -> Iterator[tuple[str, bytes]]:
        """Sort keys and texts, in no particular order."""
        return iter(super().items())

    def __getitem__(self, key: str) -> Item:
        return decode(super().__getitem__(key))

    def __setitem__(self, key: str, item: Item) -> None:
        self.put(key, encode(item))

    def get(self, key: str, default: Any = None) -> Any:
        raw = super().get(key)
        return default if raw is None else decode(raw)

    def pop(self, key: str, default: Any = _MISSING) -> Any:
        raw = super().pop(key, None)
        if raw is None:
            if default is _MISSING:
                raise KeyError(key)
            return default
        if self._keys is not None:
            del self._keys[bisect_left(self._keys, self._order(key), key=self._order)]
        return decode(raw)

    def __delitem__(self, key: str) -> None:
        self.pop(key)

    def values(self) -> Any:
        """The items: those of the window a query asked for, else all of them."""
        if asked.window is None:
            return [decode(raw) for raw in super().values()]
        asked.served = True
        return self._window(asked.window)

    def items(self) -> Any:
        return [(key, decode(raw)) for key, raw in super().items()]

    def _window(self, window: Window) -> list[Item]:
        if self._keys is None:
            self._keys = sorted(self, key=self._order)
        found, size = [], 0
        for key in window.pick(self._keys, self._order):
            item = decode(super().__getitem__(key))
            found.append(item)
            size += window.size(item) if window.limit is None else 0
            if size > _PAGE_BYTES:
                break
        return found

    def __deepcopy__(self, memo: object) -> dict[str, Item]:
        return {key: decode(raw) for key, raw in super().items()}

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (dict(self.items()),)


class Items(dict[str, Partition]):
    """The partitions of one table; one that is missing is made with the table's order."""

    def __init__(self, order: Order = plain) -> None:
        super().__init__()
        self.order = order

    def partition(self, key: str) -> Partition:
        """The partition of a key, made when it is not there."""
        found = super().get(key)
        if found is None:
            found = self[key] = Partition(self.order)
        return found

    __missing__ = partition

    def replay(self, pk: str, sk: str, raw: bytes | None) -> bytes | None:
        """Applies a change (None: deletion) as it stands in the journal; returns the text before."""
        partition: Partition | None = _get(self, pk)
        if raw is not None:
            if partition is None:
                partition = self[pk] = Partition(self.order)
            return partition.put(sk, raw)
        before = partition.raw(sk) if partition is not None else None
        if partition is not None and before is not None:
            del partition[sk]
            if not partition:
                del self[pk]
        return before

    def reorder(self, order: Order) -> None:
        """Sets the order of the sort keys of a table that was loaded before its schema was known."""
        self.order = order
        for partition in self.values():
            partition.order_by(order)

    def setdefault(self, key: str, *_: object) -> Partition:
        """The partition of a key; the default that callers pass is a plain dictionary and is not used."""
        return self.partition(key)


class IndexPartition:
    """The members of one index partition: (base partition key, base sort key) in the index's order."""

    __slots__ = ("_places", "_sorted")

    def __init__(self) -> None:
        self._places: dict[tuple[str, str], tuple[Any, ...]] = {}
        self._sorted: list[tuple[tuple[Any, ...], tuple[str, str]]] | None = None

    def add(self, member: tuple[str, str], place: tuple[Any, ...]) -> None:
        """Adds a member at its place (index sort value, then the base keys); an old place is given up."""
        self.drop(member)
        self._places[member] = place
        if self._sorted is not None:
            insort(self._sorted, (place, member))

    def drop(self, member: tuple[str, str]) -> None:
        """Removes a member if it is there."""
        place = self._places.pop(member, None)
        if place is not None and self._sorted is not None:
            del self._sorted[bisect_left(self._sorted, (place, member))]

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        if asked.window is None:
            return iter(list(self._places))
        if self._sorted is None:
            self._sorted = sorted((place, member) for member, place in self._places.items())
        asked.served = True
        return (member for _, member in asked.window.pick(self._sorted, lambda pair: pair[0][0]))
