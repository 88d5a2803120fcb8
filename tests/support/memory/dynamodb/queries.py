"""Queries: of a partition of the table, or of one of an index."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from tests.support.memory.dynamodb.conditions import Names
from tests.support.memory.dynamodb.reads import Answer, all_used, filter_of, names_of, page, shown_of
from tests.support.memory.dynamodb.table import Index, Table
from tests.support.memory.dynamodb.tokens import Tokens
from tests.support.memory.errors import invalid

MOST_TEXT = "\U0010ffff" * 4
_ORDERS = ("=", "<", "<=", ">", ">=")


class KeyCondition(NamedTuple):
    """Which partition, and which span of sort keys: the names of the values that say so."""

    attributes: tuple[str, ...]
    partition: str
    kind: str
    bounds: tuple[str, ...]
    names: frozenset[str]
    values: frozenset[str]

    def span(self, order: Sequence[Any], values: Mapping[str, Any]) -> tuple[int, int]:
        """From where to where of the ordered keys."""
        texts = [values[name]["S"] for name in self.bounds]
        if self.kind == "":
            return 0, len(order)
        if self.kind == "BETWEEN":
            if texts[0] > texts[1]:
                why = "The BETWEEN operator requires upper bound to be greater than or equal to lower bound"
                raise invalid(f"Invalid KeyConditionExpression: {why}")
            return bisect_left(order, texts[0]), bisect_right(order, texts[1])
        text = texts[0]
        if self.kind == "BEGINS_WITH":
            return bisect_left(order, text), bisect_left(order, text + MOST_TEXT)
        low = {"=": bisect_left, ">": bisect_right, ">=": bisect_left}.get(self.kind)
        high = {"=": bisect_right, "<": bisect_left, "<=": bisect_right}.get(self.kind)
        return low(order, text) if low else 0, high(order, text) if high else len(order)

    def within(self, text: str, values: Mapping[str, Any]) -> bool:
        """Whether a sort key meets the condition."""
        low, high = self.span([text], values)
        return high > low


@lru_cache(maxsize=1024)
def key_condition(expression: str, names: Names) -> KeyCondition:
    """The key condition of this text; the partition comes first.

    Raises:
        Refusal: it is none.
    """
    tokens = Tokens("KeyConditionExpression", expression, dict(names))
    attributes, kind, bounds = [tokens.path()[0]], "", []
    tokens.need("=")
    partition = tokens.value()
    if tokens.take_if("AND"):
        if tokens.take_if("BEGINS_WITH"):
            tokens.need("(")
            attributes.append(tokens.path()[0])
            tokens.need(",")
            kind, bounds = "BEGINS_WITH", [tokens.value()]
            tokens.need(")")
        else:
            attributes.append(tokens.path()[0])
            kind, bounds = tokens.take().upper(), [tokens.value()]
            if kind == "BETWEEN":
                tokens.need("AND")
                bounds.append(tokens.value())
            elif kind not in _ORDERS:
                raise tokens.wrong(f"Syntax error; token: {kind!r}")
    tokens.end()
    used = frozenset(tokens.used_names), frozenset(tokens.used_values)
    return KeyCondition(tuple(attributes), partition, kind, tuple(bounds), *used)


def query(table: Table, arguments: Mapping[str, Any], lagging: Mapping[str, Any] | None) -> Answer:
    """Query, of the table or of an index; `lagging` is what the indexes held when they fell behind."""
    names = names_of(arguments)
    wanted, shown = key_condition(arguments["KeyConditionExpression"], names), shown_of(arguments)
    passing = filter_of(arguments, names)
    all_used(arguments, *(each for each in (wanted, shown, passing) if each))
    if "IndexName" in arguments:
        return _index_query(table, arguments, wanted, lagging)
    _fitting(wanted, table.names)
    value = arguments["ExpressionAttributeValues"][wanted.partition]["S"]
    if not value:
        raise invalid("One or more parameter values are not valid: a key attribute cannot be an empty string")
    partition = table.partition(value)
    order = partition.order if partition else []
    low, high = wanted.span(order, arguments["ExpressionAttributeValues"])
    backwards = not arguments.get("ScanIndexForward", True)
    start = arguments.get("ExclusiveStartKey")
    if start is not None:
        place = table.place(start)
        if place[0] != value or not wanted.within(place[1], arguments["ExpressionAttributeValues"]):
            raise invalid("The provided starting key is outside query boundaries based on provided conditions")
        low, high = _after(order, low, high, place[1], backwards=backwards)
    items = partition.items if partition else {}
    chosen = range(high - 1, low - 1, -1) if backwards else range(low, high)
    return page((items[order[at]] for at in chosen), arguments, table.names, shown, passing)


def _fitting(wanted: KeyCondition, names: tuple[str, str]) -> None:
    if wanted.attributes != names[: len(wanted.attributes)]:
        raise invalid("Query condition missed key schema element")


def _after(order: Sequence[Any], low: int, high: int, start: Any, *, backwards: bool) -> tuple[int, int]:
    if backwards:
        return low, min(high, bisect_left(order, start))
    return max(low, bisect_right(order, start)), high


class _Entry(dict[str, Any]):
    size = 100


def _index_query(
    table: Table, arguments: Mapping[str, Any], wanted: KeyCondition, lagging: Mapping[str, Any] | None
) -> Answer:
    index: Index | None = table.indexes.get(arguments["IndexName"])
    if index is None:
        raise invalid("The table does not have the specified index: " + arguments["IndexName"])
    if arguments.get("ConsistentRead"):
        raise invalid("Consistent reads are not supported on global secondary indexes")
    if {"FilterExpression", "ProjectionExpression"} & arguments.keys():
        raise NotImplementedError("a filter or projection of an index")
    _fitting(wanted, index.names)
    values = arguments["ExpressionAttributeValues"]
    entries = (index.entries if lagging is None else lagging[arguments["IndexName"]]).get(
        values[wanted.partition]["S"], []
    )
    low, high = wanted.span([entry[0] for entry in entries], values)
    backwards = not arguments.get("ScanIndexForward", True)
    start = arguments.get("ExclusiveStartKey")
    if start is not None:
        place = (start[index.names[1]]["S"], *table.place({name: start[name] for name in table.names}))
        if not wanted.within(place[0], values):
            raise invalid("The provided starting key is outside query boundaries based on provided conditions")
        low, high = _after(entries, low, high, place, backwards=backwards)
    chosen = range(high - 1, low - 1, -1) if backwards else range(low, high)
    attributes = (index.names[1], *table.names)
    items = (
        _Entry(
            {
                index.names[0]: values[wanted.partition],
                **{n: {"S": v} for n, v in zip(attributes, entries[at], strict=True)},
            }
        )
        for at in chosen
    )
    return page(items, arguments, (*index.names, *table.names), None, None)
