"""What the API's own document says of a route: the fields of its body, its parameters and its answers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from chalicelib.handlers.openapi import document

Schema = Mapping[str, Any]
Pointer = tuple[str | int, ...]
ANY_NAME = "any name"  # stands in a pointer for a member whose name the client chooses


@dataclass(frozen=True)
class Field:
    """A place of a body, what may stand there (one shape or several), and whether null may."""

    pointer: Pointer
    shapes: tuple[Schema, ...]
    nullable: bool
    required: bool = True

    @property
    def name(self) -> str:
        """Its JSON pointer."""
        return written(self.pointer)


def written(pointer: Pointer) -> str:
    """A JSON pointer as RFC 6901 writes it."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in pointer)


def resolved(schema: Schema) -> Schema:
    """The schema itself, where it is only named."""
    while "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        schema = {**document()["components"]["schemas"][name], **beside}
    return schema


def shapes_of(schema: Schema) -> tuple[Schema, ...]:
    """Every shape that a value may have; one of them is {"type": "null"} when null is allowed."""
    schema = resolved(schema)
    choices = schema.get("anyOf", schema.get("oneOf"))
    if choices is None:
        return (schema,)
    around = {key: value for key, value in schema.items() if key in ("examples", "default") and value is not None}
    return tuple({**around, **shape} for choice in choices for shape in shapes_of(choice))


def operation(route: str) -> Schema:
    """What the document says of a route such as `POST /v1/tags`."""
    method, _, path = route.partition(" ")
    found: Schema = document()["paths"][path][method.lower()]
    return found


def body_schema(route: str) -> Schema | None:
    """The schema of the body, or None when the route takes none."""
    body = operation(route).get("requestBody")
    if body is None:
        return None
    media = body["content"]
    return resolved(next(iter(media.values()))["schema"])


@cache
def fields(route: str) -> tuple[Field, ...]:
    """Every place of the route's body, those within lists and maps included; the whole body is not one of them."""
    schema = body_schema(route)
    return () if schema is None else tuple(_members(schema, ()))


def _members(schema: Schema, pointer: Pointer) -> Iterator[Field]:
    required = schema.get("required", ())
    for name, member in schema.get("properties", {}).items():
        yield from _field(member, (*pointer, name), required=name in required)
    more = schema.get("additionalProperties")
    if isinstance(more, Mapping):
        yield from _field(more, (*pointer, ANY_NAME))
    if "items" in schema:
        yield from _field(schema["items"], (*pointer, 0))


def _field(schema: Schema, pointer: Pointer, *, required: bool = True) -> Iterator[Field]:
    shapes = shapes_of(schema)
    there = tuple(shape for shape in shapes if shape.get("type") != "null")
    yield Field(pointer, there, len(there) < len(shapes), required)
    for shape in there:
        yield from _members(shape, pointer)


@dataclass(frozen=True)
class Parameter:
    """A parameter of a path, a query or a header."""

    name: str
    place: str
    schema: Schema
    required: bool


def parameters(route: str, place: str) -> tuple[Parameter, ...]:
    """The parameters that stand in `path`, `query` or `header`."""
    return tuple(
        Parameter(each["name"], place, resolved(each["schema"]), each["required"])
        for each in operation(route)["parameters"]
        if each["in"] == place
    )
