"""Made-up customers of whom some are there twice, with the answers: the same ones for the same seed.

Around those who are there twice live people who are not and look like it: families with one number, namesakes, twins.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bench.names import COMMUNITIES, STREETS, Community
from chalicelib.domain import ids
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.duplicates.model import pair_id

TWICE = 0.03  # of the customers are second records
HOUSEHOLD = 0.15  # live with the one before: one family name, address, often one number
WITHOUT_YEAR = 0.1
_AT = "2026-11-22T00:00:00.000Z"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_HEARD = (("sh", "s"), ("ksh", "x"), ("ee", "i"), ("th", "t"), ("v", "w"), ("ph", "f"), ("i", "ee"), ("dh", "d"))


@dataclass(frozen=True)
class Planted:
    """A customer; `of` is the pair that this second record makes with the first, `how` what differs."""

    customer: Customer
    of: str | None = None
    how: str | None = None


def people(number: int, seed: int = 1) -> Iterator[Planted]:
    """That many customers, in no order that tells who is there twice."""
    chance = random.Random(seed)
    waiting: list[Planted] = []
    before: dict[str, Any] = {}
    for count in range(number):
        if waiting and chance.random() < TWICE * 2:
            yield waiting.pop(chance.randrange(len(waiting)))
            continue
        doc = _relative(before, count, chance) if before and chance.random() < HOUSEHOLD else _stranger(count, chance)
        before = doc
        first = _customer(count, doc)
        if chance.random() < TWICE * 1.1:
            waiting.append(_second(first, number + count, chance))
        yield Planted(first)


def _stranger(count: int, chance: random.Random) -> dict[str, Any]:
    community = chance.choices(COMMUNITIES, [each.share for each in COMMUNITIES])[0]
    return _doc(community, count, chance, chance.choice(community.family), _home(community, count, chance))


def _relative(before: dict[str, Any], count: int, chance: random.Random) -> dict[str, Any]:
    community = before["community"]
    doc = _doc(community, count, chance, before["family_name"], before["addresses"])
    while doc["given_name"] == before["given_name"]:
        doc = {**doc, "given_name": chance.choice(community.given)}
    if chance.random() < 0.6:
        doc["phones"] = before["phones"]
    if chance.random() < 0.05:
        doc["birthday"] = before["birthday"]  # twins
    return doc


def _doc(
    community: Community, count: int, chance: random.Random, family: str, home: Sequence[dict[str, str]]
) -> dict[str, Any]:
    birthday = f"{chance.randint(1945, 2006)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
    if chance.random() < WITHOUT_YEAR:
        birthday = f"-{birthday[4:]}"
    return {
        "community": community,
        "given_name": chance.choice(community.given),
        "family_name": family,
        "phones": [{"e164": f"+{community.calling_code}{7_000_000_000 + count}"}],
        "emails": [{"normalized": f"guest{count}@example.com"}] if chance.random() < 0.6 else [],
        "birthday": birthday if chance.random() < 0.7 else None,
        "addresses": home,
    }


def _home(community: Community, count: int, chance: random.Random) -> list[dict[str, str]]:
    if chance.random() < 0.4:
        return []
    line = f"{count % 997 + 1}/{count // 997 + 1} {chance.choice(STREETS)}"
    return [{"line1": line, "city": chance.choice(community.cities)}]


def _customer(count: int, doc: dict[str, Any]) -> Customer:
    kept = {name: value for name, value in doc.items() if name != "community"}
    return Customer(f"cus_{ids.encode(count)}", kept, 1, "active", _AT, _AT)


def _second(first: Customer, count: int, chance: random.Random) -> Planted:
    """The same person, entered again by somebody in a hurry: one thing is kept for certain, the rest may differ."""
    doc = dict(first.doc)
    fresh = [{"e164": f"+917{count:09d}"}]
    how = chance.choice(("number", "email", "birthday", "address", "married"))
    if how == "email" and doc["emails"]:
        doc |= {"phones": fresh, "addresses": []}
    elif how == "birthday" and doc["birthday"]:
        doc |= {"phones": fresh, "emails": [], "addresses": []}
    elif how == "address" and doc["addresses"]:
        doc |= {"phones": fresh, "emails": [], "birthday": None}
    elif how == "married":
        doc |= {"family_name": chance.choice(COMMUNITIES[0].family), "emails": []}
    else:
        how = "number"
        doc |= {"emails": [], "addresses": []}
    slip = "none" if how == "married" else chance.choice(("none", "letter", "heard", "swapped", "one field", "initial"))
    doc |= _mistaken(doc, slip, chance)
    second = replace(_customer(count, doc))
    return Planted(second, pair_id(first.id, second.id), f"{how}, {slip}")


def _mistaken(doc: dict[str, Any], slip: str, chance: random.Random) -> dict[str, Any]:
    given, family = doc["given_name"], doc["family_name"]
    if slip == "swapped":
        return {"given_name": family, "family_name": given}
    if slip == "one field":
        return {"given_name": f"{given} {family}", "family_name": None}
    if slip == "initial":
        return {"given_name": given[0]}
    if slip == "letter":
        place = chance.randrange(len(family))
        return {"family_name": family[:place] + chance.choice(_LETTERS) + family[place + 1 :]}
    if slip == "heard":
        return {"given_name": _misheard(given), "family_name": _misheard(family)}
    return {}


def _misheard(name: str) -> str:
    for heard, written in _HEARD:
        if heard in name:
            return name.replace(heard, written, 1)
    return name
