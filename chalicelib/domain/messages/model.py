"""A message on its way: its states, and which may follow which."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from chalicelib.domain import ids
from chalicelib.domain.signature import Signature

SentChannel = Literal["email", "sms", "push"]
LoggedChannel = Literal["letter", "visit", "social", "whatsapp"]
MessageChannel = Literal["email", "sms", "push", "letter", "visit", "social", "whatsapp"]
MessageStatus = Literal[
    "queued",
    "sending",
    "sent",
    "delivered",
    "bounced",
    "complained",
    "suppressed",
    "failed",
    "unknown",
    "logged",
    "received",
]
STAFF_PURPOSE = "staff"  # notifications to staff: no customer's consent is asked
SENT_CHANNELS: tuple[SentChannel, ...] = ("email", "sms", "push")
LOGGED_CHANNELS: tuple[LoggedChannel, ...] = ("letter", "visit", "social", "whatsapp")
ON_THEIR_WAY = frozenset(("queued", "sending"))
# What needs a person's eyes; each may be sent again by hand.
UNSETTLED = frozenset(("suppressed", "failed", "unknown", "bounced"))
# A provider's word moves a message only forward in this order, so that late and repeated words change nothing.
_RANK = {"queued": 0, "sending": 1, "unknown": 2, "failed": 2, "sent": 3, "delivered": 4, "bounced": 5, "complained": 6}


@dataclass(frozen=True)
class Content:
    """What a message says, rendered; the footer with the unsubscribe link is added when it leaves."""

    subject: str | None
    text: str
    html: str | None = None


@dataclass(frozen=True)
class Message:
    """A message to a customer (`msg_…`) or a notification to a member of staff (`ntf_…`).

    `address` is an email address, a number in E.164 or an endpoint; None when there was none to send to. `by` is
    who caused it: a person, or a sweep. `event_id` is the event that it answers. `automatic` messages wait for the
    end of quiet hours. `check_at` is when somebody must look again while it is on its way; `claim` names the one
    attempt that may hand it to a provider, and `claimed_until` is when whoever makes that attempt is certainly gone.
    `direction` is `in` for what a customer wrote. `resent_as` is the message that a person sent in its place.
    """

    id: str
    recipient_id: str
    channel: str
    purpose: str
    status: str
    address: str | None
    content: Content
    by: Signature
    version: int = 1
    direction: str = "out"
    template: str | None = None
    template_id: str | None = None
    template_version: int | None = None
    language: str | None = None
    location_id: str | None = None
    event_id: str | None = None
    resend_of: str | None = None
    resent_as: str | None = None
    automatic: bool = True
    reason: str | None = None
    provider_id: str | None = None
    dlt_template_id: str | None = None
    attempts: int = 0
    send_at: str | None = None
    check_at: str | None = None
    claim: str | None = None
    claimed_until: str | None = None
    status_at: str | None = None
    seen: Mapping[str, Any] | None = None  # first instants of what the provider said besides: opened, clicked

    @property
    def to_staff(self) -> bool:
        """Whether it goes to a member of staff."""
        return self.id.startswith("ntf_")

    @property
    def customer_id(self) -> str | None:
        """The customer it goes to or came from."""
        return None if self.to_staff else self.recipient_id

    @property
    def at(self) -> str:
        """When it was made."""
        return self.by.at

    @property
    def on_its_way(self) -> bool:
        """Whether it may still leave."""
        return self.status in ON_THEIR_WAY

    def moved(self, status: str, at: str, **more: Any) -> "Message":
        """The next version, in another state since `at`."""
        return replace(self, status=status, status_at=at, version=self.version + 1, **more)


def recipient_of(message_id: str) -> str | None:
    """Whose partition holds the message; None for an id that is none."""
    return ids.owner_of(message_id, "msg") or ids.owner_of(message_id, "ntf", "usr")


def may_follow(before: str, after: str) -> bool:
    """Whether a provider's word moves a message on; suppressed, logged and received ones stay as they are."""
    return before in _RANK and after in _RANK and _RANK[after] > _RANK[before]
