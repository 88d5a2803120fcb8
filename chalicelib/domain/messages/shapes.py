"""Messages as clients write and get them."""

import re
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field

from chalicelib.domain.consents.model import Purpose
from chalicelib.domain.fields import ExampleBody, Instant, LongText, Model, Text, wrong
from chalicelib.domain.messages.model import MessageChannel, MessageStatus
from chalicelib.domain.signature import Person
from chalicelib.domain.templates.model import Name
from chalicelib.domain.templates.rendering import FIELD

Direction = Literal["in", "out"]
AnyPurpose = Literal["birthday", "promotions", "care", "occasions", "service", "staff"]
_FIELD = re.compile(FIELD, re.ASCII)


def _written_out(text: str) -> str:
    if _FIELD.search(text):
        raise wrong("holds a field such as {{ first_name }}: only templates fill fields in")
    return text


Subject = Annotated[Text, AfterValidator(_written_out)]
Words = Annotated[LongText, AfterValidator(_written_out)]


class NewMessage(Model):
    """The body of POST /v1/messages: a message to send, or contact on another channel to keep."""

    example: ClassVar[ExampleBody] = {
        "customer_id": "cus_01kexamp1e0000000000000000",
        "channel": "email",
        "subject": "Your ring",
        "text": "It is ready.",
    }

    customer_id: Text
    channel: MessageChannel | None = Field(
        default=None,
        description="email, sms and push are sent; letter, visit, social and whatsapp are logged. When it is left out: "
        "the customer's preferred channel if it can be sent and is agreed to, else email, else SMS",
    )
    template: Name | None = None
    subject: Subject | None = Field(default=None, description="Of an email without template; of a push its title")
    text: Words | None = Field(default=None, description="The message, or with a template the value of {{ text }}")
    purpose: Purpose | None = Field(default=None, description="The template's, else service")
    send_at: Instant | None = Field(default=None, description="Send it later, within 30 days")
    direction: Direction = Field(default="out", description="in: what the customer wrote or did, on a logged channel")
    at: Instant | None = Field(default=None, description="When it was, on a logged channel; now when it is left out")


class MessageLine(Model):
    """A message in a thread or in the log."""

    id: str
    customer_id: str | None = Field(description="null for a notification to a member of staff")
    staff_id: str | None = Field(description="The member of staff that a notification goes to")
    channel: MessageChannel
    direction: Direction
    template: str | None
    purpose: AnyPurpose
    status: MessageStatus
    reason: str | None = Field(description="Why it was suppressed, failed or is unknown", examples=["no_consent"])
    at: str
    subject: str | None
    body_preview: str
    language: str | None
    by: Person
    automatic: bool
    send_at: str | None = Field(description="Until when it waits")
    status_at: str | None = Field(description="Since when it has its status")
    seen: dict[str, Any] = Field(description="When the provider first told of more, such as opened and clicked")
    resend_of: str | None = Field(description="The message in whose place it was sent")
    resent_as: str | None = Field(description="The message that was sent in its place")
    version: int


class CustomerName(Model):
    """Whom a message is to or from."""

    id: str
    name: str


class ListedMessage(MessageLine):
    """A message in the log of all messages."""

    customer: CustomerName | None


class MessageOut(MessageLine):
    """A message, whole; the footer with the unsubscribe link is added when it leaves."""

    address: str | None
    text: str
    html: str | None


class MessageCount(Model):
    """How many messages of one channel, purpose and status there were."""

    channel: MessageChannel
    purpose: AnyPurpose
    status: MessageStatus
    count: int


class MessageFigures(Model):
    """How many messages there were, from the first to the last day (UTC)."""

    first: str = Field(alias="from")
    last: str = Field(alias="to")
    total: int
    counts: list[MessageCount]
