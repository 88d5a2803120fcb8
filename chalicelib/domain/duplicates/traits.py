"""What of a customer is compared with others, in comparable form: small, so that many are compared in little memory."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from chalicelib.domain.customers.model import Customer
from chalicelib.domain.text import folded_key, words

MOST_WORDS = 6  # of one name
LETTERS = 60  # of an address
GENERATIONS = {"jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr", "ii": "ii", "iii": "iii"}
_WOMAN, _MAN = "woman", "man"
SAID_OF_WOMEN = frozenset(("f", "female", "woman", "ms", "mrs", "miss", "smt", "kumari", "begum", "madam"))
SAID_OF_MEN = frozenset(("m", "male", "man", "mr", "shri", "sri", "shree"))


@dataclass(frozen=True, slots=True)
class Traits:
    """A customer as duplicates see it: folded words and comparable forms. `birthday` is as stored, `--MM-DD` too."""

    id: str = ""
    given: tuple[str, ...] = ()
    family: tuple[str, ...] = ()
    nickname: tuple[str, ...] = ()
    company: str = ""
    generation: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    birthday: str = ""
    gender: str = ""
    addresses: tuple[str, ...] = ()

    @property
    def person(self) -> bool:
        """Whether it names a person, and not a company alone."""
        return bool(self.given or self.family)


def traits_of(customer: Customer) -> Traits:
    """What is compared of a customer."""
    return traits(customer.doc, customer.id, customer.numbers, customer.addresses)


def traits(
    doc: Mapping[str, Any], customer_id: str = "", phones: Iterable[str] = (), emails: Iterable[str] = ()
) -> Traits:
    """What is compared of these fields; numbers in E.164 and addresses normalized."""
    given, family = (words(doc.get(name) or "") for name in ("given_name", "family_name"))
    return Traits(
        id=customer_id,
        given=_name(given),
        family=_name(family),
        nickname=_name(words(doc.get("nickname") or "")),
        company=folded_key(doc.get("company") or ""),
        generation=next((GENERATIONS[word] for word in (*given[1:], *family) if word in GENERATIONS), ""),
        phones=tuple(phones),
        emails=tuple(emails),
        birthday=doc.get("birthday") or "",
        gender=_gender(doc),
        addresses=tuple(dict.fromkeys(key for each in doc.get("addresses", ()) for key in _places(each))),
    )


def as_json(found: Traits) -> dict[str, Any]:
    """The traits in JSON's own types; what is empty is left out."""
    return {name: value for name, value in asdict(found).items() if value}


def from_json(kept: Mapping[str, Any]) -> Traits:
    """The traits as they were."""
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()}
    return Traits(**values)


def _name(found: list[str]) -> tuple[str, ...]:
    own = [word for number, word in enumerate(found) if number == 0 or word not in GENERATIONS]
    return tuple(dict.fromkeys(own))[:MOST_WORDS]


def _gender(doc: Mapping[str, Any]) -> str:
    """What was recorded, else what the title says; empty when neither is one of the usual words."""
    for text in (doc.get("gender"), doc.get("title")):
        said = set(words(text or ""))
        if bool(said & SAID_OF_WOMEN) != bool(said & SAID_OF_MEN):
            return _WOMAN if said & SAID_OF_WOMEN else _MAN
    return ""


def _places(address: Mapping[str, Any]) -> list[str]:
    """The first line with the postal code and with the city: people leave out the one or the other."""
    line = folded_key(address.get("line1") or "")[:LETTERS]
    parts = (folded_key(address.get(name) or "") for name in ("postal_code", "city"))
    return [f"{line}|{part[:LETTERS]}" for part in parts if line and part]
