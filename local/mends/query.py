"""A Query reads its range instead of sorting its whole partition.

MiniStack decodes, sorts and filters every item of a partition for each page. Here the key condition is read first, in
the shapes that clients send, and becomes a window of the sorted partition; everything else that MiniStack checks and
computes stays its own. A condition of another shape takes MiniStack's way over the whole partition.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ministack.services import dynamodb

from local.window import Bound, Window, after_prefix, asked, asking, below, end, start

_NAME = r"([#\w.-]+)"
_VALUE = r"(:\w+)"
_CLAUSE = re.compile(
    rf"\s*\(?\s*(?:begins_with\s*\(\s*{_NAME}\s*,\s*{_VALUE}\s*\)|{_NAME}\s+BETWEEN\s+{_VALUE}\s+AND\s+{_VALUE}"
    rf"|{_NAME}\s*(=|<=|>=|<|>)\s*{_VALUE})\s*\)?\s*",
    re.IGNORECASE,
)
_AND = re.compile(r"AND\b", re.IGNORECASE)


@dataclass(frozen=True)
class _Range:
    name: str
    operator: str
    values: tuple[str, ...]


def _clauses(text: str) -> Iterator[_Range] | None:
    """The conditions of an expression, or None when it has another shape."""
    found, at = [], 0
    while match := _CLAUSE.match(text, at):
        prefix_name, prefix, between_name, low, high, name, operator, value = match.groups()
        if prefix_name:
            found.append(_Range(prefix_name, "begins_with", (prefix,)))
        elif between_name:
            found.append(_Range(between_name, "between", (low, high)))
        else:
            found.append(_Range(name, operator, (value,)))
        at = match.end()
        if at == len(text):
            return iter(found)
        joint = _AND.match(text, at)
        if not joint:
            return None
        at = joint.end()
    return None


def _bounds(operator: str, values: list[Any]) -> tuple[Bound, Bound]:
    """Where a range begins and ends among sorted keys."""
    match operator:
        case "=":
            return below(values[0], True), below(values[0], False)
        case "<" | "<=":
            return start, below(values[0], operator == "<")
        case ">" | ">=":
            return below(values[0], operator == ">="), end
        case "between":
            return below(values[0], True), below(values[1], False)
        case "begins_with":
            return below(values[0], True), after_prefix(values[0])
        case _:
            return start, end


def _range_values(data: dict[str, Any], clause: _Range, kind: str) -> list[Any] | None:
    given = [(data.get("ExpressionAttributeValues") or {}).get(name) for name in clause.values]
    if any(not isinstance(value, dict) or kind not in value for value in given):
        return None
    if clause.operator == "begins_with" and kind != "S":
        return None
    return [dynamodb._sort_key_value(value, kind) for value in given]


def _narrowed(
    low: Bound, high: Bound, cursor: Any, forward: bool, of: Callable[[Any], Any] | None
) -> tuple[Bound, Bound]:
    """The bounds of what is left after a page that ended at `cursor`."""

    def following(keys: list[Any], order: Callable[[Any], Any]) -> int:
        return max(low(keys, order), below(cursor, False)(keys, of or order))

    def preceding(keys: list[Any], order: Callable[[Any], Any]) -> int:
        return min(high(keys, order), below(cursor, True)(keys, of or order))

    return (following, high) if forward else (low, preceding)


def _window(data: dict[str, Any]) -> Window | None:
    """The window a Query asks for, or None when MiniStack shall look at the whole partition."""
    table = dynamodb._tables.get(dynamodb._normalize_table_name(data.get("TableName")))
    index_name = data.get("IndexName")
    if not table or not isinstance(data.get("KeyConditionExpression"), str):
        return None
    clauses = _clauses(data["KeyConditionExpression"].strip())
    index = dynamodb._index_def(table, index_name) if index_name else None
    hashes, ranges = dynamodb._index_key_lists(index) if index else ([table["pk_name"]], [table["sk_name"]])
    if clauses is None or (index_name and not index) or len(hashes) != 1 or len(ranges) > 1:
        return None
    sort_name = ranges[0] if ranges else None
    return _window_of(data, list(clauses), table, hashes[0], sort_name, index is not None)


def _window_of(
    data: dict[str, Any],
    clauses: list[_Range],
    table: dict[str, Any],
    hash_name: str,
    sort_name: str | None,
    index: bool,
) -> Window | None:
    names = data.get("ExpressionAttributeNames") or {}
    named = {names.get(clause.name, clause.name): clause for clause in clauses}
    partition, sort = named.pop(hash_name, None), named.pop(sort_name or "", None)
    if partition is None or partition.operator != "=" or named or len(clauses) > 2:
        return None
    operator, values = "any", []
    if sort is not None:
        given = _range_values(data, sort, dynamodb._get_attr_type(table, sort_name))
        if given is None:
            return None
        operator, values = sort.operator, given
    return _paged(data, table, sort_name, *_bounds(operator, values), index)


def _paged(
    data: dict[str, Any], table: dict[str, Any], sort_name: str | None, low: Bound, high: Bound, index: bool
) -> Window | None:
    after, limit = data.get("ExclusiveStartKey"), data.get("Limit")
    forward = data.get("ScanIndexForward", True) is not False
    if after is not None:
        if not isinstance(after, dict) or (not index and sort_name not in after):
            return None
        order = dynamodb._index_order_keys(table, [sort_name] if sort_name else [])
        cursor = tuple(dynamodb._index_order_value(after, name, kind) for name, kind in order)
        if index:
            low, high = _narrowed(low, high, cursor, forward, lambda pair: pair[0])
        else:
            low, high = _narrowed(low, high, cursor[0], forward, None)
    return Window(
        low, high, forward, limit if isinstance(limit, int) and limit > 0 else None, dynamodb._item_size_bytes
    )


def install() -> None:
    """Puts the window in front of MiniStack's Query."""
    plain_query, plain_condition = dynamodb._query, dynamodb._evaluate_condition

    def query(data: dict[str, Any]) -> Any:
        with asking(_window(data)):
            return plain_query(data)

    def condition(expr: Any, item: Any, values: Any, names: Any, slot: str = "ConditionExpression") -> Any:
        if slot != "KeyConditionExpression" or not asked.served:
            return plain_condition(expr, item, values, names, slot)
        if not asked.checked:  # once, so that an expression MiniStack refuses is still refused
            asked.checked = True
            return plain_condition(expr, item, values, names, slot)
        return True  # the window holds nothing that the key condition leaves out

    dynamodb._query, dynamodb._evaluate_condition = query, condition
