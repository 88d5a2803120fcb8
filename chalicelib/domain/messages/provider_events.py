"""What SES tells of a mail later: read from its event, and taken in so that late and repeated words do no harm.

The event's form: Amazon SES developer guide, "Contents of event data that Amazon SES publishes to Amazon SNS".
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from chalicelib.domain.call import Call
from chalicelib.domain.errors import NotFound
from chalicelib.domain.messages import events
from chalicelib.domain.messages.model import Message, may_follow, recipient_of
from chalicelib.domain.suppressions.model import Reason
from chalicelib.domain.work import Work

HEADER = "X-Facet-Message"
TAG = "message"
# The detail of an event stands under a name of its own.
DETAILS = {
    "Send": ("sent", "send"),
    "Delivery": ("delivered", "delivery"),
    "Bounce": ("bounced", "bounce"),
    "Complaint": ("complained", "complaint"),
    "Reject": ("bounced", "reject"),  # accepted first, so by then the message counts as sent
    "Rendering Failure": ("bounced", "failure"),
    "Open": ("opened", "open"),
    "Click": ("clicked", "click"),
}
BOUNCES = {"Permanent": "bounce", "Transient": "soft_bounce"}
SEEN = frozenset(("opened", "clicked"))
STOPS: Mapping[str, Reason] = {"bounce": "bounce", "complaint": "complaint"}
NOT_KNOWN_TO_HAVE_LEFT = frozenset(("queued", "sending", "unknown", "failed"))


@dataclass(frozen=True)
class Word:
    """One thing the provider says of a message: a status to come to, or that it was `opened` or `clicked`."""

    message_id: str
    what: str
    at: str | None
    provider_id: str | None
    reason: str | None = None


def read(event: Mapping[str, Any]) -> Word | None:
    """The word of an SES event; None for one that says nothing of a message of ours."""
    kind = event.get("eventType") or event.get("notificationType")
    mail = event.get("mail")
    if not isinstance(kind, str) or kind not in DETAILS or not isinstance(mail, Mapping):
        return None
    message_id = _message_id(mail)
    if message_id is None:
        return None
    what, name = DETAILS[kind]
    found = event.get(name)
    detail = found if isinstance(found, Mapping) else {}
    return Word(message_id, what, _text(detail.get("timestamp")), _text(mail.get("messageId")), _reason(kind, detail))


def _message_id(mail: Mapping[str, Any]) -> str | None:
    """From the tag that we gave the mail, or else from its header."""
    tags, headers = mail.get("tags"), mail.get("headers")
    tagged = tags.get(TAG) if isinstance(tags, Mapping) else None
    named: list[Any] = list(tagged) if isinstance(tagged, list) else []
    listed = [each for each in headers if isinstance(each, Mapping)] if isinstance(headers, list) else []
    named += [each.get("value") for each in listed if str(each.get("name")).lower() == HEADER.lower()]
    return next((each for each in named if isinstance(each, str) and recipient_of(each)), None)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and len(value) <= 100 else None


def _reason(kind: str, detail: Mapping[str, Any]) -> str | None:
    if kind == "Bounce":
        return BOUNCES.get(str(detail.get("bounceType")), "bounce_undetermined")
    return {"Complaint": "complaint", "Reject": "rejected", "Rendering Failure": "rendering_failure"}.get(kind)


class Messages(Protocol):
    """Messages within one transaction."""

    def get(self, message_id: str) -> Message:
        """The message.

        Raises:
            NotFound: there is none.
        """

    def change(self, before: Message, after: Message) -> None:
        """Write the next version."""


@dataclass(frozen=True)
class Desk:
    """What taking in a word works with; `suppress` stops everything to a channel's address."""

    call: Call
    work: Work
    messages: Messages
    suppress: Callable[[str, str, Reason, str], object]


def take_in(desk: Desk, word: Word) -> str:
    """Move the message on, if the word is news; returns `moved`, `known` or `gone`."""
    try:
        before = desk.messages.get(word.message_id)
    except NotFound:
        return "gone"
    if word.what in SEEN:
        return _note(desk, before, word)
    if not may_follow(before.status, word.what) or _is_an_auto_reply(before, word):
        return "known"
    after = before.moved(
        word.what,
        desk.call.at,
        provider_id=word.provider_id or before.provider_id,
        reason=word.reason,
        check_at=None,
        claim=None,
        claimed_until=None,
    )
    desk.messages.change(before, after)
    if word.what == "delivered" and before.status in NOT_KNOWN_TO_HAVE_LEFT:
        events.record(desk.work, after, "sent")  # the line that people see; that of the delivery they do not
    events.record(desk.work, after)
    stop = STOPS.get(word.reason or "")
    if stop and after.address and after.channel in ("email", "sms"):
        desk.suppress(after.channel, after.address, stop, after.id)
    return "moved"


def _is_an_auto_reply(before: Message, word: Word) -> bool:
    """SES reports an out-of-office reply as a transient bounce, after the delivery."""
    return before.status == "delivered" and word.reason in ("soft_bounce", "bounce_undetermined")


def _note(desk: Desk, before: Message, word: Word) -> str:
    """Keep when a mail was first opened, and when a link in it was first followed."""
    seen = dict(before.seen or {})
    if word.what in seen:
        return "known"
    after = replace(before, version=before.version + 1, seen={**seen, word.what: word.at or desk.call.at})
    desk.messages.change(before, after)
    events.record(desk.work, after, word.what)
    return "moved"
