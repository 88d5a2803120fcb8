"""Where a request names records, and ids that are not those of such a record."""

import copy
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.support.access.fields import Field, fields_of
from tests.support.world.arrangement import BODIES, FREE, KINDS, NAMING
from tests.support.world.requests import Request, filled

NAMES_A_RECORD = re.compile(r"(^|_)ids?$")
SHAPE = re.compile(r"[0-9a-hjkmnp-tv-z]{20,}|\d+")
LONG_ID = 10_000
LOOKALIKES = {"a": "а", "c": "с", "e": "е", "o": "о", "p": "р", "s": "ѕ", "i": "і", "u": "υ", "_": "＿"}


@dataclass(frozen=True)
class Place:
    """Where in a request an id stands: in its path, its query or its body, and of which kind it is to be."""

    part: str
    name: str
    kind: str
    put: Callable[[Request, str], Request]

    @property
    def field_pointer(self) -> str:
        """As a refusal names it: of a list the first member."""
        return self.name.replace("[]", "0") if self.part == "body" else f"/{self.name}"

    def __str__(self) -> str:
        return f"{self.part} {self.name}"


class Unknown(AssertionError):
    """A field that looks as if it named a record, and nobody said of which kind."""


def kind_of(name: str) -> str | None:
    """The kind of record that a field of this name names; None when it names none.

    Raises:
        Unknown: nobody has said.
    """
    if name in NAMING:
        return NAMING[name]
    if NAMES_A_RECORD.search(name) and name not in FREE:
        raise Unknown(
            f"Which kind of record does the field {name} name? Say so in tests/support/world/arrangement.py: "
            "in NAMING, or in FREE if it is the id of something that is not ours."
        )
    return None


def places(request: Request) -> Iterator[Place]:
    """Every place of the request that names a record, those included that it leaves empty."""
    for name in request.parameters:
        if name in KINDS:
            yield Place("path", name, KINDS[name], _in_path(name))
    for field in fields_of(request.endpoint.query):
        kind = kind_of(field.name)
        if kind:
            yield Place("query", field.name, kind, _in_query(field.name))
    if request.endpoint.body and not request.endpoint.raw:
        for field in fields_of(request.endpoint.body):
            kind = kind_of(field.name)
            if kind:
                yield Place("body", field.pointer, kind, _in_body(field))


def _in_path(name: str) -> Callable[[Request, str], Request]:
    return lambda request, value: request.with_(parameters={**request.parameters, name: value})


def _in_query(name: str) -> Callable[[Request, str], Request]:
    return lambda request, value: request.with_(query={**request.query, name: value})


def _in_body(field: Field) -> Callable[[Request, str], Request]:
    return lambda request, value: request.with_(body=field.put(copy.deepcopy(request.body or {}), value))


def strange(kind: str, records: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Names and texts that are no id of a record of the kind."""
    known = records[kind][0] if records.get(kind) else f"{kind}_{'0' * 26}"
    for other in sorted(records):
        if other != kind and other in ("cus", "nte", "usr", "loc", "msg"):
            yield f"an id of another kind ({other})", records[other][0]
    yield "an id that never was", f"{kind}_{'0' * (len(known) - 4)}"
    yield "the next id", known[:-1] + ("0" if known[-1] != "0" else "1")
    yield "capitals", known.upper()
    yield from _dressed(known)
    yield from _separated(known)
    yield "long", known + "0" * LONG_ID
    yield "look-alikes", "".join(LOOKALIKES.get(letter, letter) for letter in known)
    yield "full width", "".join(chr(ord(letter) + 0xFEE0) for letter in known)
    yield "half of it", known[: len(known) // 2]
    yield "its prefix", known[:4]


def _dressed(known: str) -> Iterator[tuple[str, str]]:
    for name, around in {"space": " ", "tab": "\t", "line": "\n", "NUL": "\0", "hyphen": "\u00ad"}.items():
        yield f"a {name} before it", around + known
        yield f"a {name} after it", known + around
    yield "a bidi control before it", f"\u202e{known}"
    yield "a combining accent after it", f"{known}\u0301"
    yield "quotes around it", f'"{known}"'


def _separated(known: str) -> Iterator[tuple[str, str]]:
    for separator in ("#", "/", "\\", "%23", "%2f", "?", "&", ";", ":", "|", ","):
        yield f"{separator} after it", f"{known}{separator}"
        yield f"{separator} before it", f"{separator}{known}"
        yield f"{separator} and more after it", f"{known}{separator}NOTE{separator}x"
    for climb in ("../", "..%2f", "%2e%2e%2f", "....//", "..\\", "/", "//"):
        yield f"{climb} before it", climb + known
    yield "an object", "[object Object]"
    yield "null", "null"


def bodies(request: Request, records: Mapping[str, Sequence[str]]) -> Iterator[Request]:
    """The request, and those with other bodies where fields exclude each other."""
    yield request
    for body in BODIES.get(request.route, ()):
        yield request.with_(body=filled(body, records))


def tails(keys: Iterable[tuple[str, str]]) -> list[str]:
    """What stands behind each separator in the keys of a table, once for each shape: ids that are parts of keys."""
    found: dict[str, str] = {}
    for key in itertools.chain.from_iterable(keys):
        parts = key.split("#")
        for start in range(len(parts)):
            tail = "#".join(parts[start:])
            found.setdefault(SHAPE.sub("x", tail), tail)
    return sorted(found.values())
