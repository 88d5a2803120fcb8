"""Dates as lists write them, and the order that a whole column is in."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.imports.dates import ORDERS, DateEvidence, DateFormat, is_dated, order_of, orders_of, read_date
from chalicelib.domain.imports.reading import Record

TODAY = date(2026, 11, 22)
PATTERNS = {"DMY": "{d}{s}{m}{s}{y}", "MDY": "{m}{s}{d}{s}{y}", "YMD": "{y}{s}{m}{s}{d}"}
DATES = st.dates(date(1900, 1, 1), date(2026, 11, 22))


def written(day: date, order: str, separator: str = "/") -> str:
    return PATTERNS[order].format(d=day.day, m=f"{day.month:02}", y=f"{day.year:04}", s=separator)


def evidence(*cells: str) -> DateFormat | None:
    collected = DateEvidence()
    for line, cell in enumerate(cells, start=2):
        collected.add(Record(line, ("x", cell)))
    return order_of(collected.facts().get("1"))


@given(DATES, st.sampled_from(ORDERS), st.sampled_from("/.-"))
def test_a_date_is_read_in_the_order_that_was_said(day: date, order: DateFormat, separator: str) -> None:
    assert read_date(written(day, order, separator), order, TODAY) == day.isoformat()
    assert read_date(day.isoformat(), order, TODAY) == day.isoformat()


@given(DATES)
def test_a_serial_number_is_the_day_that_spreadsheets_mean(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    if serial > 60:
        assert read_date(str(serial), "serial", TODAY) == day.isoformat()
        assert read_date(f"{serial}.75", "serial", TODAY) == day.isoformat()


@pytest.mark.parametrize(
    ("text", "order", "read"),
    [
        ("15/03/1990", "DMY", "1990-03-15"),
        (" 15. 3. 1990 ", "DMY", "1990-03-15"),
        ("15/03", "DMY", "--03-15"),
        ("15.3.", "DMY", "--03-15"),
        ("03/15", "MDY", "--03-15"),
        ("07-21", "YMD", "--07-21"),
        ("29/02", "DMY", "--02-29"),
        ("--03-15", None, "--03-15"),
        ("--0315", "DMY", "--03-15"),
        ("15 March", None, "--03-15"),
        ("15 March 1990", None, "1990-03-15"),
        ("March 15th, 1990", None, "1990-03-15"),
        ("15-Mar-90", None, "1990-03-15"),
        ("15. März 1990", None, "1990-03-15"),
        ("15 mars 1990", None, "1990-03-15"),
        ("15 de marzo de 1990", None, "1990-03-15"),
        ("15 marzo 1990", None, "1990-03-15"),
        ("15 मार्च 1990", None, "1990-03-15"),
        ("Thu, 15 Mar 1990", None, "1990-03-15"),
        ("1990-03-15T10:00:00Z", "DMY", "1990-03-15"),
        ("1990-03-15 00:00:00", None, "1990-03-15"),
        ("15/03/1990 00:00", "DMY", "1990-03-15"),
        ("3/15/1990 12:00:00 AM", "MDY", "1990-03-15"),
        ("19900315", "YMD", "1990-03-15"),
        ("15031990", "DMY", "1990-03-15"),
        ("05/05/1990", None, "1990-05-05"),
        ("１５/０３/１９９０", "DMY", "1990-03-15"),
        # Two digits: the latest such year in which the day is not after today.
        ("22.11.26", "DMY", "2026-11-22"),
        ("23.11.26", "DMY", "1926-11-23"),
        ("15/03/90", "DMY", "1990-03-15"),
        ("01/01/00", "DMY", "2000-01-01"),
    ],
)
def test_notations(text: str, order: DateFormat | None, read: str) -> None:
    assert read_date(text, order, TODAY) == read


@pytest.mark.parametrize(
    ("text", "order", "reason"),
    [
        ("03/04/1990", None, "can be read as two dates"),
        ("15/03/1990", "MDY", "not a date in the order MDY"),
        ("31/02/1990", "DMY", "not a date in the order DMY"),
        ("30/02", "DMY", "not a date"),
        ("29/02/1991", "DMY", "not a date"),
        ("30 February 1990", None, "not a day of the calendar"),
        ("29.02.90", "DMY", "not a day of the calendar"),
        ("15 March 990", None, "not a day of the calendar"),
        ("15 March 19900", None, "not a day of the calendar"),
        ("--02-30", None, "not a day of the calendar"),
        ("1990", "DMY", "not a date"),
        ("03/1990", "DMY", "not a date"),
        ("15/03/990", "DMY", "not a date"),
        ("soon", None, "is not a date"),
        ("March", None, "is not a date"),
        ("60", "serial", "number of a day"),
        ("2958466", "serial", "number of a day"),
        ("15/03/1990", "serial", "number of a day"),
        ("1" * 5000, "DMY", "not a date"),
    ],
)
def test_what_is_no_date_says_why(text: str, order: DateFormat | None, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_date(text, order, TODAY)


@given(st.text(max_size=30), st.sampled_from([None, "DMY", "MDY", "YMD", "serial"]))
def test_any_text_is_a_date_or_refused(text: str, order: DateFormat | None) -> None:
    try:
        said = read_date(text, order, TODAY)
    except ValueError:
        return
    date.fromisoformat(said.replace("--", "2000-", 1))


@given(st.lists(DATES, min_size=1, max_size=30), st.sampled_from(ORDERS))
def test_a_column_in_one_order_is_found_in_it_or_asked_about(days: list[date], order: str) -> None:
    cells = [written(day, order) for day in days]
    try:
        found = evidence(*cells)
    except ValueError:
        assert order in ("DMY", "MDY")
        assert all(day.day <= 12 for day in days)
        assert any(day.day != day.month for day in days)
        return
    assert [read_date(cell, found, TODAY) for cell in cells] == [day.isoformat() for day in days]


def test_a_column_that_fits_two_orders_is_ambiguous() -> None:
    with pytest.raises(ValueError, match=r"fit DMY and MDY; say options\.date_format"):
        evidence("03/04/1990", "05/06/1985", "07/07/1977")


def test_one_cell_far_down_decides() -> None:
    assert evidence(*["03/04/1990"] * 50, "13/01/1999") == "DMY"
    assert evidence(*["03/04/1990"] * 50, "01/13/1999") == "MDY"


def test_cells_that_are_no_dates_decide_nothing() -> None:
    assert evidence("99/99/1990", "31/02/1990", "98765 43210", "15/03/1990") == "DMY"
    assert evidence("n/a", "98765", "") is None


def test_two_orders_in_one_column_are_told_with_their_lines() -> None:
    with pytest.raises(
        ValueError, match=r"different orders \(line 3 not as DMY, line 2 not as MDY, line 2 not as YMD\)"
    ):
        evidence("15/03/1990", "03/15/1990")


def test_an_order_that_makes_no_difference_is_not_asked_for() -> None:
    assert evidence("05/05/1990", "07/07/1991") in ("DMY", "MDY")


def test_years_of_two_digits_are_ambiguous_in_three_ways_until_a_day_or_year_tells() -> None:
    with pytest.raises(ValueError, match="fit DMY and MDY and YMD"):
        evidence("01/02/03")
    assert evidence("01/02/03", "15/03/90") == "DMY"


def test_what_looks_like_a_date() -> None:
    assert [is_dated(text) for text in ("15/03", "1990-03-15", "5 May", "98765", "12/345", "Main St 5")] == [
        *(True, True, True, False, False, False),
    ]
    assert orders_of("2000000000") == {}


def test_today_moves_the_century() -> None:
    assert read_date("01/01/27", "DMY", date(2026, 12, 31)) == "1927-01-01"
    assert read_date("01/01/27", "DMY", date(2026, 12, 31) + timedelta(days=1)) == "2027-01-01"
