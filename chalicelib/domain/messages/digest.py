"""The notification that tells a member of staff what waits for them, read now: what was done since is left out."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol
from zoneinfo import ZoneInfo

from chalicelib.domain import instants
from chalicelib.domain.messages import events
from chalicelib.domain.messages.digest_text import Waiting, told
from chalicelib.domain.messages.identity import answering
from chalicelib.domain.messages.model import STAFF_PURPOSE, Content, Message
from chalicelib.domain.messages.writing import Desk, settled
from chalicelib.domain.relaying.model import Relayed, Unreadable
from chalicelib.domain.shop.model import StaffMember
from chalicelib.domain.signature import Signature
from chalicelib.domain.templates.choosing import choose
from chalicelib.domain.templates.fields import Values, staff_values
from chalicelib.domain.templates.model import Template
from chalicelib.domain.templates.rendering import HeaderInjection, MissingField, render

DIGEST = "staff_digest"


@dataclass(frozen=True)
class Due:
    """What a `digest_due` event says; each inquiry goes with the customer who asked."""

    staff_id: str
    day: date
    location_id: str | None
    reminder_ids: tuple[str, ...]
    inquiries: tuple[tuple[str, str], ...]
    birthday_ids: tuple[str, ...]

    @classmethod
    def of(cls, event: Relayed) -> "Due":
        """As the event has it.

        Raises:
            Unreadable: it lacks what a digest needs.
        """
        data, location_id = event.data, event.data.get("location_id")
        try:
            return cls(
                staff_id=str(data["staff_id"]),
                day=instants.parse_date(str(data["date"])),
                location_id=location_id if isinstance(location_id, str) else None,
                reminder_ids=_ids(data.get("reminder_ids")),
                inquiries=tuple(
                    zip(_ids(data.get("inquiry_customer_ids")), _ids(data.get("inquiry_ids")), strict=True)
                ),
                birthday_ids=_ids(data.get("birthday_ids")),
            )
        except (KeyError, ValueError) as wrong:
            raise Unreadable("a digest without person, date or lists") from wrong


class Records(Protocol):
    """Reads what a digest names."""

    def waiting(self, due: Due) -> Waiting:
        """What of it still waits."""


def notify(desk: Desk, event: Relayed, records: Records, member: StaffMember | None) -> Message | None:
    """Plan the notification; None when the person is not on the staff any more.

    One who is disabled, and one who has nothing left to do, gets a suppressed one.

    Raises:
        Unreadable: the event lacks what a digest needs.
    """
    due = Due.of(event)
    if member is None or member.id != due.staff_id:
        return None
    message = Message(
        id=answering("ntf", event.id, member.id, event.at),
        recipient_id=member.id,
        channel="email",
        purpose=STAFF_PURPOSE,
        status="queued",
        address=member.email,
        content=Content(None, ""),
        by=Signature.of(desk.call),
        location_id=due.location_id,
        event_id=event.id,
        reason="disabled" if member.disabled else None,
        status_at=desk.call.at,
    )
    if message.reason is None:
        message = _written(desk, message, member, due, records.waiting(due))
    message = settled(message, message.reason, desk.call.now)
    desk.letters.add(message)
    events.record(desk.work, message)
    return message


def _written(desk: Desk, message: Message, member: StaffMember, due: Due, waiting: Waiting) -> Message:
    shop = desk.shop
    location = shop.locations.get(due.location_id) if due.location_id else None
    template = choose(desk.paper.templates, DIGEST, "email", shop.settings["languages"])
    if template is None:
        return replace(message, reason="no_template")
    zone = ZoneInfo(str(location.doc["time_zone"]) if location else shop.time_zone_of(None))
    text = told(waiting, zone, template.language)
    message = replace(
        message,
        template=template.name,
        template_id=template.id,
        template_version=template.version,
        language=template.language,
    )
    if not text:
        return replace(message, reason="nothing_due")
    values = staff_values(member.name, location, shop.settings, due.day, text, language=template.language)
    return _rendered(message, template, values)


def _rendered(message: Message, template: Template, values: Values) -> Message:
    try:
        rendered = render(template, values)
    except MissingField:
        return replace(message, reason="missing_field")
    except HeaderInjection:
        return replace(message, reason="header_injection")
    return replace(message, content=Content(rendered.subject, rendered.text, rendered.html))


def _ids(value: object) -> tuple[str, ...]:
    return tuple(str(each) for each in value) if isinstance(value, list) else ()
