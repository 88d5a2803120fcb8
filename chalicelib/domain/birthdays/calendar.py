"""On which day a birthday is kept (D16)."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

LEAP_DAY = (2, 29)


def kept_on(day: date) -> list[tuple[int, int]]:
    """The birthdays, as month and day, that are kept on this day: 29 February on 28 February in common years."""
    own = (day.month, day.day)
    return [own, LEAP_DAY] if own == (2, 28) and not calendar.isleap(day.year) else [own]


def occurrence(month: int, day: int, year: int) -> date:
    """The day of this year on which a birthday is kept."""
    if (month, day) == LEAP_DAY and not calendar.isleap(year):
        return date(year, 2, 28)
    return date(year, month, day)


def turns(birthday: str, on: date) -> int | None:
    """How old somebody gets on this day; None without a year of birth, or before it."""
    if birthday.startswith("--") or int(birthday[:4]) > on.year:
        return None
    return on.year - int(birthday[:4])


@dataclass(frozen=True)
class Span:
    """Birthdays of one month of one year, from one day to another, both included, as they are written."""

    year: int
    month: int
    first: int
    last: int


def spans(first: date, last: date) -> Iterator[Span]:
    """The birthdays that are kept from `first` to `last`, month by month; a year may end in between."""
    while first <= last:
        end = min(last, _end_of_month(first))
        most = end.day
        if (end.month, end.day) == (2, 28) and not calendar.isleap(end.year):
            most = LEAP_DAY[1]
        yield Span(first.year, first.month, first.day, most)
        first = end + timedelta(days=1)


def _end_of_month(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
