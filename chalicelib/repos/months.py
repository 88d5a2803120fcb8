"""Months as partitions of lists: `2026-11`."""

from collections.abc import Iterator
from datetime import datetime, timedelta

FIRST_MONTH = "2026-11"  # the month of the first release: no record is older


def months_back(first: str | None, now: datetime) -> Iterator[str]:
    """Months from the newest (or this first one) to the oldest; tomorrow's counts too, as clocks differ."""
    month = first or (now + timedelta(days=1)).strftime("%Y-%m")
    while month >= FIRST_MONTH:
        yield month
        month = month_before(month)


def month_before(month: str) -> str:
    """The month before this one."""
    year, number = int(month[:4]), int(month[5:])
    return f"{year - 1}-12" if number == 1 else f"{year}-{number - 1:02d}"
