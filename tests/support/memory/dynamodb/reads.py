"""Gets and scans, and the parts that all reads share."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from tests.support.memory.dynamodb.conditions import Condition, Names, condition
from tests.support.memory.dynamodb.table import Table
from tests.support.memory.dynamodb.tokens import Tokens
from tests.support.memory.errors import invalid

Answer = dict[str, Any]
MOST_PAGE_BYTES = 1024 * 1024


class Projection(NamedTuple):
    """The attributes that an answer holds."""

    attributes: tuple[str, ...]
    names: frozenset[str]
    values: frozenset[str] = frozenset()

    def of(self, item: Mapping[str, Any]) -> Answer:
        """Those of them that the item has."""
        return {name: item[name] for name in self.attributes if name in item}


@lru_cache(maxsize=1024)
def projection(expression: str, names: Names) -> Projection:
    """The projection of this text.

    Raises:
        Refusal: it is none.
    """
    tokens, found = Tokens("ProjectionExpression", expression, dict(names)), []
    while True:
        path = tokens.path()
        if len(path) > 1:
            raise NotImplementedError(f"a projection of {'.'.join(path)}")
        found.append(path[0])
        if not tokens.take_if(","):
            break
    tokens.end()
    if len(set(found)) != len(found):
        raise tokens.wrong("Two document paths overlap with each other; must remove or rewrite one of these paths;")
    return Projection(tuple(found), frozenset(tokens.used_names))


def names_of(arguments: Mapping[str, Any]) -> Names:
    """The names of a request, in a form that can be remembered."""
    names = arguments.get("ExpressionAttributeNames")
    return tuple(names.items()) if names else ()


def all_used(arguments: Mapping[str, Any], *expressions: Any) -> None:
    """Every name and value that is given is used, and every value that is used is given.

    Raises:
        Refusal: not so.
    """
    values, names = arguments.get("ExpressionAttributeValues") or {}, arguments.get("ExpressionAttributeNames") or {}
    if values == {} and "ExpressionAttributeValues" in arguments:
        raise invalid("ExpressionAttributeValues must not be empty")
    used = frozenset().union(*(each.values for each in expressions)) if expressions else frozenset()
    if used - values.keys():
        raise invalid(
            f"An expression attribute value used in expression is not defined: {sorted(used - values.keys())}"
        )
    if len(values) != len(used):
        raise invalid(
            f"Value provided in ExpressionAttributeValues unused in expressions: {sorted(values.keys() - used)}"
        )
    if names:
        used = frozenset().union(*(each.names for each in expressions)) if expressions else frozenset()
        if len(names) != len(used):
            raise invalid(
                f"Value provided in ExpressionAttributeNames unused in expressions: {sorted(names.keys() - used)}"
            )


def get(table: Table, arguments: Mapping[str, Any]) -> Answer:
    """GetItem."""
    shown = shown_of(arguments)
    all_used(arguments, *([shown] if shown else ()))
    item = table.get(table.place(arguments["Key"]))
    if item is None:
        return {}
    return {"Item": shown.of(item) if shown else dict(item)}


def shown_of(arguments: Mapping[str, Any]) -> Projection | None:
    """The projection that a request asks for."""
    expression = arguments.get("ProjectionExpression")
    return projection(expression, names_of(arguments)) if expression is not None else None


def filter_of(arguments: Mapping[str, Any], names: Names) -> Condition | None:
    """The filter that a request asks for."""
    expression = arguments.get("FilterExpression")
    return condition("FilterExpression", expression, names) if expression is not None else None


def page(
    items: Iterable[Any],
    arguments: Mapping[str, Any],
    key: Sequence[str],
    shown: Projection | None,
    passing: Condition | None,
) -> Answer:
    """One page: as many as `Limit` says are looked at, and no more than a megabyte of them."""
    found, examined, size, last, previous = [], 0, 0, None, None
    limit, values = arguments.get("Limit"), arguments.get("ExpressionAttributeValues", {})
    if limit is not None and limit < 1:
        raise invalid("1 validation error detected: Value at 'limit' failed to satisfy constraint: at least 1")
    for item in items:
        size += item.size
        if size > MOST_PAGE_BYTES and examined:
            last = _key(previous, key)
            break
        examined, previous = examined + 1, item
        if passing is None or passing.holds(item, values):
            found.append(shown.of(item) if shown else dict(item))
        if examined == limit:
            last = _key(item, key)
            break
    answer: Answer = {"Items": found, "Count": len(found), "ScannedCount": examined}
    return answer if last is None else {**answer, "LastEvaluatedKey": last}


def _key(item: Any, names: Sequence[str]) -> dict[str, Any]:
    return {name: item[name] for name in names}


def scan(table: Table, arguments: Mapping[str, Any]) -> Answer:
    """Scan, in the order in which partitions were made."""
    names = names_of(arguments)
    shown, passing = shown_of(arguments), filter_of(arguments, names)
    all_used(arguments, *(each for each in (shown, passing) if each))
    start = arguments.get("ExclusiveStartKey")
    items = iter(table.all())
    if start is not None:
        place = table.place(start)
        for found, _ in items:
            if found == place:
                break
    return page((item for _, item in items), arguments, table.names, shown, passing)


def batch_get(tables: Mapping[str, Table], arguments: Mapping[str, Any]) -> Answer:
    """BatchGetItem; nothing is ever left unprocessed."""
    found: dict[str, list[Any]] = {}
    wanted = arguments["RequestItems"]
    if sum(len(each["Keys"]) for each in wanted.values()) > 100:
        raise invalid("Too many items requested for the BatchGetItem call")
    for name, request in wanted.items():
        table, shown = tables[name], shown_of(request)
        places = [table.place(key) for key in request["Keys"]]
        if len(set(places)) != len(places):
            raise invalid("Provided list of item keys contains duplicates")
        items = [item for item in map(table.get, places) if item is not None]
        found[name] = [shown.of(item) if shown else dict(item) for item in items]
    return {"Responses": found, "UnprocessedKeys": {}}
