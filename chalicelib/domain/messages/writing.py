"""Messages that people send: one transaction, which also answers what the customer had asked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from chalicelib.domain import ids, instants
from chalicelib.domain.call import Call
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.customers.rules import require_active
from chalicelib.domain.errors import Conflict, Invalid, NotFound
from chalicelib.domain.inquiries.answering import AnswerStore, OpenInquiry, answer_by_contact
from chalicelib.domain.messages import events, policy, waiting
from chalicelib.domain.messages.composing import Draft, Stationery, from_template, from_words
from chalicelib.domain.messages.model import Message
from chalicelib.domain.messages.policy import Reach
from chalicelib.domain.messages.shapes import NewMessage
from chalicelib.domain.shop.model import Shop
from chalicelib.domain.signature import Signature
from chalicelib.domain.work import Work

LATEST = timedelta(days=30)
DEFAULT_PURPOSE = "service"
Suppressed = Callable[[str, str], str | None]


class Letters(Protocol):
    """A customer's messages within one transaction."""

    def reach(self, customer_id: str) -> tuple[Reach, Sequence[OpenInquiry]]: ...

    def get(self, message_id: str) -> Message: ...

    def add(self, message: Message) -> None: ...

    def change(self, before: Message, after: Message) -> None: ...

    def contact(self, customer: Customer, at: str | None) -> None: ...


@dataclass(frozen=True)
class Desk:
    """What a message command works with; `suppressed` says why nothing may go to an address."""

    call: Call
    work: Work
    letters: Letters
    inquiries: AnswerStore
    suppressed: Suppressed
    paper: Stationery

    @property
    def shop(self) -> Shop:
        """The shop's reference data."""
        return self.paper.shop


def write(desk: Desk, fields: NewMessage) -> Message:
    """Send a message, now or later; one that may not go is kept with the reason, status suppressed.

    Raises:
        Invalid: naming what is missing, unknown, or has no place; MissingField, HeaderInjection among them.
        Conflict: the customer is archived.
    """
    _require_sendable(fields)
    send_at = _later(fields.send_at, desk.call.now)
    reach, inquiries = reach_of(desk, fields.customer_id)
    draft = _draft(desk.paper, reach, fields)
    message = made(desk, reach, draft, send_at)
    return post(desk, reach, message, inquiries)


def reach_of(desk: Desk, customer_id: str) -> tuple[Reach, Sequence[OpenInquiry]]:
    """The customer of a message, who must be active.

    Raises:
        Invalid: there is no such customer.
        Conflict: the customer is archived.
    """
    try:
        reach, inquiries = desk.letters.reach(customer_id)
    except NotFound as unknown:
        raise Invalid.field("/customer_id", "is no customer") from unknown
    require_active(reach.customer)
    return reach, inquiries


def made(desk: Desk, reach: Reach, draft: Draft, send_at: str | None) -> Message:
    """The message of a draft: queued, or suppressed when the customer does not want it or cannot get it.

    Raises:
        Invalid: there is no address on this channel.
    """
    address = reach.address(draft.channel)
    if address is None:
        raise Invalid.field("/channel", f"finds no address of the customer for {draft.channel}", code="no_address")
    template, home = draft.template, desk.shop.location_of(reach.customer.doc.get("home_location"))
    message = Message(
        id=ids.new_owned_id("msg", reach.customer.id, desk.call.now),
        recipient_id=reach.customer.id,
        channel=draft.channel,
        purpose=draft.purpose,
        status="queued",
        address=address,
        content=draft.content,
        by=Signature.of(desk.call),
        template=template.name if template else None,
        template_id=template.id if template else None,
        template_version=template.version if template else None,
        dlt_template_id=template.dlt_template_id if template else None,
        language=template.language if template else reach.customer.doc.get("language"),
        location_id=home.id if home else None,
        automatic=False,
        send_at=send_at,
        status_at=desk.call.at,
    )
    return settled(message, standing(reach, message, desk.shop, desk.suppressed, desk.call.now), desk.call.now)


def standing(reach: Reach, message: Message, shop: Shop, suppressed: Suppressed, now: datetime) -> str | None:
    """Why the message may not go, as far as it is known now; the sender asks all of this again."""
    refused = policy.refusal(reach, message.channel, message.purpose, shop)
    if refused is None and message.address is not None:
        refused = suppressed(message.channel, message.address)
    if refused is None and policy.over_cap(reach, message.purpose, shop, message.id, now):
        refused = "cap"
    return refused


def settled(message: Message, reason: str | None, now: datetime) -> Message:
    """The new message as it is kept: on its way, or suppressed for a reason."""
    if reason is not None:
        return replace(message, status="suppressed", reason=reason, send_at=None)
    if message.send_at is None:
        return replace(message, check_at=waiting.first_check(now))
    then = instants.parse_instant(message.send_at) + waiting.LOOK_AFTER
    return replace(message, check_at=instants.to_text(then))


def post(desk: Desk, reach: Reach, message: Message, inquiries: Sequence[OpenInquiry] = ()) -> Message:
    """Write a new message with its event; one that goes out answers the oldest open inquiries."""
    desk.letters.add(message)
    desk.letters.contact(reach.customer, message.at if message.direction == "in" else None)
    answered: tuple[str, ...] = ()
    if message.status != "suppressed" and message.direction == "out":
        answered = answer_by_contact(desk.work, desk.inquiries, inquiries, message.by, message_id=message.id)
    events.record(desk.work, message, answered=answered)
    return message


def cancel(desk: Desk, message_id: str) -> Message:
    """Stop a message that waits for its time.

    Raises:
        NotFound: there is no such message.
        Conflict: it does not wait any more.
    """
    before = desk.letters.get(message_id)
    waits = before.status == "queued" and before.send_at is not None and before.send_at > desk.call.at
    if not waits:
        detail = f"The message is {before.status}. Only one that waits for its time can be cancelled."
        raise Conflict(detail, code="not_waiting", conflict_id=before.id)
    after = before.moved("suppressed", desk.call.at, reason="cancelled", check_at=None)
    desk.letters.change(before, after)
    events.record(desk.work, after)
    return after


def _require_sendable(fields: NewMessage) -> None:
    if fields.direction == "in":
        raise Invalid.field("/direction", "goes with a channel that is logged: letter, visit, social, whatsapp")
    if fields.at is not None:
        raise Invalid.field("/at", "goes with a channel that is logged: letter, visit, social, whatsapp")
    if fields.template is not None and fields.subject is not None:
        raise Invalid.field("/subject", "comes from the template")


def _draft(paper: Stationery, reach: Reach, fields: NewMessage) -> Draft:
    if fields.template is None:
        purpose = fields.purpose or DEFAULT_PURPOSE
        return from_words(paper, reach, fields.channel, purpose, (fields.subject, fields.text))
    draft = from_template(paper, reach, fields.template, fields.channel, fields.text)
    if fields.purpose not in (None, draft.purpose):  # else a person could talk their way around a missing consent
        raise Invalid.field("/purpose", f"is not that of the template, {draft.purpose}")
    return draft


def _later(sent: str | None, now: datetime) -> str | None:
    if sent is None:
        return None
    moment = instants.parse_instant(sent)
    if not now < moment <= now + LATEST:
        raise Invalid.field("/send_at", "must lie in the future, within 30 days")
    return instants.to_text(moment)
