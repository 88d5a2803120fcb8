"""A cell of a sheet as the text that a person sees."""

import re
from datetime import datetime, time
from typing import Any, Protocol

ERRORS = frozenset(("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA"))
EXACT = 10**15  # up to which a spreadsheet keeps every digit
# What a format says literally, in brackets or behind a backslash, is no part of the date.
_LITERAL = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')


class SheetCell(Protocol):
    """A cell with its value and how it is shown."""

    value: Any
    number_format: str


def text_of(cell: SheetCell) -> str:
    """Numbers without `.0` or exponent, dates in ISO 8601 (no year where the format hides it), TRUE or FALSE."""
    value = cell.value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, datetime):
        return _date(value, cell.number_format)
    return value.isoformat("seconds") if isinstance(value, time) else str(value)


def _number(value: float) -> str:
    if abs(value) < EXACT and value == int(value):
        return str(int(value))
    return format(value, ".15g")


def _date(value: datetime, shown: str) -> str:
    if _hides_year(shown):
        return f"--{value:%m-%d}"
    return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")


def _hides_year(shown: str) -> bool:
    """Whether a format shows day and month but no year: people who type 15/3 did not mean this year."""
    letters = _LITERAL.sub("", shown.split(";", 1)[0]).lower()
    return "y" not in letters and "e" not in letters and "d" in letters and "m" in letters
