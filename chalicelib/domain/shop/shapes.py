"""Settings, locations and tags as clients send and get them."""

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field, StringConstraints

from chalicelib.domain.consents.model import Purpose
from chalicelib.domain.currencies import MINOR_DIGITS
from chalicelib.domain.fields import (
    Colour,
    Country,
    EmailAddress,
    ExampleBody,
    Language,
    Model,
    Text,
    TimeZone,
    not_blank,
    refuse_controls,
    wrong,
)
from chalicelib.domain.shop.tags import PLAIN_COLOUR, check_name

MOST_LANGUAGES = 20
ICON = 16


def _currency(code: str) -> str:
    if code not in MINOR_DIGITS:
        raise wrong("must be a current ISO 4217 currency code such as INR")
    return code


def _languages(tags: list[str]) -> list[str]:
    if len({tag.lower() for tag in tags}) != len(tags):
        raise wrong("must not name the same language twice")
    return tags


def _purposes(named: list[Purpose]) -> list[Purpose]:
    if len(set(named)) != len(named):
        raise wrong("must not name the same purpose twice")
    return named


def _tag_name(name: str) -> str:
    try:
        return check_name(name)
    except ValueError as refusal:
        raise wrong(str(refusal)) from refusal


Clock = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$"), Field(examples=["21:00"])]
Currency = Annotated[
    str,
    StringConstraints(min_length=3, max_length=3),
    AfterValidator(_currency),
    Field(examples=["INR"], json_schema_extra={"format": "currency"}),
]
Languages = Annotated[list[Language], Field(min_length=1, max_length=MOST_LANGUAGES), AfterValidator(_languages)]
SmsSenderId = Annotated[
    str,
    StringConstraints(min_length=3, max_length=11, pattern=r"^[0-9]*[A-Za-z][A-Za-z0-9]*$"),
    Field(examples=["FACETJ"]),
]
DltId = Annotated[str, StringConstraints(pattern=r"^[0-9]{10,30}$")]
Icon = Annotated[
    str, StringConstraints(min_length=1, max_length=ICON), AfterValidator(refuse_controls), AfterValidator(not_blank)
]
TagName = Annotated[Text, AfterValidator(_tag_name)]
Visibility = Literal["everyone", "managers", "hidden"]


class QuietHours(Model):
    """When nothing is sent, in the recipient's local time; over midnight when `to` is before `from`.

    The same time twice means that there are no quiet hours.
    """

    start: Clock = Field(alias="from")
    end: Clock = Field(alias="to")


class Cap(Model):
    """So many messages in so many days, whoever sends them; a message that is owed does not count."""

    messages: Annotated[int, Field(ge=1, le=100)]
    days: Annotated[int, Field(ge=1, le=90)]


class Communication(Model):
    """How the shop writes to customers.

    Messages of a transactional purpose are owed to the customer: they need no consent, unless it was withdrawn, and
    neither cap nor quiet hours hold them.
    """

    cap: Cap
    transactional: Annotated[list[Purpose], Field(max_length=5), AfterValidator(_purposes)]
    sms_sender_id: SmsSenderId | None = Field(default=None, description="Shown instead of a number where that is used")
    dlt_entity_id: DltId | None = Field(default=None, description="India: the shop's id in the DLT register")


class SettingsFields(Model):
    """The shop's settings, the first language being the one to fall back to."""

    example: ClassVar[ExampleBody] = {
        "currency": "INR",
        "default_country": "IN",
        "shop_name": "Meera Jewels",
        "languages": ["en", "hi"],
    }

    default_country: Country | None = Field(default=None, description="Of numbers without +, where no store says")
    currency: Currency
    default_location: Text | None = Field(default=None, description="Store of customers without home_location")
    languages: Languages
    quiet_hours: QuietHours
    sweep_hour: Annotated[int, Field(ge=0, le=23, description="Local hour after which a location's sweeps run")]
    shop_name: Text = Field(description="How messages name the shop")
    communication: Communication
    verify_after_months: Annotated[int, Field(ge=1, le=120)] | None = Field(
        default=24, description="After how many months details count as not confirmed any more; null for never"
    )


class SettingsOut(SettingsFields):
    """The settings; version 0 are the defaults that nobody has changed yet."""

    version: int
    minor_digits: int = Field(description="Digits of the currency's minor unit: 1 USD is 100, 1 JPY is 1")


class NewLocation(Model):
    """A store to add."""

    example: ClassVar[ExampleBody] = {"name": "Mumbai", "time_zone": "Asia/Kolkata", "country": "IN", "city": "Mumbai"}

    name: Text
    time_zone: TimeZone
    country: Country
    city: Text | None = None
    sender_email: EmailAddress | None = Field(default=None, description="From whom the store's mails come")
    sender_name: Text | None = None


class LocationFields(NewLocation):
    """What of a store can be changed; a closed one keeps its customers."""

    example: ClassVar[ExampleBody] = {"name": "Mumbai Fort", "status": "active"}

    status: Literal["active", "closed"]


class LocationOut(LocationFields):
    """A store."""

    id: str
    version: int
    created_at: str
    updated_at: str


class TagFields(Model):
    """A tag's definition."""

    example: ClassVar[ExampleBody] = {"name": "Anniversary", "colour": "#b8860b", "meaning": "Buys for the wedding day"}

    name: TagName
    colour: Colour = PLAIN_COLOUR
    icon: Icon | None = Field(default=None, description="An emoji, say")
    meaning: Text | None = None
    visibility: Visibility = Field(default="everyone", description="Who sees it on customers and in pickers")


class TagOut(TagFields):
    """A tag."""

    id: str
    version: int
