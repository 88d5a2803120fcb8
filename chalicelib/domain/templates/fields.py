"""The fields that a template can name, and their values for one message."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from chalicelib.domain.customers.naming import display_name
from chalicelib.domain.shop.model import Location
from chalicelib.domain.templates.dates import day_and_month, whole_date

FIELDS: dict[str, str] = {
    "first_name": "Given name, else nickname, else title and family name, else company",
    "name": "Given and family name, else company",
    "title": "Title",
    "family_name": "Family name",
    "company": "Company",
    "shop_name": "The shop's name, from the settings",
    "location_name": "Name of the customer's store",
    "location_city": "City of the customer's store",
    "staff_name": "Name of who sends it, or of whose task it is",
    "date": "The day that the message is about, by default the day it is written",
    "birthday": "Day and month of the birthday",
    "text": "What the sender writes into this one message",
}
Values = dict[str, str | None]


def merge_values(  # noqa: PLR0913, PLR0917 -- each is a thing that fields are about
    customer: Mapping[str, Any],
    location: Location | None,
    settings: Mapping[str, Any],
    staff_name: str | None,
    today: date,
    text: str | None,
    language: str | None = None,
) -> Values:
    """The value of each field for a message to a customer (a document of CustomerFields); None where there is none.

    `today` is the day that `{{ date }}` shows, in the words of `language` (English where we do not know its months).
    """
    birthday = customer.get("birthday")
    return {
        **_of_the_shop(location, settings),
        "first_name": first_name(customer),
        "name": display_name(customer) or None,
        "title": customer.get("title"),
        "family_name": customer.get("family_name"),
        "company": customer.get("company"),
        "staff_name": staff_name,
        "date": whole_date(today, language),
        "birthday": day_and_month(*_month_and_day(birthday), language) if birthday else None,
        "text": text,
    }


def staff_values(
    name: str,
    location: Location | None,
    settings: Mapping[str, Any],
    today: date,
    text: str | None,
    *,
    language: str | None = None,
) -> Values:
    """The value of each field for a message to a member of staff; what only customers have is None."""
    return {
        **dict.fromkeys(FIELDS),
        **_of_the_shop(location, settings),
        "first_name": name,
        "name": name,
        "staff_name": name,
        "date": whole_date(today, language),
        "text": text,
    }


def first_name(customer: Mapping[str, Any]) -> str | None:
    """How a customer is addressed."""
    family = " ".join(part for part in (customer.get("title"), customer.get("family_name")) if part)
    known = (customer.get("given_name"), customer.get("nickname"), customer.get("family_name") and family)
    return next((name for name in known if name), None) or customer.get("company")


def _of_the_shop(location: Location | None, settings: Mapping[str, Any]) -> Values:
    return {
        "shop_name": settings.get("shop_name"),
        "location_name": location.doc.get("name") if location else None,
        "location_city": location.doc.get("city") if location else None,
    }


def _month_and_day(birthday: str) -> tuple[int, int]:
    month, day = birthday[-5:].split("-")
    return int(month), int(day)
