"""When birthdays are kept, and how the list is bounded."""

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.birthdays.calendar import Span, kept_on, occurrence, spans, turns
from chalicelib.domain.birthdays.model import Kept, facts, period, shown
from chalicelib.domain.errors import Invalid

DAYS = st.dates(date(2020, 1, 1), date(2044, 12, 31))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2027, 2, 28), [(2, 28), (2, 29)]),
        (date(2028, 2, 28), [(2, 28)]),
        (date(2028, 2, 29), [(2, 29)]),
        (date(2027, 3, 1), [(3, 1)]),
        (date(2100, 2, 28), [(2, 28), (2, 29)]),
    ],
)
def test_a_leap_day_is_kept_on_the_28th_in_common_years(day: date, expected: list[tuple[int, int]]) -> None:
    assert kept_on(day) == expected


@given(st.integers(2020, 2060))
def test_every_birthday_is_kept_once_a_year(year: int) -> None:
    first = date(year, 1, 1)
    kept = [
        (each, day)
        for day in (first + timedelta(days=n) for n in range(366 if calendar.isleap(year) else 365))
        for each in kept_on(day)
    ]
    assert len(kept) == len({each for each, _ in kept}) == 366
    assert all(occurrence(*each, year) == day for each, day in kept)


@given(DAYS, st.integers(1, 62))
def test_the_months_of_a_period_hold_exactly_its_birthdays(first: date, days: int) -> None:
    last = first + timedelta(days=days - 1)
    found = list(spans(first, last))
    assert len(found) <= 4
    dates = [
        occurrence(span.month, day, span.year)
        for span in found
        for day in range(span.first, span.last + 1)
        if day <= calendar.monthrange(2000, span.month)[1]
    ]
    assert dates == sorted(dates)
    assert set(dates) == {first + timedelta(days=n) for n in range(days)}


def test_a_week_within_a_month_is_one_query() -> None:
    assert list(spans(date(2027, 3, 10), date(2027, 3, 16))) == [Span(2027, 3, 10, 16)]
    assert list(spans(date(2026, 12, 28), date(2027, 1, 3))) == [Span(2026, 12, 28, 31), Span(2027, 1, 1, 3)]
    assert list(spans(date(2027, 2, 26), date(2027, 2, 28))) == [Span(2027, 2, 26, 29)]


@pytest.mark.parametrize(
    ("birthday", "on", "expected"),
    [
        ("1990-03-15", date(2027, 3, 15), 37),
        ("--03-15", date(2027, 3, 15), None),
        ("2000-02-29", date(2027, 2, 28), 27),
        ("2028-01-01", date(2027, 1, 1), None),
        ("2027-01-01", date(2027, 1, 1), 0),
    ],
)
def test_how_old_somebody_gets(birthday: str, on: date, expected: int | None) -> None:
    assert turns(birthday, on) == expected


def test_a_birthday_is_shown_from_its_entry() -> None:
    item = {"sk": "29#-#cus_1", "name": "Asha Rao", "birthday": "2000-02-29"}
    assert facts(item) == Kept("cus_1", "Asha Rao", "2000-02-29", None, None)
    assert shown(facts(item), 2027) == {
        "customer": {"id": "cus_1", "name": "Asha Rao"},
        "date": "2027-02-28",
        "birthday": "2000-02-29",
        "turns": 27,
        "location": None,
        "assignee": None,
    }


def test_a_period_is_at_most_62_days() -> None:
    first = date(2027, 1, 1)
    assert period(first, None, None) == (first, date(2027, 1, 7))
    assert period(first, None, 62)[1] == date(2027, 3, 3)
    assert period(first, date(2027, 3, 3), None)[1] == date(2027, 3, 3)
    for last, days in ((date(2027, 3, 4), None), (date(2026, 12, 31), None), (date(2027, 1, 2), 2)):
        with pytest.raises(Invalid):
            period(first, last, days)
