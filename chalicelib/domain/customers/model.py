"""The customer as clients write it, and as the shop keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from chalicelib.domain.fields import (
    Birthday,
    Country,
    Custom,
    Date,
    EmailAddress,
    ExampleBody,
    Language,
    Model,
    PhoneNumber,
    Text,
    TimeZone,
    wrong,
)

MOST_CONTACTS = 5
MOST_TAGS = 20
CONTACT_SOURCES = frozenset(("walk_in", "inquiry", "appointment"))
Source = Literal["walk_in", "inquiry", "appointment", "import", "referral", "online"]
Channel = Literal["email", "sms", "whatsapp", "push", "call"]
Category = Literal["business", "vip", "regular", "new"]
Status = Literal["active", "archived"]


class Phone(Model):
    """A number as the customer gave it; `e164` is ours, and refused when it says another number."""

    number: PhoneNumber
    label: Text | None = None
    e164: Text | None = Field(default=None, description="Computed; may be sent back as it was read")


class Email(Model):
    """An address as the customer gave it; `normalized` is ours."""

    address: EmailAddress
    label: Text | None = None
    normalized: Text | None = Field(default=None, description="Computed; may be sent back as it was read")


class Address(Model):
    """A postal address."""

    kind: Literal["billing", "shipping", "home"]
    line1: Text | None = None
    line2: Text | None = None
    city: Text | None = None
    region: Text | None = None
    postal_code: Text | None = None
    country: Country | None = None


class ImportantDate(Model):
    """A date to remember besides birthday and anniversary."""

    label: Text
    date: Birthday


class CustomerFields(Model):
    """What clients write of a customer, by POST, PATCH, upsert and import."""

    title: Text | None = None
    given_name: Text | None = None
    family_name: Text | None = None
    nickname: Text | None = None
    company: Text | None = None
    phones: Annotated[list[Phone], Field(max_length=MOST_CONTACTS)] = []
    emails: Annotated[list[Email], Field(max_length=MOST_CONTACTS)] = []
    birthday: Birthday | None = None
    anniversary: Date | None = None
    important_dates: Annotated[list[ImportantDate], Field(max_length=10)] = []
    gender: Text | None = None
    occupation: Text | None = None
    addresses: Annotated[list[Address], Field(max_length=MOST_CONTACTS)] = []
    source: Source = "walk_in"
    language: Language | None = None
    time_zone: TimeZone | None = None
    preferred_channel: Channel | None = None
    home_location: Text | None = None
    assignee: Text | None = None
    external_id: Text | None = None
    category: Literal["business"] | None = Field(
        default=None, description="Only business is set by hand; null lets it be computed"
    )
    custom: Custom = {}

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if not (self.given_name or self.family_name or self.company):
            raise wrong("needs one of given_name, family_name, company")
        if not (self.phones or self.emails):
            raise wrong("needs one phone or email")
        return self


class NewCustomer(CustomerFields):
    """The body of POST /v1/customers."""

    example: ClassVar[ExampleBody] = {
        "given_name": "Asha",
        "family_name": "Rao",
        "phones": [{"number": "+919812345678", "label": "mobile"}],
        "emails": [{"address": "asha@example.com"}],
        "birthday": "1990-09-12",
        "addresses": [{"kind": "home", "line1": "1 Hill Road", "city": "Mumbai", "country": "IN"}],
        "language": "en",
        "custom": {"ring_size": 52},
        "tags": ["VIP"],
    }

    tags: Annotated[list[Text], Field(max_length=MOST_TAGS)] = []
    allow_duplicate: bool = Field(default=False, description="Accept numbers and addresses that another customer holds")


class PhoneOut(Phone):
    """A number with its international form."""

    e164: str


class EmailOut(Email):
    """An address with its comparable form."""

    normalized: str


class Links(Model):
    """What a profile's buttons open on a phone or a desk."""

    call: str | None = Field(description="tel: link of the first number")
    whatsapp: str | None = Field(description="WhatsApp chat with the first number")
    email: str | None = Field(description="mailto: link of the first address")
    thread: str = Field(description="The customer's inquiries")


class SuppressedAddress(Model):
    """An address or number of the customer to which nothing is sent, and why."""

    channel: Literal["email", "sms"]
    address: str
    reason: Literal["manual", "bounce", "stop_reply", "complaint"]
    at: str


class CustomerOut(Model):
    """A customer as counter staff see it; roles with less right get fewer fields."""

    id: str
    version: int
    status: Status
    created_at: str
    updated_at: str
    title: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    nickname: str | None = None
    company: str | None = None
    phones: list[PhoneOut] = []
    emails: list[EmailOut] = []
    birthday: str | None = None
    age: int | None = Field(default=None, description="Whole years, today at the customer's store")
    anniversary: str | None = None
    important_dates: list[ImportantDate] = []
    gender: str | None = None
    occupation: str | None = None
    addresses: list[Address] = []
    source: Source | None = None
    tags: list[str] = []
    language: str | None = None
    time_zone: str | None = None
    preferred_channel: Channel | None = None
    home_location: str | None = None
    assignee: str | None = None
    external_id: str | None = None
    category: Category | None = None
    custom: dict[str, Any] = {}
    last_contact_at: str | None = None
    verified_at: str | None = Field(default=None, description="When the details were last confirmed with the customer")
    suppressed: list[SuppressedAddress] = Field(default=[], description="Where nothing is sent, whatever was agreed")
    links: Links | None = None


@dataclass(frozen=True)
class Customer:
    """A customer as the shop keeps it.

    `doc` holds what clients write, with computed forms of numbers and addresses, in JSON's own types. Tags, the last
    contact, the counts, the suppressed addresses (by channel and address) and when the details were last confirmed
    change without a new version.
    """

    id: str
    doc: Mapping[str, Any]
    version: int
    status: str
    created_at: str
    updated_at: str
    tags: tuple[str, ...] = ()
    last_contact_at: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    suppressed: Mapping[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)
    verified_at: str | None = None

    @property
    def numbers(self) -> tuple[str, ...]:
        """All numbers in E.164."""
        return tuple(phone["e164"] for phone in self.doc["phones"])

    @property
    def addresses(self) -> tuple[str, ...]:
        """All email addresses in comparable form."""
        return tuple(email["normalized"] for email in self.doc["emails"])

    @property
    def category(self) -> str:
        """Business when set by hand; everybody else is new until purchases say more (D1)."""
        return self.doc.get("category") or "new"

    def changed(self, doc: Mapping[str, Any], at: str) -> "Customer":
        """The next version, with other fields."""
        return replace(self, doc=doc, version=self.version + 1, updated_at=at)
