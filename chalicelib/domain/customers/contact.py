"""One number and one address for all their notations."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from chalicelib.domain.errors import Invalid

REMEMBERED = 1024  # a row of a list is read twice: to find its customer, then to write it


def e164_of(number: str, country: str | None, pointer: str) -> str:
    """The number in E.164.

    A number without + is read as one of `country`; libphonenumber decides what is possible.

    Raises:
        Invalid: no country to read it in, or not a possible number.
    """
    if country is None and not number.lstrip().startswith(("+", "＋")):
        detail = "needs its country code (+…), as neither home_location nor settings.default_country gives a country"
        raise Invalid.field(pointer, detail)
    try:
        return _e164(number, country)
    except ValueError as refusal:
        raise Invalid.field(pointer, str(refusal)) from refusal


@lru_cache(maxsize=REMEMBERED)
def _e164(number: str, country: str | None) -> str:
    import phonenumbers  # noqa: PLC0415 -- its metadata is loaded only by requests that hold a number

    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException as unreadable:
        raise ValueError("is not a phone number") from unreadable
    if not phonenumbers.is_possible_number(parsed):
        raise ValueError("is not a possible phone number")
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def normalized_email(address: str, pointer: str) -> str:
    """The address as it compares: case folded, the domain in Unicode; a plus tag stays part of it.

    Raises:
        Invalid: not an address that mail can be sent to.
    """
    try:
        return _normalized(address)
    except ValueError as unusable:
        raise Invalid.field(pointer, "is not an email address") from unusable


@lru_cache(maxsize=REMEMBERED)
def _normalized(address: str) -> str:
    from email_validator import validate_email  # noqa: PLC0415 -- only requests with an address

    # What it refuses is an EmailNotValidError, which is a ValueError; strict also refuses more than 64 bytes before
    # the @, which no mail server need take.
    checked = validate_email(address, check_deliverability=False, test_environment=True, strict=True)
    return str(checked.normalized).casefold()


def normalize_phones(
    phones: Sequence[Mapping[str, Any]], country: str | None, known: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Phones with their E.164 form; `known` maps numbers that are unchanged, so stored ones are not read anew.

    Raises:
        Invalid: a number is impossible, given twice, or contradicts the e164 sent with it.
    """
    seen: list[dict[str, Any]] = []
    for position, phone in enumerate(phones):
        pointer = f"/phones/{position}"
        e164 = known.get(phone["number"]) or e164_of(phone["number"], country, f"{pointer}/number")
        _same_form(phone.get("e164"), e164, f"{pointer}/e164")
        if any(other["e164"] == e164 for other in seen):
            raise Invalid.field(f"{pointer}/number", "is given twice")
        seen.append({**phone, "e164": e164})
    return seen


def normalize_emails(emails: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Emails with their comparable form.

    Raises:
        Invalid: an address is unusable, given twice, or contradicts the form sent with it.
    """
    seen: list[dict[str, Any]] = []
    for position, email in enumerate(emails):
        pointer = f"/emails/{position}"
        normalized = normalized_email(email["address"], f"{pointer}/address")
        _same_form(email.get("normalized"), normalized, f"{pointer}/normalized")
        if any(other["normalized"] == normalized for other in seen):
            raise Invalid.field(f"{pointer}/address", "is given twice")
        seen.append({**email, "normalized": normalized})
    return seen


def _same_form(sent: str | None, computed: str, pointer: str) -> None:
    if sent is not None and sent != computed:
        raise Invalid.field(pointer, f"is computed, and is {computed}")
