"""Figures of the whole shop, kept by the writes themselves."""

from chalicelib.repos import keys
from chalicelib.repos.table import Range, Table

STATUSES = ("active", "archived")


def customer_counts(table: Table) -> dict[str, int]:
    """How many customers are active and archived: one Query over eight counters."""
    counters = list(table.query_all(Range(keys.COUNTERS, begins=keys.CUSTOMER_COUNTERS)))
    return {status: sum(int(counter.get(status, 0)) for counter in counters) for status in STATUSES}
