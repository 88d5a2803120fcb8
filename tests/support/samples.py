"""A value of any shape that the document describes, as small as can be."""

from collections.abc import Mapping
from typing import Any

from tests.support.described import Schema, resolved, shapes_of

BY_FORMAT = {
    "date": "2026-11-27",
    "birthday": "1990-03-15",
    "date-time": "2026-11-27T10:00:00Z",
    "country": "IN",
    "time-zone": "Asia/Kolkata",
    "currency": "INR",
    "phone": "+919810000077",
    "email": "someone@shop.example",
}
# Texts that must name a record: the kind of its id, by the name of the field.
BY_NAME = {
    "assignee": "usr",
    "customer_id": "cus",
    "ids": "cus",
    "home_location": "loc",
    "default_location": "loc",
    "location": "loc",
    "locations": "loc",
    "mapping_id": "map",
    "import_id": "imp",
}
PAST = {"at": "2026-11-20T10:00:00Z"}  # when something was, not when it shall be
NAMES = {"mapping": "given_name"}  # what a map must name that takes no other names
Records = Mapping[str, Any]


def sample(schema: Schema, name: str, records: Records) -> Any:
    """A value of this shape, as small as can be."""
    shape = shapes_of(resolved(schema))[0]
    if "enum" in shape or "const" in shape:
        return shape.get("const", shape.get("enum", [None])[0])
    if shape.get("type") == "string" and name in BY_NAME and records.get(BY_NAME[name]):
        return records[BY_NAME[name]][0]
    if name in PAST:
        return PAST[name]
    if shape.get("format") in BY_FORMAT:
        return BY_FORMAT[shape["format"]]
    if shape.get("examples"):
        return shape["examples"][0]
    return _plain(shape, name, records)


def _plain(shape: Schema, name: str, records: Records) -> Any:
    kind = shape.get("type")
    if kind == "object":
        return _object(shape, name, records)
    if kind == "array":
        return [sample(shape["items"], name, records)]
    if kind in ("integer", "number"):
        return shape.get("minimum", 0)
    return False if kind == "boolean" else "a"


def _object(shape: Schema, name: str, records: Records) -> dict[str, Any]:
    members = shape.get("properties", {})
    found = {each: sample(members[each], each, records) for each in shape.get("required", ())}
    more = shape.get("additionalProperties")
    if isinstance(more, Mapping) and not found:
        return {NAMES.get(name, "a"): sample(more, "a", records)}
    if not found and members:  # none is required, yet one at least is needed more often than not
        first = next(iter(members))
        return {first: sample(members[first], first, records)}
    return found
