"""How a customer lies in the table: the profile, and every entry under which it is found."""

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.domain.customers import facts
from chalicelib.domain.customers.finding import cities, countries, name_words, regions
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.customers.naming import display_name
from chalicelib.repos import keys
from chalicelib.repos.keys import Key
from chalicelib.repos.suppression_items import marks_of

FACTS = frozenset(("gender", "occupation", "language", "preferred_channel"))  # the others stand for themselves
COUNTS = ("notes", "calls", "inquiries", "reminders")


def profile_attributes(customer: Customer) -> dict[str, Any]:
    """The profile item's attributes; counters are kept by updates, not here."""
    return {
        "version": customer.version,
        "status": customer.status,
        "doc": json.dumps(dict(customer.doc), ensure_ascii=False, separators=(",", ":")),
        "tags": list(customer.tags),
        "last_contact_at": customer.last_contact_at,
        "created_at": customer.created_at,
        "updated_at": customer.updated_at,
    }


def from_item(item: Mapping[str, Any]) -> Customer:
    """The customer of a profile item."""
    return Customer(
        id=item["pk"],
        doc=json.loads(item["doc"]),
        version=int(item["version"]),
        status=item["status"],
        created_at=item["created_at"],
        updated_at=item["updated_at"],
        tags=tuple(item["tags"]),
        last_contact_at=item.get("last_contact_at"),
        counts={name: int(item.get(f"{name}_count", 0)) for name in COUNTS},
        suppressed=marks_of(item),
        verified_at=item.get("verified_at"),
    )


def list_key(customer: Customer) -> Key:
    """The customer's place in the list of all customers."""
    return keys.listed(customer.status, customer.id, customer.created_at[:7])


def list_attributes(customer: Customer) -> dict[str, Any]:
    """What the list itself can be filtered by."""
    return {
        "source": customer.doc["source"],
        "category": customer.category,
        "last_contact_at": customer.last_contact_at,
        "home_location": customer.doc.get("home_location"),
        "assignee": customer.doc.get("assignee"),
        "regions": list(regions(customer)) or None,
        "countries": list(countries(customer)) or None,
        "facts": list_facts(customer),
    }


def list_facts(customer: Customer) -> dict[str, Any]:
    """More of the customer's facts, in one attribute: an entry of an earlier version lacks it as a whole."""
    texts = {name: text for name, text in facts.texts(customer).items() if name in FACTS}
    return {**texts, **facts.there(customer), "created_at": customer.created_at}


def entries(customer: Customer) -> dict[Key, dict[str, Any]]:
    """Every entry that leads to an active customer, besides claims and the list; an archived one has none."""
    if customer.status != "active":
        return {}
    return {
        **_name_entries(customer),
        **{keys.phone_holder(number, customer.id): {} for number in customer.numbers},
        **{keys.email_holder(address, customer.id): {} for address in customer.addresses},
        **{keys.tagged(tag_id, customer.id): {} for tag_id in customer.tags},
        **{keys.in_city(city, customer.id): {"tags": list(customer.tags)} for city in cities(customer)},
        **_birthday_entry(customer),
    }


def _birthday_entry(customer: Customer) -> dict[Key, dict[str, Any]]:
    """What the list of birthdays shows without reading the customer."""
    birthday = customer.doc.get("birthday")
    if not birthday:
        return {}
    key = keys.birthday(birthday[-5:-3], birthday[-2:], customer.doc.get("home_location"), customer.id)
    shown = {"birthday": birthday, "name": display_name(customer.doc), "assignee": customer.doc.get("assignee")}
    return {key: {name: value for name, value in shown.items() if value is not None}}


def _name_entries(customer: Customer) -> dict[Key, dict[str, Any]]:
    found = name_words(customer)
    name = {"words": " ".join(found)}
    forwards = {keys.name_word(word, customer.id): name for word in found}
    return forwards | {keys.name_word_reversed(word, customer.id): name for word in found}
