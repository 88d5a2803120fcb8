"""Who sees to a customer's inquiry when nobody was named."""

from chalicelib.domain.customers.model import Customer
from chalicelib.domain.permissions import MANAGER
from chalicelib.domain.shop.model import Shop
from chalicelib.domain.staff.members import Directory


def default_assignees(customer: Customer, shop: Shop, directory: Directory) -> tuple[str, ...]:
    """The customer's assignee, else the managers of their location, else managers of no location; in order of id."""
    own = directory.get(customer.doc.get("assignee") or "")
    if own and not own.disabled:
        return (own.id,)
    location = shop.location_of(customer.doc.get("home_location"))
    managers = [member for member in directory.values() if MANAGER in member.roles and not member.disabled]
    here = [member.id for member in managers if location and location.id in member.locations]
    return tuple(sorted(here or [member.id for member in managers if not member.locations]))
