"""The note as clients write it, and as the shop keeps it."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from pydantic import Field

from chalicelib.domain.fields import ExampleBody, LongText, Model
from chalicelib.domain.signature import Person, Signature

Kind = Literal["general", "service", "requirement", "complaint", "compliment", "observation"]


class NoteFields(Model):
    """What clients write of a note, by POST and PATCH."""

    example: ClassVar[ExampleBody] = {"text": "Prefers rose gold", "kind": "requirement"}

    text: LongText = Field(examples=["Prefers rose gold, budget 50-80k"])
    kind: Kind = "general"


class NotePatch(Model):
    """What of a note can be corrected."""

    example: ClassVar[ExampleBody] = {"text": "Prefers white gold now"}

    text: LongText | None = None
    kind: Kind | None = None


class Hint(Model):
    """How a note could help more; never a refusal."""

    code: Literal["too_short", "nothing_to_act_on", "opinion"]
    hint: str


class NoteOut(Model):
    """A note; a withdrawn one has no text any more."""

    id: str
    customer_id: str
    version: int
    text: str | None
    kind: Kind
    status: Literal["kept", "withdrawn"]
    author: Person
    at: str
    corrected_at: str | None
    corrected_by: Person | None
    withdrawn_at: str | None
    withdrawn_by: Person | None
    guidance: list[Hint] = Field(description="Hints for a note that says little; the guide is GET /v1/guides/notes")


class Example(Model):
    """A note, and what is good or poor about it."""

    text: str
    why: str


class NoteGuide(Model):
    """How to write notes that help the next person."""

    advice: list[str]
    good: list[Example]
    poor: list[Example]


@dataclass(frozen=True)
class Note:
    """A note with its author; `event_id` is its line on the timeline, which follows corrections."""

    id: str
    customer_id: str
    version: int
    text: str | None
    kind: str
    author: Signature
    event_id: str
    corrected: Signature | None = None
    withdrawn: Signature | None = None
