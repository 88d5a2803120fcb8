"""A table: partitions of items in the order of their sort keys, and its sparse indexes."""

from bisect import bisect_left, insort
from collections.abc import Iterator, Mapping
from typing import Any

from tests.support.memory.dynamodb.values import Item
from tests.support.memory.errors import invalid

Place = tuple[str, str]
MOST_KEY_BYTES = (2048, 1024)


class Partition:
    """Items of one partition. It may be changed only by the age of the table that made it; others copy it first."""

    __slots__ = ("age", "items", "order")

    def __init__(self, age: int, items: dict[str, Item], order: list[str]) -> None:
        self.age, self.items, self.order = age, items, order


class Index:
    """A sparse index that holds keys only: its entries in order, in lists that are replaced and never changed."""

    def __init__(self, definition: Mapping[str, Any]) -> None:
        if definition["Projection"]["ProjectionType"] != "KEYS_ONLY":
            raise NotImplementedError(f"an index that projects {definition['Projection']}")
        self.names = key_names(definition)
        self.entries: dict[str, list[tuple[str, str, str]]] = {}

    def entry(self, item: Mapping[str, Any] | None) -> tuple[str, str] | None:
        """Where the item stands in it; None when it does not."""
        if item is None or self.names[0] not in item or self.names[1] not in item:
            return None
        return item[self.names[0]]["S"], item[self.names[1]]["S"]

    def move(self, place: Place, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> None:
        """Follow a write."""
        left, entered = self.entry(before), self.entry(after)
        if left == entered:
            return
        if left:
            self.entries[left[0]] = [each for each in self.entries[left[0]] if each != (left[1], *place)]
        if entered:
            renewed = list(self.entries.get(entered[0], ()))
            insort(renewed, (entered[1], *place))
            self.entries[entered[0]] = renewed


class Table:
    """One table. A snapshot of it is a copy of two small mappings: what they hold is copied when it is next written."""

    def __init__(self, definition: Mapping[str, Any]) -> None:
        self.definition = dict(definition)
        self.name: str = definition["TableName"]
        self.names = key_names(definition)
        self._partitions: dict[str, Partition] = {}
        self._age = 0
        self.indexes = {each["IndexName"]: Index(each) for each in definition.get("GlobalSecondaryIndexes", ())}

    def place(self, key: Mapping[str, Any], *, exact: bool = True) -> Place:
        """The two texts of a key; `exact` allows nothing beside them.

        Raises:
            Refusal: it is no key of this table.
        """
        try:
            place = key[self.names[0]]["S"], key[self.names[1]]["S"]
        except KeyError as missing:
            raise invalid("The provided key element does not match the schema") from missing
        if exact and len(key) != len(self.names):
            raise invalid("The provided key element does not match the schema")
        for text, most in zip(place, MOST_KEY_BYTES, strict=True):
            if not text:
                raise invalid("One or more parameter values are not valid: a key attribute cannot be an empty string")
            if len(text) > most // 4 and len(text.encode("utf-8", "surrogatepass")) > most:
                raise invalid("One or more parameter values were invalid: Size of a key has exceeded its limit")
        return place

    def get(self, place: Place) -> Item | None:
        """The item there."""
        partition = self._partitions.get(place[0])
        return partition.items.get(place[1]) if partition else None

    def partition(self, value: str) -> Partition | None:
        """All items of a partition, to be read only."""
        return self._partitions.get(value)

    def all(self) -> Iterator[tuple[Place, Item]]:
        """All items, partition after partition, in order within each."""
        for value, partition in self._partitions.items():
            for sort in partition.order:
                yield (value, sort), partition.items[sort]

    def set(self, place: Place, after: Item | None) -> None:
        """Put the item there, or take away what is there."""
        partition = self._own(place[0])
        before = partition.items.get(place[1])
        if after is not None:
            partition.items[place[1]] = after
            if before is None:
                insort(partition.order, place[1])
        elif before is not None:
            del partition.items[place[1]]
            del partition.order[bisect_left(partition.order, place[1])]
        for index in self.indexes.values():
            index.move(place, before, after)

    def _own(self, value: str) -> Partition:
        held = self._partitions.get(value)
        if held is None or held.age != self._age:
            items, order = (dict(held.items), list(held.order)) if held else ({}, [])
            held = self._partitions[value] = Partition(self._age, items, order)
        return held

    def snapshot(self) -> Any:
        """What `restore` takes."""
        self._age += 1
        return dict(self._partitions), {name: dict(index.entries) for name, index in self.indexes.items()}

    def restore(self, kept: Any) -> None:
        """Hold again what was held then."""
        self._age += 1
        self._partitions = dict(kept[0])
        for name, entries in kept[1].items():
            self.indexes[name].entries = dict(entries)


def key_names(definition: Mapping[str, Any]) -> tuple[str, str]:
    """The attributes of the partition and the sort key."""
    kinds = {each["KeyType"]: each["AttributeName"] for each in definition["KeySchema"]}
    return kinds["HASH"], kinds["RANGE"]
