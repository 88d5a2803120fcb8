"""Consent as clients write it, and as the shop keeps it: channel by purpose, nothing of it ever overwritten."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal

from pydantic import Field

from chalicelib.domain.fields import ExampleBody, Instant, Model, Text
from chalicelib.domain.signature import Person

Purpose = Literal["birthday", "promotions", "care", "occasions", "service"]
ConsentChannel = Literal["email", "sms", "whatsapp", "push", "call"]
ConsentSource = Literal["in_store", "phone", "web", "email", "sms", "form", "import", "unsubscribe_link", "stop_reply"]
PURPOSES: tuple[Purpose, ...] = ("birthday", "promotions", "care", "occasions", "service")


class NewConsent(Model):
    """The body of POST …/consents: what the customer said, how, and to which wording."""

    example: ClassVar[ExampleBody] = {
        "channel": "email",
        "purpose": "birthday",
        "granted": True,
        "source": "in_store",
        "wording_version": "2026-01",
    }

    channel: ConsentChannel
    purpose: Purpose
    granted: bool
    source: ConsentSource = Field(examples=["in_store"])
    wording_version: Text | None = Field(default=None, examples=["2026-01"])
    at: Instant | None = Field(default=None, description="When it was said, if that was earlier")


class ConsentOut(Model):
    """One thing a customer said, and who wrote it down; never changed."""

    id: str
    customer_id: str
    channel: ConsentChannel
    purpose: Purpose
    granted: bool
    source: ConsentSource
    wording_version: str | None
    at: str
    recorded_at: str
    recorded_by: Person


class ConsentHistory(Model):
    """What the customer said, newest first, and what holds now."""

    items: list[ConsentOut]
    next_cursor: str | None = Field(description="Send it as ?cursor= to read on; null at the end")
    current: dict[str, dict[str, ConsentOut]] = Field(
        description="What holds, by channel and purpose; what is missing was never agreed to"
    )


@dataclass(frozen=True)
class Consent:
    """One thing a customer said: kept for ever, with who wrote it down."""

    id: str
    customer_id: str
    channel: str
    purpose: str
    granted: bool
    source: str
    wording_version: str | None
    at: str
    recorded_at: str
    recorded_by: tuple[str, str]  # id and name


@dataclass(frozen=True)
class Consents:
    """What holds now: the latest word for each channel and purpose; what was never spoken of is not agreed to."""

    latest: Mapping[tuple[str, str], Consent] = field(default_factory=dict)
    version: int = 0

    def agreed(self, channel: str, purpose: str) -> bool:
        """Whether the customer said yes, and has not taken it back."""
        said = self.latest.get((channel, purpose))
        return said is not None and said.granted

    def withdrawn(self, channel: str, purpose: str) -> bool:
        """Whether the customer said no."""
        said = self.latest.get((channel, purpose))
        return said is not None and not said.granted

    def with_word(self, said: Consent) -> "Consents":
        """After this was said; an older word that arrives late is kept in the history but does not count.

        Of two words of one instant a no counts: the customer is rather left in peace. So the order in which words
        are written down makes no difference.
        """
        known = self.latest.get((said.channel, said.purpose))
        if known is not None and _weight(known) > _weight(said):
            return self
        return replace(self, latest={**self.latest, (said.channel, said.purpose): said})


def _weight(said: Consent) -> tuple[str, bool, str]:
    return said.at, not said.granted, said.id
