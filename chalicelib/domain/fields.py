"""Constrained field types: input is refused in its type, never repaired further in."""

import json
import re
import unicodedata
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from chalicelib.domain import instants
from chalicelib.domain.countries import COUNTRIES

TEXT = 200
NOTE = 10_000
CUSTOM_BYTES = 16 * 1024
ExampleBody = dict[str, Any]  # a body that a route takes as it is, once each id in it is that of a record of its kind
# Unicode's Bidi_Control property: text that shows in another order than it is stored can hide what it says.
BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
LINE_BREAKS = frozenset("\n\r\t\u2028\u2029")
# Letters and marks that Unicode gives no shape: fillers of Hangul and Braille, joiners, variation selectors.
SHAPELESS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | frozenset(map(chr, range(0xFE00, 0xFE10)))
# Files of the zone database that name no place: this machine's own setting, leap-second and POSIX variants.
_NO_PLACE = re.compile(r"posix|right/|localtime|Factory")


class Model(BaseModel):
    """Base of every request and response shape: unknown fields refused, nothing coerced, built when first used."""

    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True, frozen=True)


def wrong(detail: str) -> PydanticCustomError:
    """The error that a field validator raises; its text reaches the caller as it is."""
    return PydanticCustomError("facet", "{detail}", {"detail": detail})


def refuse_controls(text: str, allowed: frozenset[str] = frozenset()) -> str:
    """The text unchanged.

    Raises:
        PydanticCustomError: it holds a control character, a bidi control, half a surrogate pair, or what ends a line
            (U+2028 and U+2029 do, too: no header of a mail can hold them).
    """
    for character in text:
        if character in BIDI_CONTROLS:
            raise wrong("must not contain bidirectional control characters")
        if character not in allowed and unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp"):
            raise wrong("must not contain control characters")
    return text


def _lines(text: str) -> str:
    return refuse_controls(text, LINE_BREAKS)


def not_blank(text: str) -> str:
    """The text unchanged.

    Raises:
        PydanticCustomError: there is nothing in it to be seen.
    """
    if not any(map(_shows, text)):
        raise wrong("must not be blank")
    return text


def _shows(character: str) -> bool:
    return character not in SHAPELESS and unicodedata.category(character) not in ("Cf", "Zs", "Zl", "Zp", "Cc")


def check_country(code: str) -> str:
    """An ISO 3166-1 alpha-2 code, unchanged."""
    if code not in COUNTRIES:
        raise wrong("must be an ISO 3166-1 alpha-2 country code such as IN")
    return code


def check_time_zone(name: str) -> str:
    """An IANA time zone name, unchanged."""
    from zoneinfo import ZoneInfo  # noqa: PLC0415 -- only requests that name a zone pay for it

    if _NO_PLACE.match(name):
        raise wrong("must be an IANA time zone such as Asia/Kolkata")
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError) as unknown:
        raise wrong("must be an IANA time zone such as Asia/Kolkata") from unknown
    return name


def _as_field_error(check: Any) -> Any:
    """A pydantic validator from a rule of ours that raises ValueError."""

    def validate(text: str) -> str:
        try:
            check(text)
        except ValueError as refusal:
            raise wrong(str(refusal)) from refusal
        return text

    return AfterValidator(validate)


def check_custom(value: dict[str, Any]) -> dict[str, Any]:
    """A JSON object of at most 16 KB whose texts hold no control characters."""
    if len(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")) > CUSTOM_BYTES:
        raise wrong("must be at most 16 KB of JSON")
    check_json_texts(value)
    return value


def check_json_texts(value: Any) -> None:
    """Refuse control characters in the names and texts of a JSON value, at any depth."""
    if isinstance(value, str):
        _lines(value)
    elif isinstance(value, dict):
        for key, inner in value.items():
            refuse_controls(key)
            check_json_texts(inner)
    elif isinstance(value, list):
        for inner in value:
            check_json_texts(inner)


Text = Annotated[
    str, StringConstraints(min_length=1, max_length=TEXT), AfterValidator(refuse_controls), AfterValidator(not_blank)
]
LongText = Annotated[
    str, StringConstraints(min_length=1, max_length=NOTE), AfterValidator(_lines), AfterValidator(not_blank)
]
OptionalLongText = Annotated[str, StringConstraints(max_length=NOTE), AfterValidator(_lines)]
Date = Annotated[str, _as_field_error(instants.parse_date), Field(json_schema_extra={"format": "date"})]
Birthday = Annotated[
    str,
    _as_field_error(instants.check_birthday),
    Field(
        description="ISO 8601 date, or --MM-DD without a year",
        examples=["1990-03-15", "--03-15"],
        json_schema_extra={"format": "birthday", "pattern": r"^(\d{4}|-)-\d\d-\d\d$"},
    ),
]
Instant = Annotated[str, _as_field_error(instants.parse_instant), Field(json_schema_extra={"format": "date-time"})]
Country = Annotated[
    str,
    StringConstraints(min_length=2, max_length=2),
    AfterValidator(check_country),
    Field(examples=["IN"], json_schema_extra={"format": "country"}),
]
TimeZone = Annotated[
    str,
    StringConstraints(min_length=1, max_length=64),
    AfterValidator(check_time_zone),
    Field(examples=["Asia/Kolkata"], json_schema_extra={"format": "time-zone"}),
]
# What is a number or an address is decided by libphonenumber and email-validator, in the commands; the document says
# what is expected.
PhoneNumber = Annotated[Text, Field(examples=["+91 98765 43210"], json_schema_extra={"format": "phone"})]
EmailAddress = Annotated[
    Text, Field(max_length=254, examples=["asha@example.com"], json_schema_extra={"format": "email"})
]
Language = Annotated[
    str,
    StringConstraints(max_length=35, pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"),
    Field(description="BCP 47 language tag", examples=["en", "pt-BR"]),
]
Custom = Annotated[dict[str, Any], AfterValidator(check_custom)]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$"), Field(examples=["#b8860b"])]


def unique(values: Sequence[str], pointer: str) -> None:
    """Refuse a list that names the same thing twice."""
    if len(set(values)) != len(values):
        raise wrong(f"{pointer} must not name the same value twice")
