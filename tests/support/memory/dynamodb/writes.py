"""Puts, updates, deletes and condition checks: judged first, then written together."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from tests.support.memory.dynamodb.conditions import condition
from tests.support.memory.dynamodb.reads import all_used, names_of
from tests.support.memory.dynamodb.table import Place, Table
from tests.support.memory.dynamodb.updates import update
from tests.support.memory.dynamodb.values import Item
from tests.support.memory.errors import Refusal, Unfitting, invalid

Body = Mapping[str, Any]
_NOTHING: Mapping[str, Any] = {}


class Judged(NamedTuple):
    """What an operation would do, and whether its condition lets it."""

    table: Table
    place: Place
    before: Item | None
    after: Item | None
    allowed: bool


def place_of(kind: str, table: Table, body: Body) -> Place:
    """Where an operation writes.

    Raises:
        Refusal: it has no key of this table.
    """
    return table.place(body["Item"], exact=False) if kind == "Put" else table.place(body["Key"])


def judged(kind: str, table: Table, body: Body) -> Judged:
    """Look at one operation: Put, Update, Delete or ConditionCheck.

    Raises:
        Refusal: it is not valid, or does not fit the item.
    """
    place, names = place_of(kind, table, body), names_of(body)
    text = body.get("ConditionExpression")
    guard = condition("ConditionExpression", text, names) if text is not None else None
    change = update(body["UpdateExpression"], names) if kind == "Update" else None
    if guard or change or "ExpressionAttributeValues" in body or names:
        all_used(body, *(each for each in (guard, change) if each))
    before, values = table.get(place), body.get("ExpressionAttributeValues", _NOTHING)
    allowed = guard is None or guard.holds(before if before is not None else _NOTHING, values)
    after = before
    if kind == "Put":
        after = Item(body["Item"])
        _index_keys(table, after)
    elif kind == "Delete":
        after = None
    elif change is not None and allowed:
        if change.attributes & {*table.names}:
            raise invalid("One or more parameter values were invalid: Cannot update attribute: it is part of the key")
        after = _renewed(change.applied(before if before is not None else body["Key"], values))
        _index_keys(table, after)
    return Judged(table, place, before, after, allowed)


def _renewed(attributes: Body) -> Item:
    try:
        return Item(attributes)
    except Refusal as wrong:
        raise Unfitting(wrong.message) from wrong


def _index_keys(table: Table, item: Item) -> None:
    for index in table.indexes.values():
        for name in index.names:
            if name in item and not item[name].get("S"):
                raise Unfitting(f"One or more parameter values were invalid: {name} is no text that an index can hold")
