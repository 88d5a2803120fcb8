"""What cannot be right about a customer's contact details. Pure: the customer, the shop, and what day it is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from chalicelib.domain import instants
from chalicelib.domain.contact_checks import emails, phones, postal_codes
from chalicelib.domain.contact_checks.model import Kind
from chalicelib.domain.customers.contact import normalized_email
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.errors import Invalid
from chalicelib.domain.shop.model import Shop

OLDEST_YEARS = 120
CAME_BACK = {"bounce": "Messages to it came back.", "complaint": "A message to it was marked as unwanted."}
SHORTEST_IN_CAPITALS = 6
DAYS_A_MONTH = 365.25 / 12
TOMORROW = timedelta(days=1)  # somewhere on earth it is


@dataclass(frozen=True)
class Doubt:
    """Something to look into: the field (JSON pointer), its value as it is, why, and what may have been meant."""

    kind: Kind
    field: str
    value: str
    detail: str
    suggestion: str | None = None


@dataclass(frozen=True)
class Look:
    """One look at a customer."""

    customer: Customer
    shop: Shop
    today: date


def doubts(customer: Customer, shop: Shop, today: date) -> list[Doubt]:
    """Everything to look into, none for an archived customer."""
    if customer.status != "active":
        return []
    look = Look(customer, shop, today)
    return [doubt for rule in RULES for doubt in rule(look)]


def _numbers(look: Look) -> Iterator[Doubt]:
    for position, phone in enumerate(look.customer.doc["phones"]):
        found = phones.standing(phone["e164"])
        if found == "impossible":
            yield Doubt("phone_impossible", f"/phones/{position}", phone["e164"], "No number has this many digits.")
        elif found == "invalid":
            detail = "No operator has numbers like this one."
            yield Doubt("phone_invalid", f"/phones/{position}", phone["e164"], detail)


def _addresses(look: Look) -> Iterator[Doubt]:
    for position, email in enumerate(look.customer.doc["emails"]):
        pointer, address = f"/emails/{position}", email["address"]
        if not _is_address(address):
            yield Doubt("email_invalid", pointer, address, "No mail can be sent to such an address.")
        elif suggestion := emails.meant(address):
            detail = "The part after the @ looks like a typing error."
            yield Doubt("email_typo", pointer, address, detail, suggestion)


def _is_address(address: str) -> bool:
    try:
        normalized_email(address, "")
    except Invalid:
        return False
    return True


def _suppressed(look: Look) -> Iterator[Doubt]:
    held = {
        **{("email", each): f"/emails/{at}" for at, each in enumerate(look.customer.addresses)},
        **{("sms", each): f"/phones/{at}" for at, each in enumerate(look.customer.numbers)},
    }
    for place, pointer in held.items():
        reason = look.customer.suppressed.get(place, {}).get("reason", "")
        if reason in CAME_BACK:
            yield Doubt("address_rejected", pointer, place[1], CAME_BACK[reason])


def _unreachable(look: Look) -> Iterator[Doubt]:
    customer = look.customer
    callable_ = any(phones.standing(number) in ("fixed", "fine") for number in customer.numbers)
    mailed = any(("email", each) not in customer.suppressed and _is_address(each) for each in customer.addresses)
    if not callable_ and not mailed:
        yield Doubt("unreachable", "/phones", "", "No number and no address is left by which to reach the customer.")


def _preferred(look: Look) -> Iterator[Doubt]:
    channel, numbers = look.customer.doc.get("preferred_channel"), look.customer.numbers
    if channel == "email" and not look.customer.addresses:
        yield Doubt("channel_impossible", "/preferred_channel", channel, "Prefers mail, and there is no address.")
    elif channel in ("sms", "whatsapp", "call") and not numbers:
        yield Doubt("channel_impossible", "/preferred_channel", channel, "There is no number for what is preferred.")
    elif channel == "sms" and all(phones.standing(number) == "fixed" for number in numbers):
        yield Doubt("channel_impossible", "/preferred_channel", channel, "Prefers texts, and has only fixed lines.")


def _dates(look: Look) -> Iterator[Doubt]:
    born = look.customer.doc.get("birthday")
    day = date.fromisoformat(born) if born and not born.startswith("--") else None
    if born and day and day > look.today + TOMORROW:
        yield Doubt("birthday_implausible", "/birthday", born, "The birthday lies in the future.")
    elif born and day and look.today.year - day.year > OLDEST_YEARS:
        yield Doubt("birthday_implausible", "/birthday", born, f"The customer would be over {OLDEST_YEARS} years old.")
    wed = look.customer.doc.get("anniversary")
    if wed and day and date.fromisoformat(wed) < day:
        yield Doubt("anniversary_implausible", "/anniversary", f"{born} {wed}", "It lies before the birthday.")


def _postal_codes(look: Look) -> Iterator[Doubt]:
    for position, address in enumerate(look.customer.doc.get("addresses") or ()):
        code, country = address.get("postal_code"), address.get("country")
        if code and country and not postal_codes.fits(code, country):
            detail = f"No postal code of the country {country} looks like this."
            yield Doubt("postal_code", f"/addresses/{position}/postal_code", f"{country} {code}", detail)


def _names(look: Look) -> Iterator[Doubt]:
    doc = look.customer.doc
    given = {name: doc[name] for name in ("given_name", "family_name") if doc.get(name)}
    for name, text in given.items():
        if "@" in text or any(character.isdigit() for character in text):
            yield Doubt("name_odd", f"/{name}", text, "A name has no digits and no @.")
    whole = " ".join(given.values())
    if whole.isupper() and sum(map(str.isalpha, whole)) >= SHORTEST_IN_CAPITALS:
        yield Doubt("name_capitals", f"/{next(iter(given))}", whole, "Written in capitals.", whole.title())


def _country(look: Look) -> Iterator[Doubt]:
    doc = look.customer.doc
    known = any(address.get("country") for address in doc.get("addresses") or ())
    if not known and look.shop.country_for(doc.get("home_location")) is None:
        yield Doubt("country_missing", "/home_location", "", "Neither an address nor the home store gives a country.")


def _verified(look: Look) -> Iterator[Doubt]:
    months = look.shop.settings.get("verify_after_months")
    since = look.customer.verified_at or look.customer.created_at
    age = look.today - instants.parse_instant(since).date()
    if months and age.days > months * DAYS_A_MONTH:
        detail = f"Nobody has confirmed the details with the customer for {months} months."
        yield Doubt("not_verified", "/verified_at", since, detail)


RULES: tuple[Callable[[Look], Iterator[Doubt]], ...] = (
    _numbers,
    _addresses,
    _suppressed,
    _unreachable,
    _preferred,
    _dates,
    _postal_codes,
    _names,
    _country,
    _verified,
)
