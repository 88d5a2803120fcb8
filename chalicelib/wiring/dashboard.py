"""What the dashboard shows."""

from chalicelib.repos import dashboard
from chalicelib.wiring.store import table


def customer_counts() -> dict[str, int]:
    """Customers by status."""
    return dashboard.customer_counts(table())
