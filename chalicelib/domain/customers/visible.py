"""What each role sees of a customer (the field level of the permission table)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from chalicelib.domain import instants
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.permissions import ANALYST, COUNTER, INVENTORY
from chalicelib.domain.shop.model import Shop

NAME = ("title", "given_name", "family_name", "nickname", "company")
CONTACT = ("phones", "emails", "custom", "external_id")
ADDRESS_WITHOUT_CONTACT = ("kind", "city", "region", "country")


def seen_by(roles: frozenset[str], customer: Customer, shop: Shop, now: datetime) -> dict[str, Any]:
    """The customer as these roles may see it.

    Counter staff see everything, analysts nothing by which a person can be reached, inventory only name and phones.
    """
    if not roles.isdisjoint(COUNTER):
        return {**_whole(roles, customer, shop, now), "suppressed": suppressed(customer), "links": links(customer)}
    if ANALYST in roles:
        return _without_contact(_whole(roles, customer, shop, now))
    if INVENTORY in roles:
        return {**_frame(customer), **{name: customer.doc.get(name) for name in (*NAME, "phones")}}
    return _frame(customer)


def links(customer: Customer) -> dict[str, str | None]:
    """Links that open a call, a WhatsApp chat, a letter and the thread of inquiries."""
    number = next(iter(customer.numbers), None)
    address = next((email["address"] for email in customer.doc["emails"]), None)
    return {
        "call": f"tel:{number}" if number else None,
        "whatsapp": f"https://wa.me/{number[1:]}" if number else None,
        "email": f"mailto:{quote(address, safe='@+')}" if address else None,
        "thread": f"/v1/customers/{customer.id}/inquiries",
    }


def suppressed(customer: Customer) -> list[dict[str, str]]:
    """The customer's addresses to which nothing is sent, with the reasons."""
    held = [*(("email", address) for address in customer.addresses), *(("sms", number) for number in customer.numbers)]
    return [
        {"channel": channel, "address": address, **customer.suppressed[channel, address]}
        for channel, address in held
        if (channel, address) in customer.suppressed
    ]


def _frame(customer: Customer) -> dict[str, Any]:
    return {
        "id": customer.id,
        "version": customer.version,
        "status": customer.status,
        "created_at": customer.created_at,
        "updated_at": customer.updated_at,
    }


def _whole(roles: frozenset[str], customer: Customer, shop: Shop, now: datetime) -> dict[str, Any]:
    doc = customer.doc
    return {
        **_frame(customer),
        **doc,
        "category": customer.category,
        "tags": tag_names(roles, customer, shop),
        "age": instants.age_on(doc.get("birthday"), _today(customer, shop, now)) if doc.get("birthday") else None,
        "last_contact_at": customer.last_contact_at,
        "verified_at": customer.verified_at,
    }


def tag_names(roles: frozenset[str], customer: Customer, shop: Shop) -> list[str]:
    """The names of the customer's tags that these roles see, in the order of their names."""
    tags = (shop.tags.get(tag_id) for tag_id in customer.tags)
    return sorted(tag.name for tag in tags if tag is not None and tag.visible_to(roles))


def _today(customer: Customer, shop: Shop, now: datetime) -> Any:
    return now.astimezone(ZoneInfo(shop.time_zone_of(customer.doc.get("home_location")))).date()


def _without_contact(seen: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in seen.items() if name not in CONTACT}
    kept["addresses"] = [{name: address.get(name) for name in ADDRESS_WITHOUT_CONTACT} for address in seen["addresses"]]
    return kept
