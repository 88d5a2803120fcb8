"""The inquiry as clients write it, and as the shop keeps it."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from chalicelib.domain.fields import ExampleBody, LongText, Model, Text
from chalicelib.domain.signature import Person, Signature

MOST_PRODUCTS = 20
InquiryChannel = Literal["web", "email", "phone", "whatsapp", "sms", "walk_in", "social"]
InquiryStatus = Literal["open", "answered"]


class NewInquiry(Model):
    """The body of POST …/inquiries."""

    example: ClassVar[ExampleBody] = {"text": "Have you solitaires under a carat?", "channel": "web"}

    text: LongText = Field(examples=["Do you have the emerald studs in white gold?"])
    product_ids: Annotated[list[Text], Field(max_length=MOST_PRODUCTS)] = []
    channel: InquiryChannel = "web"
    assignee: Text | None = Field(
        default=None, description="Who sees to it; else the customer's assignee, else the managers of their location"
    )


class InquiryState(Model):
    """What of an inquiry can be changed."""

    status: InquiryStatus
    answer: LongText | None = None
    assignee: Text | None = None


class InquiryPatch(Model):
    """Answer it, reopen it, or give it to somebody else."""

    example: ClassVar[ExampleBody] = {"status": "answered", "answer": "Three, from Friday on"}

    status: InquiryStatus | None = None
    answer: LongText | None = Field(default=None, description="With status answered")
    assignee: Text | None = None


class InquiryOut(Model):
    """An inquiry and what became of it."""

    id: str
    customer_id: str
    version: int
    text: str
    product_ids: list[str]
    channel: InquiryChannel
    status: InquiryStatus
    assignee: str | None = Field(description="The first of the assignees")
    assignees: list[str]
    at: str
    received_by: Person
    answer: str | None
    answered_at: str | None
    answered_by: Person | None
    answered_by_call: str | None = Field(description="The outgoing call that answered it")
    answered_by_message: str | None = Field(description="The message that answered it")


@dataclass(frozen=True)
class Given:
    """An answer: who gave it and when, in words, by a call or by a message."""

    by: Signature
    text: str | None = None
    call_id: str | None = None
    message_id: str | None = None


@dataclass(frozen=True)
class Inquiry:
    """An inquiry; open until an answer was given."""

    id: str
    customer_id: str
    version: int
    text: str
    product_ids: tuple[str, ...]
    channel: str
    assignees: tuple[str, ...]
    received: Signature
    given: Given | None = None

    @property
    def status(self) -> str:
        """Whether somebody still waits for an answer."""
        return "answered" if self.given else "open"

    @property
    def assignee(self) -> str | None:
        """The first of those who see to it."""
        return next(iter(self.assignees), None)
