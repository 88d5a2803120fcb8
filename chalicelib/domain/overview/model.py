"""The 360 view as clients see it, and what it is made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import Field

from chalicelib.domain.consents.model import ConsentOut, Consents
from chalicelib.domain.customers.model import Customer, CustomerOut, Links, SuppressedAddress
from chalicelib.domain.fields import Model
from chalicelib.domain.inquiries.model import InquiryChannel
from chalicelib.domain.overview.contact import ContactState
from chalicelib.domain.reminders.model import ReminderKind
from chalicelib.domain.timeline.model import Entry


class Analytics(Model):
    """The customer in figures."""

    customer_since: str
    notes: int
    calls: int
    inquiries: int
    open_inquiries: int
    open_reminders: int
    last_contact_at: str | None
    days_since_contact: int | None
    contact_state: ContactState


class WaitingInquiry(Model):
    """An open inquiry, the oldest first."""

    id: str
    at: str
    channel: InquiryChannel
    assignee: str | None
    assignees: list[str]
    text: str | None = Field(default=None, description="Its beginning, at most 500 characters")


class WaitingReminder(Model):
    """An open reminder, the next one first."""

    id: str
    due_at: str
    type: ReminderKind
    assignee: str
    note: str | None = Field(default=None, description="Its beginning, at most 500 characters")


class Overview(Model):
    """All that is good to know before a customer is met."""

    customer: CustomerOut
    analytics: Analytics
    open_inquiries: list[WaitingInquiry]
    open_reminders: list[WaitingReminder]
    timeline: list[Entry]
    consents: dict[str, dict[str, ConsentOut]] = Field(
        description="What the customer agrees to, by channel and purpose; what is missing was never agreed to"
    )
    suppressions: list[SuppressedAddress] | None = Field(description="Addresses to which nothing is sent, and why")
    links: Links | None


@dataclass(frozen=True)
class Sight:
    """What was read of a customer: markers of what is open, the newest entries of the timeline, and consents."""

    customer: Customer
    inquiries: Sequence[Mapping[str, Any]]
    reminders: Sequence[Mapping[str, Any]]
    timeline: Sequence[Mapping[str, Any]]
    consents: Consents = field(default_factory=Consents)
