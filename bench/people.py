"""Made-up customers, the same ones for the same seed."""

import random
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bench.names import COMMUNITIES, OCCUPATIONS, STREETS, TAGS, Community

SOURCES = ("walk_in", "walk_in", "walk_in", "referral", "online", "inquiry", "appointment", "import")
_SPREAD = 7_919  # with numbers below 10^7 (a power of ten) this odd factor reaches each once, so none repeats
_NUMBERS = 10_000_000


@dataclass(frozen=True)
class Person:
    """One customer: the body of POST /v1/customers."""

    number: int
    body: Mapping[str, Any]

    @property
    def names(self) -> tuple[str, str]:
        """Given and family name."""
        return self.body["given_name"], self.body["family_name"]

    @property
    def phone(self) -> str:
        """The number with its country."""
        return str(self.body["phones"][0]["number"])

    @property
    def email(self) -> str | None:
        """The address, when the person has one."""
        return next((str(email["address"]) for email in self.body["emails"]), None)

    @property
    def city(self) -> str:
        """Where the person lives."""
        return str(self.body["addresses"][0]["city"])

    @property
    def tags(self) -> tuple[str, ...]:
        """The names of the tags."""
        return tuple(self.body["tags"])


def person(number: int, seed: int = 1) -> Person:
    """The customer of this number (0 to 9,999,999); numbers and addresses differ from everybody else's."""
    chance = random.Random(f"{seed} {number}")
    community = chance.choices(COMMUNITIES, [each.share for each in COMMUNITIES])[0]
    given, family = chance.choice(community.given), chance.choice(community.family)
    phone = {"number": _phone(community, number), "label": "mobile"}
    body = {
        "given_name": given,
        "family_name": family,
        "phones": [phone],
        "emails": [{"address": _address(given, family, number)}] if chance.random() < 0.8 else [],
        "birthday": f"{chance.randint(1945, 2006)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}",
        "occupation": chance.choice(OCCUPATIONS),
        "addresses": [_home(community, chance)],
        "source": chance.choice(SOURCES),
        "language": "en",
        "preferred_channel": chance.choice(("email", "sms", "whatsapp", "call")),
        "tags": chance.sample(TAGS, chance.choice((0, 1, 1, 2))),
    }
    return Person(number, body)


def _phone(community: Community, number: int) -> str:
    spread = f"{number * _SPREAD % _NUMBERS:07d}"
    digits = community.first_digits + "8" * (community.digits - len(community.first_digits) - len(spread)) + spread
    return f"+{community.calling_code} {digits[:5]} {digits[5:]}"


def _address(given: str, family: str, number: int) -> str:
    plain = unicodedata.normalize("NFKD", f"{given}.{family}".lower()).encode("ascii", "ignore").decode()
    kept = "".join(letter for letter in plain if letter.isalnum() or letter == ".").strip(".")
    return f"{kept or 'guest'}.{number}@example.com"


def _home(community: Community, chance: random.Random) -> dict[str, str]:
    # Half of a community lives in its first city, so that one tag in one city fills a page.
    city = community.cities[0] if chance.random() < 0.5 else chance.choice(community.cities)
    return {
        "kind": "home",
        "line1": f"{chance.randint(1, 200)} {chance.choice(STREETS)}",
        "city": city,
        "country": community.country,
    }
