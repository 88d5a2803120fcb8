"""The fields of a body or a query, read from its JSON schema: what the OpenAPI document says of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel

Steps = tuple[str, ...]
EACH, ANY = "[]", "{}"


@dataclass(frozen=True)
class Field:
    """A value within a body: the steps to it, `[]` for the members of a list and `{}` for a name of one's own."""

    steps: Steps
    schema: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Its own name."""
        return next(step for step in reversed(self.steps) if step not in (EACH, ANY))

    @property
    def pointer(self) -> str:
        """Such as /addresses/[]/city."""
        return "".join(f"/{step}" for step in self.steps)

    @property
    def is_text(self) -> bool:
        """Whether any text fits its type."""
        return self.schema.get("type") == "string" and "enum" not in self.schema and "const" not in self.schema

    def put(self, body: Any, value: Any) -> Any:
        """The body with this value; what lies between is made when it is not there."""
        return _put(body, self.steps, value)


def _put(body: Any, steps: Steps, value: Any) -> Any:
    if not steps:
        return value
    step, rest = steps[0], steps[1:]
    if step == EACH:
        members = body if isinstance(body, list) else []
        return [_put(members[0] if members else None, rest, value), *members[1:]]
    there = body if isinstance(body, dict) else {}
    name = "own" if step == ANY else step
    return {**there, name: _put(there.get(name), rest, value)}


@cache
def fields_of(model: type[BaseModel]) -> tuple[Field, ...]:
    """Every field of the model that is no object and no list itself."""
    schema = model.model_json_schema()
    found = {field.pointer + str(field.schema.get("type")): field for field in _within(schema, schema, ())}
    return tuple(field for field in found.values() if field.schema.get("type") != "null")


@cache
def objects_of(model: type[BaseModel]) -> tuple[Steps, ...]:
    """The steps to every object in the model that takes known names only."""
    schema = model.model_json_schema()
    return tuple(dict.fromkeys(_objects(schema, schema, ())))


def _within(schema: Any, whole: Any, steps: Steps) -> Iterator[Field]:
    for each in _alternatives(schema, whole):
        inner = list(_inner(each))
        for step, below in inner:
            yield from _within(below, whole, (*steps, step))
        if not inner and each.get("type") != "object":
            yield Field(steps, each)


def _objects(schema: Any, whole: Any, steps: Steps) -> Iterator[Steps]:
    for each in _alternatives(schema, whole):
        if each.get("properties") is not None:
            yield steps
        for step, below in _inner(each):
            yield from _objects(below, whole, (*steps, step))


def _inner(schema: Any) -> Iterator[tuple[str, Any]]:
    yield from schema.get("properties", {}).items()
    if schema.get("additionalProperties"):
        own = schema["additionalProperties"]
        yield ANY, own if isinstance(own, dict) else {}
    if "items" in schema:
        yield EACH, schema["items"]


def _alternatives(schema: Any, whole: Any) -> Iterator[Any]:
    if "$ref" in schema:
        yield from _alternatives(whole["$defs"][schema["$ref"].rpartition("/")[2]], whole)
        return
    choices = [each for name in ("anyOf", "oneOf", "allOf") for each in schema.get(name, ())]
    if not choices:
        yield schema
    for each in choices:
        yield from _alternatives(each, whole)
