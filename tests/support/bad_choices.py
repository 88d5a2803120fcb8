"""Which bad values a field must refuse, and which it may take, read from its shape in the API's document."""

from collections.abc import Iterator

from tests.support.bad_values import (
    BLANKS,
    BREAKS,
    BY_FORMAT,
    BY_PATTERN,
    CONTROLS,
    HOSTILE,
    NO_NUMBERS,
    NUMBERS,
    OF_TYPE,
    Value,
    named,
)
from tests.support.described import Schema

MEGABYTE = 900_000  # characters: nearly what a whole body may hold


def refused(shape: Schema) -> Iterator[Value]:
    """What a field of this shape must refuse."""
    kind = shape.get("type")
    if isinstance(kind, str):
        yield from {"string": _texts, "array": _lists, "object": _objects}.get(kind, _numbers)(shape)


def of_other_types(shapes: tuple[Schema, ...]) -> Iterator[Value]:
    """Values of every JSON type that none of the shapes has."""
    taken: set[str] = set()
    for shape in shapes:
        named = shape.get("type", tuple(OF_TYPE))
        taken.update([named] if isinstance(named, str) else named)
    if "number" in taken:
        taken.add("integer")
    for kind, values in OF_TYPE.items():
        if kind not in taken:
            yield from values
    yield from NO_NUMBERS


def odd(shape: Schema) -> Iterator[Value]:
    """What a field of this shape may take, but then as it is."""
    if shape.get("type") == "string" and "enum" not in shape and "const" not in shape:
        yield from HOSTILE
        longest = min(shape.get("maxLength", 1000), 10_000)
        yield Value("as long as can be", "ä" * longest)
        yield Value("as long as can be, of large characters", "𝒜" * longest)
    if shape.get("type") in ("integer", "number"):
        yield Value("minus nought", token="-0")


def _texts(shape: Schema) -> Iterator[Value]:
    known = shape.get("enum", [shape["const"]] if "const" in shape else None)
    if known is not None:
        yield from _unknown_words(known)
        return
    yield from CONTROLS
    longest = shape.get("maxLength")
    if longest is not None:
        yield Value("one character too long", "a" * (longest + 1))
        yield Value("a megabyte", "a" * MEGABYTE)
        yield from BREAKS if longest < 1000 else ()
    if shape.get("minLength"):
        yield Value("nothing", "")
        yield from BLANKS if longest is None or longest > 3 else ()  # what separates may be a space
    yield from BY_FORMAT.get(shape.get("format", ""), ())
    yield from BY_PATTERN if "pattern" in shape else ()


def _unknown_words(known: list[str]) -> Iterator[Value]:
    first = known[0]
    yield Value("in another case", first.swapcase())
    yield Value("with a space", f" {first}")
    yield Value("with a line break", f"{first}\n")
    yield Value("with a NUL", f"{first}\x00")
    yield from named({"a word that is none": "no_such_word", "no word": "", "half a surrogate pair": "\ud83d"})


def _numbers(shape: Schema) -> Iterator[Value]:
    if "minimum" in shape:
        yield Value("one below the least", shape["minimum"] - 1)
    if "maximum" in shape:
        yield Value("one above the most", shape["maximum"] + 1)
        yield from NUMBERS


def _lists(shape: Schema) -> Iterator[Value]:
    if "maxItems" in shape:
        yield Value("one too many", [None] * (shape["maxItems"] + 1))
        yield Value("far too many", [0] * 100_000)
    if shape.get("minItems"):
        yield Value("an empty list", [])


def _objects(shape: Schema) -> Iterator[Value]:
    if shape.get("additionalProperties") is False:
        yield Value("a member that is none", {"no_such_member": 1})
    if shape.get("minProperties"):
        yield Value("an empty object", {})
    if "maxProperties" in shape:
        yield Value("one member too many", {f"n{n}": "x" for n in range(shape["maxProperties"] + 1)})
    if shape.get("format") == "custom" or shape.get("additionalProperties") is True:
        yield Value("over 16 KB", {"a": "b" * 16_400})
        yield Value("a NUL deep within", {"a": [{"b": "c\x00"}]})
        yield Value("a NUL in a name", {"a\x00": 1})
        yield Value("a bidi control in a name", {"a": {"\u202e": 1}})
