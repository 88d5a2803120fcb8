"""What the list of birthdays works with."""

from chalicelib.repos.birthdays import BirthdayReader
from chalicelib.wiring.store import table


def reader() -> BirthdayReader:
    """Reads of birthdays."""
    return BirthdayReader(table())
