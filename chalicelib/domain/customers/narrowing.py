"""What a list, an export or a bulk change is narrowed to, as people write it."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationInfo, WithJsonSchema, field_validator

from chalicelib.domain import instants
from chalicelib.domain.consents.model import PURPOSES
from chalicelib.domain.customers.model import Category, Channel, Source, Status
from chalicelib.domain.fields import TEXT, Country, Instant, Language, Model, Text, refuse_controls, wrong
from chalicelib.domain.text import folded_key

MOST_NAMED = 10
MOST_CUSTOM = 5
CHANNELS = ("email", "sms", "whatsapp", "push", "call")
NONE = "none"


def _a_consent(text: str) -> str:
    channel, _, purpose = text.partition(".")
    if channel not in CHANNELS or purpose not in PURPOSES:
        raise wrong("must be a channel and a purpose such as email.birthday")
    return text


def _an_own_value(value: Any) -> Any:
    if isinstance(value, bool | int | float):
        return value
    if not isinstance(value, str) or not value.strip() or len(value) > TEXT:
        raise wrong(f"must be a text of at most {TEXT} characters, a number, or true or false")
    return refuse_controls(value)


TagNames = Annotated[list[Text], Field(max_length=MOST_NAMED)]
OwnValue = Annotated[
    Any, AfterValidator(_an_own_value), WithJsonSchema({"type": ["string", "number", "boolean"], "maxLength": TEXT})
]


class CustomerFilter(Model):
    """Which customers are meant: those that pass all that is said. Without any filter all active customers."""

    q: Text | None = Field(default=None, description="Name (one typo forgiven), phone in any notation, or email")
    tag: Text | None = None
    tags_all: TagNames = Field(default=[], description="Customers with every one of these tags")
    tags_any: TagNames = Field(default=[], description="Customers with one of these tags at least")
    tags_none: TagNames = Field(default=[], description="Customers with none of these tags")
    city: Text | None = None
    region: Text | None = None
    country: Country | None = None
    source: Source | None = None
    category: Category | None = None
    status: Status = "active"
    home_location: Text | None = Field(default=None, description="A store's id, or none")
    assignee: Text | None = Field(default=None, description="A salesperson's id, or none")
    gender: Text | None = None
    occupation: Text | None = None
    language: Language | None = Field(default=None, description="en also finds en-GB")
    preferred_channel: Channel | None = None
    has_email: bool | None = None
    has_phone: bool | None = None
    has_birthday: bool | None = None
    birthday_month: Annotated[int, Field(ge=1, le=12)] | None = None
    created_after: Instant | None = None
    created_before: Instant | None = None
    updated_after: Instant | None = None
    updated_before: Instant | None = None
    last_contact_after: Instant | None = None
    last_contact_before: Instant | None = Field(default=None, description="Also those who were never in touch")
    never_contacted: bool | None = None
    has_inquiries: bool | None = Field(default=None, description="Whether they ever asked for something")
    consent: Annotated[str, AfterValidator(_a_consent)] | None = Field(
        default=None, description="Who agrees to it now: channel and purpose", examples=["email.birthday"]
    )
    external_id: Text | None = None
    import_id: Text | None = Field(default=None, description="Who came by this import, while its rows are kept")
    custom: Annotated[dict[Text, OwnValue], Field(max_length=MOST_CUSTOM)] = Field(
        default={}, description="Values of the shop's own fields; texts without case and accents"
    )

    @field_validator("created_before", "updated_before", "last_contact_before")
    @classmethod
    def _after_its_beginning(cls, before: str | None, info: ValidationInfo) -> str | None:
        beginning = str(info.field_name).replace("_before", "_after")
        after = info.data.get(beginning)
        if before and after and instants.parse_instant(before) <= instants.parse_instant(after):
            raise wrong(f"must be later than {beginning}")
        return before

    @field_validator("never_contacted")
    @classmethod
    def _not_in_touch(cls, never: bool | None, info: ValidationInfo) -> bool | None:
        if never and info.data.get("last_contact_after"):
            raise wrong("cannot be together with last_contact_after")
        return never

    @field_validator("tags_none")
    @classmethod
    def _not_wanted_too(cls, names: list[str], info: ValidationInfo) -> list[str]:
        wanted = {folded_key(name) for name in (info.data.get("tag"), *info.data.get("tags_all", ())) if name}
        if any(folded_key(name) in wanted for name in names):
            raise wrong("names a tag that customers must have")
        return names

    def tag_names(self) -> list[str]:
        """Every tag that is named."""
        return [*([self.tag] if self.tag else ()), *self.tags_all, *self.tags_any, *self.tags_none]
