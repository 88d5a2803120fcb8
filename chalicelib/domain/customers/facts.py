"""Plain facts of a customer, by which lists are narrowed: the list's own entries hold them too."""

from typing import Any

from chalicelib.domain.customers.finding import place_key
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.text import fold

AS_TYPED = ("source", "category", "home_location", "assignee", "preferred_channel")
FOLDED = ("gender", "occupation")
THERE = {"has_email": "emails", "has_phone": "phones", "has_birthday": "birthday"}


def texts(customer: Customer) -> dict[str, str]:
    """Facts that are a word: as they are kept, or folded where people write them freely. Only those that are known."""
    doc = customer.doc
    found = {name: doc.get(name) for name in AS_TYPED} | {"category": customer.category}
    found |= {name: place_key(doc.get(name) or "") for name in FOLDED}
    found["language"] = (doc.get("language") or "").lower()
    return {name: value for name, value in found.items() if value}


def there(customer: Customer) -> dict[str, bool]:
    """What the customer has."""
    return {name: True for name, field in THERE.items() if customer.doc.get(field)}


def speaks(language: str, wanted: str) -> bool:
    """Whether a language (lower case) is the wanted one, or a kind of it: en-gb is en."""
    return language == wanted or language.startswith(f"{wanted}-")


def same_value(kept: Any, wanted: Any) -> bool:
    """Whether a value of the shop's own fields is this one, or a list that holds it; texts without case and accents."""
    if isinstance(kept, list):
        return any(same_value(each, wanted) for each in kept)
    return not isinstance(kept, dict) and kept is not None and _plain(kept) == _plain(wanted)


def _plain(value: Any) -> str:
    """14 and "14" are one value, true and "true" too: a parameter of a URL is always a text."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return " ".join(fold(text).split())
