"""One number and one address for all their notations."""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.domain.errors import Invalid

MOST_EXTERNAL_DIGITS = 15


def e164_of(number: str, country: str | None, pointer: str) -> str:
    """The number in E.164.

    A number without + is read as one of `country`; libphonenumber decides what is possible.

    Raises:
        Invalid: no country to read it in, or not a possible number.
    """
    import phonenumbers  # noqa: PLC0415 -- its metadata is loaded only by requests that hold a number

    if country is None and not number.lstrip().startswith(("+", "＋")):
        detail = "needs its country code (+…), as neither home_location nor settings.default_country gives a country"
        raise Invalid.field(pointer, detail)
    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException as unreadable:
        raise Invalid.field(pointer, "is not a phone number") from unreadable
    if not phonenumbers.is_possible_number(parsed):
        raise Invalid.field(pointer, "is not a possible phone number")
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def normalized_email(address: str, pointer: str) -> str:
    """The address as it compares: case folded, the domain in Unicode; a plus tag stays part of it.

    Raises:
        Invalid: not an address that mail can be sent to.
    """
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 -- only requests with an address

    try:
        checked = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError as unusable:
        raise Invalid.field(pointer, "is not an email address") from unusable
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
