"""What is measured: each operation as requests over the loaded store, every request another one."""

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from urllib.parse import urlencode

from bench.clients import Sent
from bench.load import LONG_HISTORY, Loaded
from bench.names import NOTES, OCCUPATIONS
from bench.people import Person, person

FIRST_NEW = 1_000_000  # numbers of people who are added while measuring
CITIES = ("Mumbai", "London")
LONG_NAME = 6


@dataclass
class Shop:
    """The loaded store as requests are made from it."""

    customers: Sequence[Loaded]
    chance: random.Random = field(default_factory=lambda: random.Random(2))
    numbers: Iterator[int] = field(default_factory=lambda: count(FIRST_NEW))

    def anybody(self) -> Loaded:
        """One of the customers."""
        return self.chance.choice(self.customers)

    def regular(self) -> Loaded:
        """One of the customers with a long history."""
        return self.chance.choice([each for each in self.customers if each.entries >= LONG_HISTORY])

    def newcomer(self) -> Person:
        """Somebody who is not a customer yet."""
        return person(next(self.numbers))

    def mailer(self) -> str:
        """The address of a customer who has one."""
        while (address := self.anybody().person.email) is None:
            pass
        return address

    def name(self, longest: int = 0) -> str:
        """A given or family name of at least so many letters."""
        while len(name := self.chance.choice(self.anybody().person.names)) < longest:
            pass
        return name


@dataclass(frozen=True)
class Operation:
    """A kind of request, and the most that its p50 may be in answers of the bare echo (None: no such aim)."""

    name: str
    make: Callable[[Shop], Sent]
    echo_aim: float | None = None


def _get(path: str, **parameters: Any) -> Sent:
    query = f"?{urlencode(parameters)}" if parameters else ""
    return Sent("GET", f"/v1/{path}{query}", None, 200)


def _send(method: str, path: str, body: Mapping[str, Any], status: int) -> Sent:
    return Sent(method, f"/v1/{path}", json.dumps(body).encode(), status)


def _create(shop: Shop) -> Sent:
    return _send("POST", "customers", shop.newcomer().body, 201)


def _read(shop: Shop) -> Sent:
    return _get(f"customers/{shop.anybody().id}")


def _change(shop: Shop) -> Sent:
    # A number makes every change differ from the one before, as one that changes nothing writes nothing.
    occupation = f"{shop.chance.choice(OCCUPATIONS)} {next(shop.numbers)}"
    patch = {"occupation": occupation, "preferred_channel": shop.chance.choice(("call", "sms"))}
    return _send("PATCH", f"customers/{shop.anybody().id}", patch, 200)


def _name_prefix(shop: Shop) -> Sent:
    return _get("customers", q=shop.name()[:4], limit=20)


def _phone(shop: Shop) -> Sent:
    return _get("customers", q=shop.anybody().person.phone, limit=20)


def _email(shop: Shop) -> Sent:
    return _get("customers", q=shop.mailer(), limit=20)


def _any_field(shop: Shop) -> Sent:
    """The one search box: a name with a letter swapped, left out, doubled or replaced."""
    return _get("customers", q=misspelt(shop.name(LONG_NAME), shop.chance), limit=20)


def _tag_and_city(shop: Shop) -> Sent:
    return _get(
        "customers", tag=shop.chance.choice(("VIP", "Diamond", "Gold")), city=shop.chance.choice(CITIES), limit=50
    )


def _history(shop: Shop) -> Sent:
    return _get(f"customers/{shop.regular().id}/timeline", limit=20)


def _birthdays(shop: Shop) -> Sent:
    """A week within one month, and all customers who have their birthday in it."""
    today = datetime.now(UTC).date()
    first = today.replace(month=shop.chance.randint(1, 12), day=shop.chance.randint(1, 21))
    return _get("birthdays", **{"from": first, "to": first + timedelta(days=6), "limit": 100})


def _overview(shop: Shop) -> Sent:
    return _get(f"customers/{shop.regular().id}/overview")


def _note(shop: Shop) -> Sent:
    note = {"text": shop.chance.choice(NOTES), "kind": "requirement"}
    return _send("POST", f"customers/{shop.anybody().id}/notes", note, 201)


def _reminder(shop: Shop) -> Sent:
    due = datetime.now(UTC) + timedelta(days=shop.chance.randint(1, 60))
    reminder = {"type": "follow_up_call", "due_at": due.strftime("%Y-%m-%dT%H:%M:%SZ"), "note": "Ring about the ring"}
    return _send("POST", f"customers/{shop.anybody().id}/reminders", reminder, 201)


def _call(shop: Shop) -> Sent:
    call = {"direction": "out", "duration_s": shop.chance.randint(10, 600), "outcome": "Comes in on Saturday"}
    return _send("POST", f"customers/{shop.anybody().id}/calls", call, 201)


def misspelt(name: str, chance: random.Random) -> str:
    """The name with one typing error, not in its first letter."""
    at = chance.randrange(1, len(name) - 1)
    before, letter, following, after = name[:at], name[at], name[at + 1], name[at + 2 :]
    wrong = (f"{following}{letter}", following, f"{letter}{letter}{following}", f"{letter}q")
    return before + chance.choice(wrong) + after


OPERATIONS = (
    Operation("create customer", _create, 36),
    Operation("read profile", _read, 12),
    Operation("change customer", _change),
    Operation("name prefix, 20", _name_prefix, 25),
    Operation("phone", _phone, 12),
    Operation("email", _email, 11),
    Operation("any field, one typo forgiven", _any_field, 40),
    Operation("tag + city, page of 50", _tag_and_city, 19),
    Operation("history of 20", _history, 10),
    Operation("birthdays of a week", _birthdays, 16),
    Operation("360 view", _overview),
    Operation("add note", _note),
    Operation("set reminder", _reminder),
    Operation("log call", _call),
)
