"""A line of the timeline."""

from typing import Any

from pydantic import Field

from chalicelib.domain.fields import Model
from chalicelib.domain.permissions import COUNTER
from chalicelib.domain.signature import Person


class Entry(Model):
    """Something that happened with a customer."""

    id: str
    at: str
    kind: str = Field(description="In the past tense", examples=["note_added", "call_logged"])
    summary: str
    actor: Person | None
    data: dict[str, Any] = Field(description="Facts, and for counter staff also what people wrote")


def sees_content(roles: frozenset[str]) -> bool:
    """Whether these roles read what people wrote; analysts see that it happened."""
    return not roles.isdisjoint(COUNTER)
