"""All rules of a whole table, in one pass over its records."""

from __future__ import annotations

from collections.abc import Iterator

from tools.table_check.aggregate import Aggregate
from tools.table_check.claims import Claims
from tools.table_check.counts import Counts
from tools.table_check.derived import Derived
from tools.table_check.finding import Finding
from tools.table_check.items import Items
from tools.table_check.messages import Messages
from tools.table_check.names import Names
from tools.table_check.once import Once
from tools.table_check.rows import Rows
from tools.table_check.rule import Rule
from tools.table_check.said import Said
from tools.table_check.shop_records import ShopRecords
from tools.table_check.told import Told

RULES: tuple[type[Rule], ...] = (Said, Names, ShopRecords, Derived, Claims, Counts, Once, Rows, Messages, Told)


def check(items: Items, now: float) -> Iterator[Finding]:
    """Everything that does not hold across the items of a table; nothing when it is whole. `now` in epoch seconds."""
    rules = [rule(items, now) for rule in RULES]
    for pk, partition in items.aggregates():
        record = Aggregate(pk, partition)
        for rule in rules:
            yield from rule.look(record)
    for rule in rules:
        yield from rule.end()
