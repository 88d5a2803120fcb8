"""DynamoDB's items: kept as text, indexed as they are written, and every change noted for the journal.

MiniStack changes items in two functions only; both are replaced. The changes of one request are collected here and
taken by the ledger as one record, so a transaction is whole or absent after a crash.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

from ministack.services import dynamodb

from local.partition import IndexPartition, Items, Partition, decode, encode, plain

Change = list[Any]  # [table identity, partition key, sort key, text or None, stream event or None]
Table = dict[str, Any]

changes: list[Change] = []
_lock = threading.Lock()
_MEMBERS = dynamodb._INDEX_MEMBERS
_DERIVED = ("items", _MEMBERS, "ItemCount", "TableSizeBytes")


def take() -> list[Change]:
    """The changes since the last call, in the order they were made."""
    if not changes:
        return []
    with _lock:
        taken = changes[:]
        del changes[: len(taken)]
        return taken


def identity(table: Table) -> str:
    """Tells a table from one of the same name that was deleted before it."""
    return f"{table['TableArn']}#{table['TableId']}"


def order_of(table: Table) -> Any:
    """How the table's sort keys are compared."""
    kind = dynamodb._get_attr_type(table, table["sk_name"]) if table["sk_name"] else "S"
    return plain if kind == "S" else lambda key: dynamodb._sort_key_value({kind: key}, kind)


def items_of(table: Table) -> Items:
    """The table's items in our form; MiniStack's own dictionaries are taken over where they still stand."""
    items = table["items"]
    if isinstance(items, Items):
        return items
    taken = Items(order_of(table))
    for pk, partition in items.items():
        for sk, item in partition.items():
            taken.partition(pk).put(sk, encode(item))
    table["items"] = taken
    return taken


def meta(table: Table) -> Table:
    """What a table is besides its items and what is counted from them."""
    return {name: value for name, value in table.items() if name not in _DERIVED}


def recount(table: Table) -> None:
    """Sets the counts that MiniStack keeps beside the items."""
    table["ItemCount"] = sum(map(len, items_of(table).values()))
    table["TableSizeBytes"] = table["ItemCount"] * 200


def _indexes(table: Table) -> list[tuple[str, list[str], list[str], list[tuple[str, str]]]]:
    return [
        (name, hashes, ranges, dynamodb._index_order_keys(table, ranges))
        for name, hashes, ranges in dynamodb._index_key_schemas(table)
    ]


def index_members(table: Table) -> dict[str, dict[Any, IndexPartition]]:
    """Every index's partitions. Built from the items that name the index's key; kept current afterwards."""
    members: dict[str, dict[Any, IndexPartition]] | None = table.get(_MEMBERS)
    if members is None:
        members = table[_MEMBERS] = {}
        for name, hashes, ranges, order in _indexes(table):
            partitions = members.setdefault(name, {})
            for pk, sk, raw in _naming(items_of(table), hashes[0] if hashes else ""):
                _enter(partitions, (pk, sk), decode(raw), hashes, ranges, order)
    return members


def _naming(items: Items, attribute: str) -> Iterator[tuple[str, str, bytes]]:
    """The items whose text names an attribute: a sparse index is built without decoding the others."""
    sought = encode({attribute: {}})[1:-3]
    for pk, partition in items.items():
        for sk, raw in partition.raws():
            if sought in raw:
                yield pk, sk, raw


def _enter(
    partitions: dict[Any, IndexPartition], member: tuple[str, str], item: Any, hashes: Any, ranges: Any, order: Any
) -> None:
    value = dynamodb._index_partition(item, hashes, ranges)
    if value is not None:
        place = tuple(dynamodb._index_order_value(item, name, kind) for name, kind in order)
        partitions.setdefault(value, IndexPartition()).add(member, place)


def _reindex(table: Table, member: tuple[str, str], before: bytes | None, item: Any) -> None:
    members = table.get(_MEMBERS)
    if members is None:
        return
    old = decode(before) if before is not None and members else None
    for name, hashes, ranges, order in _indexes(table):
        partitions = members.setdefault(name, {})
        if old is not None:
            value = dynamodb._index_partition(old, hashes, ranges)
            if value is not None and value in partitions:
                partitions[value].drop(member)
                if not partitions[value]:
                    del partitions[value]
        if item is not None:
            _enter(partitions, member, item, hashes, ranges, order)


def set_item(table: Table, pk: str, sk: str, item: Any) -> None:
    """Stores an item and notes the change."""
    raw = encode(item)
    before = items_of(table).partition(pk).put(sk, raw)
    if before is None:
        _count(table, 1)
    _reindex(table, (pk, sk), before, item)
    with _lock:
        changes.append([identity(table), pk, sk, raw, None])


def remove_item(table: Table, pk: str, sk: str) -> Any:
    """Deletes an item and notes the change; returns what was there."""
    items = items_of(table)
    partition: Partition | None = items.get(pk)
    before = partition.raw(sk) if partition is not None else None
    if partition is None or before is None:
        return None
    item = partition.pop(sk)
    if not partition:
        del items[pk]
    _count(table, -1)
    _reindex(table, (pk, sk), before, None)
    with _lock:
        changes.append([identity(table), pk, sk, None, None])
    return item


def _count(table: Table, difference: int) -> None:
    table["ItemCount"] = table.get("ItemCount", 0) + difference
    table["TableSizeBytes"] = table["ItemCount"] * 200


def _items_replaced(table: Table) -> None:
    table.pop(_MEMBERS, None)
    recount(table)


def install() -> None:
    """Puts these functions in the place of MiniStack's."""
    dynamodb._set_item, dynamodb._remove_item = set_item, remove_item
    dynamodb._index_members, dynamodb._items_replaced = index_members, _items_replaced
    dynamodb._update_counts = recount
