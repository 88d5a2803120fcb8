"""Every record that a file of all data may hold; anything else in a line is refused."""

import json
from typing import Annotated, Any, Literal, Self

from pydantic import Field, TypeAdapter, model_validator

from chalicelib.domain.customers.contact import e164_of, normalized_email
from chalicelib.domain.customers.model import MOST_CONTACTS, MOST_TAGS, CustomerFields, Status
from chalicelib.domain.errors import Invalid
from chalicelib.domain.fields import Model, Text, wrong
from chalicelib.domain.restore.decided import DecidedRecord
from chalicelib.domain.restore.fields import (
    At,
    CustomerId,
    LocationId,
    Short,
    Signed,
    SuppressionId,
    TagId,
    TemplateId,
    Version,
)
from chalicelib.domain.restore.history import HistoryRecord
from chalicelib.domain.shop.shapes import LocationFields, SettingsFields, TagFields
from chalicelib.domain.suppressions.addresses import comparable
from chalicelib.domain.suppressions.commands import MOST_MARKED
from chalicelib.domain.suppressions.model import AddressChannel, Reason
from chalicelib.domain.templates.model import TemplateFields

NEEDED = ("phones", "emails", "addresses", "source")
MOST_MARKS = 25
MOST_SENDS = 200


class SettingsRecord(SettingsFields):
    """The shop's settings."""

    record: Literal["settings"]
    version: Version


class LocationRecord(LocationFields):
    """A store."""

    record: Literal["location"]
    id: LocationId
    version: Version
    created_at: At
    updated_at: At


class TagRecord(TagFields):
    """A tag's definition."""

    record: Literal["tag"]
    id: TagId
    version: Version


class TemplateRecord(TemplateFields):
    """One version of a template."""

    record: Literal["template"]
    id: TemplateId
    version: Version
    status: Literal["active", "archived"]
    updated_at: At | None


class SuppressionRecord(Model):
    """An address to which nothing is sent."""

    record: Literal["suppression"]
    id: SuppressionId
    channel: AddressChannel
    address: Annotated[Text, Field(max_length=254)]
    reason: Reason
    by: Signed
    version: Version
    message_id: Short | None
    note: Short | None
    marked: Annotated[list[CustomerId], Field(max_length=MOST_MARKED)]

    @model_validator(mode="after")
    def _comparable(self) -> Self:
        if _as_compared(self.channel, self.address) != self.address:
            raise wrong("has an address that is not in comparable form")
        return self


class Mark(Model):
    """A thing done once for a customer, such as the birthday greeting of a year."""

    what: Annotated[str, Field(pattern=r"^birthday#[0-9]{4}$")]
    at: At


class Suppressed(Model):
    """An address of the customer to which nothing is sent, as the profile says it."""

    channel: AddressChannel
    address: Short
    reason: Reason
    at: At


class Sent(Model):
    """A message that counts."""

    at: At
    message_id: Text


class Sends(Model):
    """The latest messages that count towards the customer's cap."""

    version: Version
    sent: Annotated[list[Sent], Field(max_length=MOST_SENDS)]


class CustomerRecord(Model):
    """A customer, with what must come back in the same moment.

    `owns` are the numbers and addresses (in comparable form) that count as theirs, `shared` those that others hold too.
    """

    record: Literal["customer"]
    id: CustomerId
    version: Version
    status: Status
    created_at: At
    updated_at: At
    last_contact_at: At | None
    verified_at: At | None = None  # files of an earlier version do not say
    tags: Annotated[list[TagId], Field(max_length=2 * MOST_TAGS)]
    doc: dict[str, Any]
    owns: Annotated[list[Short], Field(max_length=2 * MOST_CONTACTS)]
    shared: Annotated[list[Short], Field(max_length=2 * MOST_CONTACTS)]
    suppressed: Annotated[list[Suppressed], Field(max_length=2 * MOST_CONTACTS)]
    marks: Annotated[list[Mark], Field(max_length=MOST_MARKS)]
    sends: Sends | None

    @model_validator(mode="after")
    def _doc(self) -> Self:
        """The document as it is kept: what a client may write, and the comparable forms, which stand in keys."""
        if missing := [name for name in NEEDED if name not in self.doc]:
            raise wrong(f"doc has no {missing[0]}")
        CustomerFields.model_validate(self.doc)
        for phone in self.doc["phones"]:
            if not phone.get("e164") or _as_compared("sms", phone["e164"]) != phone["e164"]:
                raise wrong("doc has a number without its e164 form")
        for email in self.doc["emails"]:
            if normalized_email(email["address"], "/address") != email.get("normalized"):
                raise wrong("doc has an email without its normalized form")
        return self


AnyRecord = Annotated[
    SettingsRecord
    | LocationRecord
    | TagRecord
    | TemplateRecord
    | SuppressionRecord
    | CustomerRecord
    | HistoryRecord
    | DecidedRecord,
    Field(discriminator="record"),
]
_ANY: TypeAdapter[Any] = TypeAdapter(AnyRecord)


def read(line: Any) -> Any:
    """The record of a line.

    Raises:
        ValidationError, Invalid: it is none, or not as the table holds such records.
    """
    if not isinstance(line, dict):
        raise Invalid("A line must be a JSON object.")
    return _ANY.validate_python(line)


def parse(text: bytes) -> Any:
    """What a line says.

    Raises:
        Invalid: it is not JSON in UTF-8, or nested too deep.
    """
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as wrong_text:
        raise Invalid("The line is not JSON in UTF-8.") from wrong_text


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _as_compared(channel: str, address: str) -> str | None:
    try:
        return e164_of(address, None, "/address") if channel == "sms" else comparable(channel, address)
    except Invalid:
        return None
