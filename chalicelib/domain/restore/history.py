"""Records of a customer's history: what was said, asked, promised, agreed to and written."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from chalicelib.domain.calls.model import LONGEST_SECONDS, Direction
from chalicelib.domain.consents.model import ConsentChannel, ConsentSource, Purpose
from chalicelib.domain.devices.model import Platform
from chalicelib.domain.fields import Model, Text, wrong
from chalicelib.domain.ids import owner_of
from chalicelib.domain.inquiries.model import MOST_PRODUCTS, InquiryChannel
from chalicelib.domain.messages.model import MessageChannel, MessageStatus
from chalicelib.domain.notes.model import Kind as NoteKind
from chalicelib.domain.reminders.model import ReminderKind
from chalicelib.domain.restore.fields import (
    At,
    CallId,
    ConsentId,
    CustomerId,
    DeviceId,
    Digest,
    EventId,
    Facts,
    InquiryId,
    NoteId,
    PersonId,
    Short,
    Signed,
    Version,
    Who,
    Word,
    Words,
)

MOST_TOLD = 500
MOST_SAID = 40  # words of consent in one transaction


class Owned(Model):
    """A record in the partition of one customer."""

    customer_id: CustomerId


class NoteRecord(Owned):
    """A note."""

    record: Literal["note"]
    id: NoteId
    version: Version
    text: Words | None
    kind: NoteKind
    author: Signed
    event_id: EventId
    corrected: Signed | None
    withdrawn: Signed | None


class CallRecord(Owned):
    """A call."""

    record: Literal["call"]
    id: CallId
    direction: Direction
    duration_s: Annotated[int, Field(ge=0, le=LONGEST_SECONDS)]
    outcome: Words | None
    at: At
    logged: Signed
    answered: Annotated[list[InquiryId], Field(max_length=100)]


class GivenRecord(Model):
    """The answer to an inquiry."""

    by: Signed
    text: Words | None
    call_id: CallId | None
    message_id: Word | None


class InquiryRecord(Owned):
    """An inquiry; `told` are the people who know that it waits."""

    record: Literal["inquiry"]
    id: InquiryId
    version: Version
    text: Words
    product_ids: Annotated[list[Text], Field(max_length=MOST_PRODUCTS)]
    channel: InquiryChannel
    assignees: Annotated[list[PersonId], Field(max_length=MOST_TOLD)]
    received: Signed
    given: GivenRecord | None
    told: Annotated[list[PersonId], Field(max_length=MOST_TOLD)]


class ReminderRecord(Owned):
    """A reminder; `told` are the people who know that it is due."""

    record: Literal["reminder"]
    id: Text
    version: Version
    type: ReminderKind
    due_at: At
    note: Words
    assignee: PersonId
    created: Signed
    done: Signed | None
    cancelled: Signed | None
    told: Annotated[list[PersonId], Field(max_length=MOST_TOLD)]

    @model_validator(mode="after")
    def _theirs(self) -> Self:
        if owner_of(self.id, "rem") != self.customer_id:
            raise wrong("has an id that is not of this customer")
        return self


class SaidRecord(Model):
    """One word of consent."""

    id: ConsentId
    channel: ConsentChannel
    purpose: Purpose
    granted: bool
    source: ConsentSource
    wording_version: Text | None
    at: At
    recorded_at: At
    recorded_by: Who


class ConsentsRecord(Owned):
    """Words of consent that were written down together."""

    record: Literal["consents"]
    said: Annotated[list[SaidRecord], Field(min_length=1, max_length=MOST_SAID)]


class DeviceRecord(Owned):
    """A device for push messages, of an application in the same AWS account."""

    record: Literal["device"]
    id: DeviceId
    platform: Platform
    endpoint: Annotated[str, Field(max_length=300, pattern=r"^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:\S+$")]
    digest: Digest
    added_at: At
    enabled: bool


class ContentRecord(Model):
    """What a message says."""

    subject: Words | None
    text: Words
    html: Words | None


class MessageRecord(Owned):
    """A message to a customer, or from one."""

    record: Literal["message"]
    id: Text
    version: Version
    channel: MessageChannel
    purpose: Word
    status: MessageStatus
    address: Short | None
    content: ContentRecord
    by: Signed
    direction: Literal["in", "out"]
    template: Short | None
    template_id: Short | None
    template_version: int | None
    language: Short | None
    location_id: Short | None
    event_id: Short | None
    resend_of: Short | None
    resent_as: Short | None
    automatic: bool
    reason: Short | None
    provider_id: Short | None
    dlt_template_id: Short | None
    attempts: Annotated[int, Field(ge=0, le=1000)]
    send_at: At | None
    check_at: At | None
    claim: Short | None
    claimed_until: At | None
    status_at: At | None
    seen: Facts | None

    @model_validator(mode="after")
    def _theirs(self) -> Self:
        if owner_of(self.id, "msg") != self.customer_id:
            raise wrong("has an id that is not of this customer")
        return self


class EventRecord(Owned):
    """Something that happened; it is told on the timeline, and to nobody else any more."""

    record: Literal["event"]
    id: EventId
    at: At
    kind: Word
    summary: Short
    actor: Who
    data: Facts
    content: Facts | None
    audience: Literal["staff", "system"]


HistoryRecord = (
    NoteRecord
    | CallRecord
    | InquiryRecord
    | ReminderRecord
    | ConsentsRecord
    | DeviceRecord
    | MessageRecord
    | EventRecord
)
