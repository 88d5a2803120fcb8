"""Dates as people write them, in three orders and several languages, and which order a whole column is in."""

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Literal

from chalicelib.domain.imports.month_names import MONTHS
from chalicelib.domain.imports.records import Record
from chalicelib.domain.instants import LEAP_YEAR
from chalicelib.domain.text import fold

DateFormat = Literal["DMY", "MDY", "YMD", "serial"]
ORDERS: tuple[DateFormat, ...] = ("DMY", "MDY", "YMD")
_CLOCK = r"(?:[T ]+\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?(?: ?[AaPp][Mm])?(?: ?Z| ?[+-]\d\d:?\d\d| ?UTC)?)?"
_NUMBERS = re.compile(rf"\s*(\d{{1,4}})\s?([./\- ])\s?(\d{{1,2}})(?:\.|\s?\2\s?(\d{{1,4}})\.?)?{_CLOCK}\s*")
_YEARLESS = re.compile(r"\s*--(\d\d)-?(\d\d)\s*")
_WORDS = re.compile(r"\d+|[^\d\s.,/'’-]+")
_SERIAL = re.compile(r"\s*(\d{1,7})(?:\.\d+)?\s*")
_PLAIN = re.compile(r"\s*(\d{8})\s*")
FIRST_SERIAL, LAST_SERIAL = 61, 2_958_465  # before 1 March 1900 spreadsheets count a day that never was
SERIAL_ZERO = date(1899, 12, 30)
LONGEST = 40

Parts = tuple[str | None, int, int]  # the year's digits as written, month, day


@lru_cache(maxsize=8192)  # a list has far fewer birthdays than rows
def orders_of(text: str) -> Mapping[DateFormat, Parts]:
    """What a date in digits says in each order in which it is a possible date; empty when it is none."""
    found = _NUMBERS.fullmatch(text)
    if not found:
        return {}
    first, middle, last = found[1], found[3], found[4]
    if last is None:
        said: dict[DateFormat, tuple[str | None, str, str]] = {
            "DMY": (None, middle, first),
            "MDY": (None, first, middle),
            "YMD": (None, first, middle),
        }
    else:
        said = {
            "DMY": (last, middle, first),
            "MDY": (last, first, middle),
            "YMD": (first, middle, last),
        }
    return {
        order: (year, int(month), int(day)) for order, (year, month, day) in said.items() if _may_be(year, month, day)
    }


def _may_be(year: str | None, month: str, day: str) -> bool:
    if len(month) > 2 or len(day) > 2 or not 1 <= int(month) <= 12 or (year is not None and len(year) not in (2, 4)):
        return False
    whole = LEAP_YEAR if year is None or len(year) == 2 else int(year)
    return whole >= 1 and 1 <= int(day) <= monthrange(whole, int(month))[1]


def read_date(text: str, order: DateFormat | None, today: date) -> str:
    """The date in ISO 8601, without its year when none is written; a time of day behind it is left away.

    A year of two digits is the latest such year in which the day is not after `today`.

    Raises:
        ValueError: no date, or not in this order; says so for people.
    """
    yearless = _YEARLESS.fullmatch(text)
    if yearless:
        return _iso((None, int(yearless[1]), int(yearless[2])), today)
    if order == "serial":
        return _of_serial(text)
    if order and (plain := _PLAIN.fullmatch(text)):
        text = _spaced(plain[1], order)
    orders = orders_of(text)
    if orders:
        return _iso(_chosen(orders, order, text), today)
    named = _named(text) if len(text) <= LONGEST else None
    if named is None:
        raise ValueError("is not a date" if order is None else f"is not a date in the order {order}")
    return _iso(named, today)


def _chosen(orders: Mapping[DateFormat, Parts], order: DateFormat | None, text: str) -> Parts:
    if len(set(orders.values())) == 1 and text.lstrip()[:4].isdecimal():
        return next(iter(orders.values()))  # a year of four digits at the beginning is never a day
    if order is None and len(set(orders.values())) > 1:
        raise ValueError("can be read as two dates; say options.date_format")
    if order is None:
        return next(iter(orders.values()))
    if order not in orders:
        raise ValueError(f"is not a date in the order {order}")
    return orders[order]


def _spaced(digits: str, order: DateFormat) -> str:
    if order == "YMD":
        return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"
    return f"{digits[:2]}-{digits[2:4]}-{digits[4:]}"


def _iso(parts: Parts, today: date) -> str:
    year, month, day = parts
    try:
        if year is None:
            return f"-{date(LEAP_YEAR, month, day).isoformat()[4:]}"
        return _full(year, month, day, today).isoformat()
    except ValueError as wrong:
        raise ValueError("is not a day of the calendar") from wrong


def _full(year: str, month: int, day: int, today: date) -> date:
    if len(year) == 4:
        return date(int(year), month, day)
    if len(year) != 2:
        raise ValueError("a year of three digits")
    latest = today.year // 100 * 100 + int(year)
    if (latest, month, day) > (today.year, today.month, today.day):
        latest -= 100
    return date(latest, month, day)


def _of_serial(text: str) -> str:
    found = _SERIAL.fullmatch(text)
    if not found or not FIRST_SERIAL <= int(found[1]) <= LAST_SERIAL:
        raise ValueError("is not the number of a day, as spreadsheets count them")
    return (SERIAL_ZERO + timedelta(days=int(found[1]))).isoformat()


def _named(text: str) -> Parts | None:
    """`15 March 1990`, `March 15, 1990`, `15-Mar-90`, `15. März`, `15 de marzo de 1990`."""
    months: list[int] = []
    numbers: list[str] = []
    for word in _WORDS.findall(text):
        if word.isdecimal():
            numbers.append(word)
        elif fold(word) in MONTHS:
            months.append(MONTHS[fold(word)])
    if len(months) != 1 or not 1 <= len(numbers) <= 2:
        return None
    if len(numbers) == 2 and len(numbers[0]) == 4:
        numbers.reverse()
    if len(numbers[0]) > 2:
        return None
    return (numbers[1] if len(numbers) == 2 else None), months[0], int(numbers[0])


def is_dated(text: str) -> bool:
    """Whether the text is a date in some order, or names a month."""
    return bool(orders_of(text)) or (len(text) <= LONGEST and _named(text) is not None)


class DateEvidence:
    """Reads the cells of a whole file for the order in which each column writes its dates."""

    def __init__(self) -> None:
        self._columns: dict[int, _Column] = {}

    def add(self, record: Record) -> None:
        """Take a record into account."""
        for position, cell in enumerate(record.cells):
            if cell[:1].isdecimal() or cell[:1].isspace():
                orders = orders_of(cell)
                if orders:
                    self._columns.setdefault(position, _Column()).add(orders, record.line)

    def facts(self) -> dict[str, Any]:
        """What was found, in JSON's own types, by the column's index."""
        return {str(position): column.facts() for position, column in self._columns.items()}


class _Column:
    def __init__(self) -> None:
        self._seen = self._disputed = 0
        self._fits: dict[str, int] = {}
        self._against: dict[str, int] = {}  # the first line that is no date in this order

    def add(self, orders: Mapping[DateFormat, Parts], line: int) -> None:
        self._seen += 1
        self._disputed += len(set(orders.values())) > 1
        for order in ORDERS:
            if order in orders:
                self._fits[order] = self._fits.get(order, 0) + 1
            else:
                self._against.setdefault(order, line)

    def facts(self) -> dict[str, Any]:
        return {"seen": self._seen, "disputed": self._disputed, "fits": self._fits, "against": self._against}


def order_of(facts: Mapping[str, Any] | None) -> DateFormat | None:
    """The order in which all dates of a column are possible; None when they are none, or the order makes no difference.

    Raises:
        ValueError: they are possible in two orders, or in none; says what to do, for people.
    """
    if not facts:
        return None
    fitting = [order for order in ORDERS if facts["fits"].get(order) == facts["seen"]]
    if not fitting:
        lines = ", ".join(f"line {line} not as {order}" for order, line in sorted(facts["against"].items()))
        raise ValueError(f"holds dates in different orders ({lines}); say options.date_format")
    if len(fitting) > 1 and facts["disputed"]:
        raise ValueError(f"holds dates that fit {' and '.join(fitting)}; say options.date_format")
    return fitting[0]
