"""Texts that occur nowhere else, planted into every field that takes a text, and found again wherever they show."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.support.access.fields import Field, fields_of
from tests.support.api import Reply
from tests.support.world import World
from tests.support.world.arrangement import FREE, NAMING
from tests.support.world.requests import Request

FOUND = re.compile(r"mk\d{5}|98107\d{5}")

# What stands beside a field that is not taken alone.
COMPANIONS: Mapping[str, Mapping[str, str]] = {"/important_dates/[]/label": {"date": "2015-06-01"}}


@dataclass
class Plot:
    """A shop in whose texts markers grow: what each marker was planted in."""

    world: World
    origins: dict[str, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)  # names of fields that took a marker
    bare: set[str] = field(default_factory=set)  # and of those that refused every one, at least once
    number: int = 0

    def plant(self, request: Request, who: str | None = "", name: str = "") -> Reply:
        """Send the request with a marker in every text that takes one. Returns the answer.

        Raises:
            AssertionError: it was refused.
        """
        model, planted = request.endpoint.body, dict[str, str]()
        assert model, f"{request.route} takes no body"
        for each in fields_of(model):
            if takes_markers(each):
                request = self._planted(request, each, who, planted)
        reply = self.world.send(request, who)
        assert reply.status < 300, reply.text
        for marker, pointer in planted.items():
            if stored(self.world, marker):
                self.origins[marker] = f"{name or model.__name__}{pointer}"
        return reply

    def _planted(self, request: Request, into: Field, who: str | None, planted: dict[str, str]) -> Request:
        for marker, text in self._candidates():
            tried = request.with_(body=into.put(_beside(into, request.body or {}), text))
            kept = self.world.cloud.snapshot()
            accepted = self.world.send(tried, who).status < 300
            self.world.cloud.restore(kept)
            if accepted:
                planted[marker] = into.pointer
                self.taken.add(into.name)
                return tried
        self.bare.add(into.name)
        return request

    def _candidates(self) -> Iterator[tuple[str, str]]:
        """A marker as a word, an address, a number, HTML and in capitals."""
        self.number += 1
        word, digits = f"mk{self.number:05}", f"98107{self.number:05}"
        yield word, word
        yield word, f"{word}@shop.example"
        yield digits, f"+91{digits}"
        yield word, f"<p>{word}</p>"
        yield word, word.upper()
        yield digits, f"11{digits}"


def _beside(into: Field, body: Any) -> Any:
    """The body with what the field cannot be without."""
    for name, value in COMPANIONS.get(into.pointer, {}).items():
        body = Field((*into.steps[:-1], name), {}).put(body, value)
    return body


def takes_markers(each: Field) -> bool:
    """Whether it may be a text of one's own: neither one of a few words nor the id of a record."""
    free = each.is_text or "type" not in each.schema
    return free and each.name not in NAMING and (each.name in FREE or not each.name.endswith("_id"))


def stored(world: World, marker: str) -> bool:
    """Whether the store or the files hold it."""
    return marker in str(world.items()).lower() or marker in str(files(world)).lower()


def files(world: World) -> Sequence[bytes]:
    """The content of every file."""
    return [file.content for bucket in world.cloud.files.values() for file in bucket.values()]


def markers_in(*said: Any) -> set[str]:
    """The markers in anything, in whatever case and within whatever text."""
    return set(FOUND.findall(" ".join(map(str, said)).lower()))


def markers_of(reply: Reply) -> set[str]:
    """The markers in an answer and its headers."""
    return markers_in(reply.text, dict(reply.headers))
