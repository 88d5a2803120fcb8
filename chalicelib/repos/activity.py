"""What a change of a customer's record asks of the customer: to be there, and not to be archived."""

from chalicelib.domain.errors import Conflict, NotFound
from chalicelib.repos import keys
from chalicelib.repos.customers import ACTIVE, STATUS
from chalicelib.repos.table import Item
from chalicelib.repos.transaction import Transaction


def require_active(work: Transaction, customer_id: str) -> None:
    """Let the transaction fail when the customer is archived, without reading them first."""
    work.check(keys.profile(customer_id), ACTIVE, {":active": "active"}, names=STATUS, otherwise=refused)


def count(work: Transaction, customer_id: str, name: str, step: int) -> None:
    """Count up or down on an active customer, without reading them first."""
    values = {":step": step, ":active": "active"}
    key = keys.profile(customer_id)
    names = {**STATUS, "#count": f"{name}_count"}
    work.update(key, "ADD #count :step", values, condition=ACTIVE, names=names, otherwise=refused)


def refused(profile: Item | None) -> Exception:
    """What to answer when the condition does not hold of this profile, or there is none."""
    if profile is None:
        return NotFound("There is no such customer.")
    return Conflict("The customer is archived. Restore it first.", code="archived", conflict_id=profile["pk"])
