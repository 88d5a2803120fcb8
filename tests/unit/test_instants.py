"""Instants, dates and ages."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import ids
from chalicelib.domain.instants import age_on, check_birthday, parse_date, parse_instant, to_text

INSTANTS = st.datetimes(
    datetime(2000, 1, 1),  # noqa: DTZ001 -- Hypothesis wants the bounds without a zone
    datetime(2100, 1, 1),  # noqa: DTZ001 -- as above
    timezones=st.just(UTC),
)


@given(INSTANTS, INSTANTS)
def test_text_order_is_time_order(a: datetime, b: datetime) -> None:
    a, b = (moment.replace(microsecond=moment.microsecond // 1000 * 1000) for moment in (a, b))
    assert (to_text(a) < to_text(b)) == (a < b)
    assert parse_instant(to_text(a)) == a


@given(INSTANTS, INSTANTS)
def test_ids_sort_by_time(a: datetime, b: datetime) -> None:
    if abs(a - b) > timedelta(milliseconds=1):
        assert (ids.new_id("cus", a) < ids.new_id("cus", b)) == (a < b)
    assert ids.is_id(ids.new_id("cus", a), "cus")


def test_other_zones_become_utc() -> None:
    assert (
        to_text(datetime(2027, 3, 8, 15, 30, tzinfo=timezone(timedelta(hours=5, minutes=30))))
        == "2027-03-08T10:00:00.000Z"
    )


@pytest.mark.parametrize(
    "text",
    [
        "2027-03-08",
        "2027-03-08T10:00:00",
        "2027-02-30T10:00:00Z",
        "0000-01-01T00:00:00Z",
        "2027-03-08T25:00:00Z",
        "2027-03-08 10:00:00Z",
        "now",
        "2027-03-08T10:00:00+99:00",
        "0001-01-01T00:00:00+23:00",
    ],
)
def test_what_is_no_instant(text: str) -> None:
    with pytest.raises(ValueError, match=r"must be|is not"):
        parse_instant(text)


@pytest.mark.parametrize("text", ["1990-02-29", "1990-13-01", "90-03-15", "1990-3-5", "1990-W10-1", "19900315"])
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(ValueError, match=r"must be|is not"):
        parse_date(text)


def test_a_birthday_may_lack_its_year() -> None:
    assert check_birthday("--02-29") == "--02-29"
    with pytest.raises(ValueError, match="calendar"):
        check_birthday("--02-30")


@pytest.mark.parametrize(
    ("birthday", "today", "age"),
    [
        ("1990-03-15", date(2026, 3, 14), 35),
        ("1990-03-15", date(2026, 3, 15), 36),
        ("2000-02-29", date(2026, 2, 27), 25),
        ("2000-02-29", date(2026, 2, 28), 26),
        ("2000-02-29", date(2028, 2, 28), 27),
        ("2000-02-29", date(2028, 2, 29), 28),
        ("--03-15", date(2026, 3, 15), None),
        (None, date(2026, 3, 15), None),
        ("2030-01-01", date(2026, 3, 15), None),
    ],
)
def test_age(birthday: str | None, today: date, age: int | None) -> None:
    assert age_on(birthday, today) == age


@pytest.mark.parametrize(
    "value", ["cus_", "cus_x", "CUS_00000000000000000000000000", "cus_0000000000000000000000000u", "cus"]
)
def test_what_is_no_id(value: str) -> None:
    assert not ids.is_id(value, "cus")
