"""What a shop accepts as a customer, beyond the shape of the fields."""

from collections.abc import Container, Mapping
from typing import Any

from chalicelib.domain.customers.contact import normalize_emails, normalize_phones
from chalicelib.domain.customers.model import CONTACT_SOURCES, Customer, CustomerFields
from chalicelib.domain.errors import Conflict, Invalid
from chalicelib.domain.shop.model import Shop

NOT_KEPT = frozenset(("tags", "allow_duplicate"))


def kept_fields(
    fields: CustomerFields, shop: Shop, staff: Container[str], before: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The fields as they are stored: numbers and addresses in comparable form, references checked.

    Raises:
        Invalid: a number or address is unusable, or home_location or assignee names nobody.
    """
    doc = fields.model_dump(exclude=set(NOT_KEPT))
    _check_references(doc, shop, staff, before or {})
    known = {phone["number"]: phone["e164"] for phone in (before or {}).get("phones", ())}
    doc["phones"] = normalize_phones(doc["phones"], shop.country_for(doc["home_location"]), known)
    doc["emails"] = normalize_emails(doc["emails"])
    return doc


def _check_references(doc: Mapping[str, Any], shop: Shop, staff: Container[str], before: Mapping[str, Any]) -> None:
    """What is named anew must be there and open; a customer of a store that closed since stays as they are."""
    home, assignee = doc["home_location"], doc["assignee"]
    if home is not None and home != before.get("home_location") and not shop.is_open(home):
        raise Invalid.field("/home_location", "is not an open location of this shop")
    if assignee is not None and assignee != before.get("assignee") and assignee not in staff:
        raise Invalid.field("/assignee", "is not an active member of staff")


def first_contact(source: str, at: str) -> str | None:
    """The last contact of a new customer: they came, wrote or booked, or nobody has met them yet."""
    return at if source in CONTACT_SOURCES else None


def require_active(customer: Customer) -> None:
    """Refuse a write to an archived customer.

    Raises:
        Conflict: the customer is archived.
    """
    if customer.status != "active":
        raise Conflict("The customer is archived. Restore it first.", code="archived", conflict_id=customer.id)


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Those fields that differ, as they were and as they are."""
    names = [name for name in after if before.get(name) != after[name]]
    return {name: before.get(name) for name in names}, {name: after[name] for name in names}
