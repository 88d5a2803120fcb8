"""A test message: what a template says, sent to the one who asks, by email whatever the template's channel is."""

from typing import Protocol

from chalicelib.domain import ids
from chalicelib.domain.call import Call
from chalicelib.domain.errors import Conflict
from chalicelib.domain.messages import events, waiting
from chalicelib.domain.messages.model import STAFF_PURPOSE, Content, Message
from chalicelib.domain.signature import Signature
from chalicelib.domain.templates.model import Template
from chalicelib.domain.templates.rendering import Rendered
from chalicelib.domain.work import Work


class Outbox(Protocol):
    """Where messages are written within one transaction."""

    def add(self, message: Message) -> None: ...


def send(
    call: Call, work: Work, outbox: Outbox, template: Template, rendered: Rendered, address: str | None
) -> Message:
    """Put the rendered template on its way to the caller; it goes the way of every message.

    Raises:
        Conflict: no address of the caller is known.
    """
    if not address:
        raise Conflict("No email address of yours is known.", code="no_address")
    message = Message(
        id=ids.new_owned_id("ntf", call.actor.id, call.now),
        recipient_id=call.actor.id,
        channel="email",
        purpose=STAFF_PURPOSE,
        status="queued",
        address=address,
        content=_as_mail(template, rendered),
        by=Signature.of(call),
        template=template.name,
        template_id=template.id,
        template_version=template.version,
        language=template.language,
        automatic=False,
        check_at=waiting.first_check(call.now),
        status_at=call.at,
    )
    outbox.add(message)
    events.record(work, message)
    return message


def _as_mail(template: Template, rendered: Rendered) -> Content:
    subject = rendered.subject or f"{template.name} ({template.channel}, {template.language})"
    return Content(subject, rendered.text, rendered.html)
