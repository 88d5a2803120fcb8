"""Contact on channels that Facet does not send on: letters, visits, social media, WhatsApp. Written down, not sent."""

from chalicelib.domain import ids, instants
from chalicelib.domain.calls.rules import call_instant
from chalicelib.domain.errors import Invalid
from chalicelib.domain.messages.model import LOGGED_CHANNELS, Content, Message
from chalicelib.domain.messages.shapes import NewMessage
from chalicelib.domain.messages.writing import DEFAULT_PURPOSE, Desk, post, reach_of
from chalicelib.domain.signature import Signature

ONLY_SENT = ("template", "send_at")


def is_kept(fields: NewMessage) -> bool:
    """Whether this is contact to write down, not a message to send."""
    return fields.channel in LOGGED_CHANNELS


def keep(desk: Desk, fields: NewMessage) -> Message:
    """Write contact down; what came from the customer moves the last contact, what went out answers inquiries.

    Raises:
        Invalid: the text is missing, the instant lies in the future, or a field has no place here.
        Conflict: the customer is archived.
    """
    text = _words(fields)
    moment = call_instant(fields.at, desk.call.now)
    reach, inquiries = reach_of(desk, fields.customer_id)
    at = instants.to_text(moment)
    message = Message(
        id=ids.new_owned_id("msg", reach.customer.id, moment),
        recipient_id=reach.customer.id,
        channel=fields.channel or "",
        purpose=fields.purpose or DEFAULT_PURPOSE,
        status="received" if fields.direction == "in" else "logged",
        direction=fields.direction,
        address=None,
        content=Content(fields.subject, text),
        by=Signature.of(desk.call, at),
        automatic=False,
        status_at=desk.call.at,
    )
    return post(desk, reach, message, inquiries)


def _words(fields: NewMessage) -> str:
    for name in ONLY_SENT:
        if getattr(fields, name) is not None:
            raise Invalid.field(f"/{name}", f"has no place on a channel that is logged: {fields.channel}")
    if fields.text is None:
        raise Invalid.field("/text", "is needed: what was written, said or done")
    return fields.text
