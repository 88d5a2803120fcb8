"""The people of the sample store. All of them are made up; their numbers and addresses belong to nobody."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_TABLE = Path(__file__).with_suffix(".csv")
MUMBAI, JAIPUR = "Mumbai", "Jaipur"
LOCATIONS = (
    {"name": "Kala Ghoda", "city": MUMBAI, "sender_email": "mumbai@store.example.com"},
    {"name": "Johari Bazaar", "city": JAIPUR, "sender_email": "jaipur@store.example.com"},
)


@dataclass(frozen=True)
class Person:
    """A customer in one line; empty texts are left out of the request."""

    title: str
    given: str
    family: str
    company: str
    occupation: str
    phone: str
    email: str
    birthday: str
    anniversary: str
    street: str
    city: str
    postal_code: str
    country: str
    source: str
    tags: tuple[str, ...]
    language: str
    home: str

    def request(self, home_location: str) -> dict[str, Any]:
        """The body that makes this customer."""
        address = {"kind": "home", "line1": self.street, "city": self.city, "postal_code": self.postal_code}
        body = {
            "title": self.title,
            "given_name": self.given,
            "family_name": self.family,
            "company": self.company,
            "occupation": self.occupation,
            "phones": [{"number": self.phone, "label": "mobile"}] if self.phone else [],
            "emails": [{"address": self.email}] if self.email else [],
            "birthday": self.birthday,
            "anniversary": self.anniversary,
            "addresses": [{**address, "country": self.country}] if self.street else [],
            "source": self.source,
            "tags": list(self.tags),
            "language": self.language,
            "home_location": home_location,
        }
        return {name: value for name, value in body.items() if value not in ("", [])}


def people() -> list[Person]:
    """The people in sample_people.csv, in its order."""
    with _TABLE.open(newline="", encoding="utf-8") as table:
        return [_person(row) for row in csv.DictReader(table)]


def _person(row: dict[str, str]) -> Person:
    tags = tuple(filter(None, row.pop("tags").split("|")))
    return Person(**row, tags=tags)
