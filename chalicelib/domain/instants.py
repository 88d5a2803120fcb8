"""Instants and calendar dates as the API writes them."""

import re
from datetime import UTC, date, datetime, timedelta

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_YEARLESS = re.compile(r"--\d\d-\d\d")
LEAP_YEAR = 2000  # 29 February exists in it, so a yearless leap day is a valid birthday


def to_text(instant: datetime) -> str:
    """RFC 3339 in UTC with milliseconds: fixed width, so text order is time order."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_instant(text: str) -> datetime:
    """An RFC 3339 instant, in UTC.

    Raises:
        ValueError: not an instant with a zone, or an impossible one.
    """
    if not _RFC3339.fullmatch(text):
        raise ValueError("must be an instant such as 2027-03-08T10:00:00Z")
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError) as wrong:
        raise ValueError("is not a possible date and time") from wrong


def parse_date(text: str) -> date:
    """An ISO 8601 calendar date.

    Raises:
        ValueError: another notation, or a day that does not exist.
    """
    if not _DATE.fullmatch(text):
        raise ValueError("must be a date such as 1990-03-15")
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise ValueError("is not a day of the calendar") from wrong


def check_birthday(text: str) -> str:
    """A date with or without its year (`1990-03-15`, `--03-15`), unchanged.

    Raises:
        ValueError: as `parse_date`.
    """
    parse_date(f"{LEAP_YEAR}-{text[2:]}" if _YEARLESS.fullmatch(text) else text)
    return text


def age_on(birthday: str | None, today: date) -> int | None:
    """Whole years lived, or None without a year of birth. 29 February counts as 28 February in common years (D16)."""
    if birthday is None or birthday.startswith("--"):
        return None
    born = parse_date(birthday)
    return today.year - born.year - ((today.month, today.day) < _kept_on(born, today.year)) if born <= today else None


def _kept_on(born: date, year: int) -> tuple[int, int]:
    if (born.month, born.day) != (2, 29):
        return born.month, born.day
    last = date(year, 3, 1) - timedelta(days=1)
    return last.month, last.day
