"""Under which words and cities a customer is found."""

from chalicelib.domain.customers.model import Customer
from chalicelib.domain.text import folded_key, words

MOST_WORDS = 8
PLACE_LENGTH = 100  # folding may write one letter out as eighteen; a key of the store holds 2,048 bytes
NAME_FIELDS = ("given_name", "family_name", "company", "nickname")


def name_words(customer: Customer) -> tuple[str, ...]:
    """The first eight different folded words of given name, family name, company and nickname."""
    found: dict[str, None] = {}
    for name in NAME_FIELDS:
        for word in words(customer.doc.get(name) or ""):
            found.setdefault(word)
    return tuple(found)[:MOST_WORDS]


def place_key(name: str) -> str:
    """One value for all spellings of a city or region; empty when it has no letter or digit."""
    return folded_key(name)[:PLACE_LENGTH]


def cities(customer: Customer) -> tuple[str, ...]:
    """The folded cities of all addresses."""
    return _folded(customer, "city")


def regions(customer: Customer) -> tuple[str, ...]:
    """The folded regions of all addresses."""
    return _folded(customer, "region")


def countries(customer: Customer) -> tuple[str, ...]:
    """The country codes of all addresses."""
    codes = (address.get("country") for address in customer.doc["addresses"])
    return tuple(dict.fromkeys(code for code in codes if code))


def _folded(customer: Customer, part: str) -> tuple[str, ...]:
    keys = (place_key(address.get(part) or "") for address in customer.doc["addresses"])
    return tuple(dict.fromkeys(key for key in keys if key))
