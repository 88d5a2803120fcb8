"""A table in this process's memory: commands run on it, and what they wrote is stored in large transactions later."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from chalicelib.repos.keys import Key
from chalicelib.repos.table import Item, Page, Range, Table, decode

Attributes = dict[str, Any]
_CLAUSE = re.compile(r"\b(SET|ADD|REMOVE|DELETE)\b")
_SET = re.compile(r"\s*([#\w]+)\s*=\s*(:\w+)\s*")
_ADD = re.compile(r"\s*([#\w]+)\s+(:\w+)\s*")


class MemoryTable(Table):
    """Takes the writes of customers' commands as DynamoDB would, without checking conditions: nobody else writes."""

    def __init__(self, name: str) -> None:
        super().__init__(None, name)
        self._partitions: dict[str, dict[str, Attributes]] = defaultdict(dict)

    def get(self, key: Key) -> Item | None:
        """One item, None when there is none."""
        attributes = self._partitions.get(key.pk, {}).get(key.sk)
        return decode(attributes) if attributes else None

    def get_many(self, keys: Sequence[Key]) -> dict[Key, Item]:
        """Those of the keys that exist."""
        return {key: item for key in keys if (item := self.get(key)) is not None}

    def query(self, wanted: Range) -> Page:
        """All items of a range; pages and filters are not needed here."""
        low, high = wanted.between or (wanted.begins, wanted.begins + chr(0x10FFFF))
        partition = self._partitions.get(wanted.pk, {})
        found = sorted((sk for sk in partition if low <= sk <= high), reverse=wanted.newest_first)
        return Page([decode(partition[sk]) for sk in found], None)

    def write(self, operations: Iterable[Mapping[str, Any]]) -> None:
        """All operations. Raises ValueError for an expression that this table does not understand."""
        for operation in operations:
            for kind, body in operation.items():
                self._apply(kind, body)

    def take(self, kept: str) -> Iterator[Attributes]:
        """Everything written since the last time, except the partition `kept`, as the store wants it."""
        for pk in [pk for pk in self._partitions if pk != kept]:
            yield from self._partitions.pop(pk).values()

    def _apply(self, kind: str, body: Mapping[str, Any]) -> None:
        key = body.get("Item") or body["Key"]
        pk, sk = key["pk"]["S"], key["sk"]["S"]
        if kind == "Put":
            self._partitions[pk][sk] = dict(body["Item"])
        elif kind == "Update":
            item = self._partitions[pk].setdefault(sk, dict(body["Key"]))
            update(item, body["UpdateExpression"], body)
        elif kind == "Delete":
            self._partitions[pk].pop(sk, None)


def update(item: Attributes, expression: str, body: Mapping[str, Any]) -> None:
    """Applies plain SET and ADD clauses to an item. Raises ValueError for any other."""
    names, values = body.get("ExpressionAttributeNames", {}), body.get("ExpressionAttributeValues", {})
    _, *parts = _CLAUSE.split(expression)
    for verb, text in zip(parts[::2], parts[1::2], strict=True):
        for step in text.split(","):
            matched = {"SET": _SET, "ADD": _ADD}.get(verb, re.compile("(?!)")).fullmatch(step)
            if matched is None:
                raise ValueError(f"cannot apply {expression!r}")
            name = names.get(matched[1], matched[1])
            value = values[matched[2]]
            item[name] = value if verb == "SET" else _sum(item.get(name), value)


def _sum(before: Mapping[str, str] | None, step: Mapping[str, str]) -> dict[str, str]:
    return {"N": str(int(before["N"] if before else 0) + int(step["N"]))}
