"""The birthday message: an event becomes one message to one customer, queued or suppressed with its reason."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from chalicelib.domain import instants
from chalicelib.domain.errors import NotFound
from chalicelib.domain.messages import events, policy
from chalicelib.domain.messages.composing import Stationery, channels_of, filled_in, template_for
from chalicelib.domain.messages.identity import answering
from chalicelib.domain.messages.model import Content, Message
from chalicelib.domain.messages.policy import Reach
from chalicelib.domain.messages.writing import Desk, settled, standing
from chalicelib.domain.relaying.model import Relayed, Unreadable
from chalicelib.domain.signature import Signature
from chalicelib.domain.templates.model import Template
from chalicelib.domain.templates.rendering import HeaderInjection, MissingField

BIRTHDAY = "birthday"
TOO_LATE = timedelta(days=3)  # a sweep catches up with a day; a queue that stood still must not congratulate in June
NOTHING = Content(None, "")


@dataclass(frozen=True)
class Due:
    """What a `birthday_due` event says."""

    customer_id: str
    day: date
    location_id: str | None
    by_hand: bool

    @classmethod
    def of(cls, event: Relayed) -> "Due":
        """As the event has it.

        Raises:
            Unreadable: it lacks what a message needs.
        """
        data = event.data
        customer_id, day, location_id = data.get("customer_id"), data.get("date"), data.get("location_id")
        if not isinstance(customer_id, str) or not isinstance(day, str):
            raise Unreadable("a birthday without customer or date")
        try:
            when = instants.parse_date(day)
        except ValueError as wrong:
            raise Unreadable("a birthday on no day of the calendar") from wrong
        return cls(
            customer_id, when, location_id if isinstance(location_id, str) else None, data.get("by_hand") is True
        )


def birthday(desk: Desk, event: Relayed) -> Message | None:
    """Plan the message of a birthday; None when the customer is gone.

    What one does not want, cannot get or could not be written is kept with the reason; an archived customer too.

    Raises:
        Unreadable: the event lacks what a message needs.
    """
    due = Due.of(event)
    try:
        reach, _ = desk.letters.reach(due.customer_id)
    except NotFound:
        return None
    message = _written(desk, reach, _begun(desk, reach, due, event), due.day)
    if message.reason is None:
        message = replace(message, reason=_refused(desk, reach, message, due))
    if message.reason is None and not due.by_hand:
        message = replace(message, send_at=_after_quiet_hours(desk, reach, message))
    message = settled(message, message.reason, desk.call.now)
    desk.letters.add(message)
    if message.reason is None:
        desk.letters.contact(reach.customer, None)  # archived at this moment, the customer gets no message
    events.record(desk.work, message)
    return message


def _begun(desk: Desk, reach: Reach, due: Due, event: Relayed) -> Message:
    """The message without its words: whose it is, by which channel, and why that cannot be."""
    known = channels_of(desk.paper.templates, BIRTHDAY)
    channel, reason = policy.channel_for(reach, BIRTHDAY, desk.shop, known)
    home = desk.shop.location_of(due.location_id or reach.customer.doc.get("home_location"))
    return Message(
        id=answering("msg", event.id, reach.customer.id, event.at),
        recipient_id=reach.customer.id,
        channel=channel,
        purpose=BIRTHDAY,
        status="queued",
        address=reach.address(channel),
        content=NOTHING,
        by=Signature.of(desk.call),
        location_id=home.id if home else None,
        event_id=event.id,
        automatic=not due.by_hand,
        reason="archived" if reach.customer.status != "active" else reason,
        status_at=desk.call.at,
    )


def _written(desk: Desk, reach: Reach, message: Message, day: date) -> Message:
    """With its words, also when it will not go: a person may send it later, once the customer agrees.

    The reason that is known already counts more than that there are no words.
    """
    template = template_for(desk.paper, reach, BIRTHDAY, message.channel)
    if template is None:
        return replace(message, reason=message.reason or "no_template")
    message = replace(
        message,
        template=template.name,
        template_id=template.id,
        template_version=template.version,
        dlt_template_id=template.dlt_template_id,
        language=template.language,
    )
    try:
        return replace(message, content=_words(desk.paper, reach, template, day))
    except MissingField:
        return replace(message, reason=message.reason or "missing_field")
    except HeaderInjection:
        return replace(message, reason=message.reason or "header_injection")


def _words(paper: Stationery, reach: Reach, template: Template, day: date) -> Content:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=policy.zone_of(reach.customer, paper.shop))
    return filled_in(replace(paper, now=noon), reach, template, None)


def _refused(desk: Desk, reach: Reach, message: Message, due: Due) -> str | None:
    today = desk.call.now.astimezone(policy.zone_of(reach.customer, desk.shop)).date()
    if not due.by_hand and today - due.day > TOO_LATE:
        return "too_late"
    return standing(reach, message, desk.shop, desk.suppressed, desk.call.now)


def _after_quiet_hours(desk: Desk, reach: Reach, message: Message) -> str | None:
    """The end of the quiet hours, if it is night at the customer's."""
    if policy.is_transactional(desk.shop, message.purpose):
        return None
    zone = policy.zone_of(reach.customer, desk.shop)
    until = policy.quiet_until(desk.call.now, zone, desk.shop.settings["quiet_hours"])
    return instants.to_text(until) if until else None
