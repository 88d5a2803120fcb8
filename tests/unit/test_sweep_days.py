"""Which local days are due, on every clock there is."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.sweeps.days import CAUGHT_UP, LOOKED_BACK, DueDay, due_at, due_days, local_day

ZONES = [
    "UTC",
    "Asia/Kolkata",
    "Pacific/Kiritimati",
    "Pacific/Niue",
    "Pacific/Chatham",
    "Australia/Lord_Howe",
    "America/New_York",
    "America/St_Johns",
    "Europe/London",
    "Africa/Cairo",
    "America/Santiago",
    "Antarctica/Troll",
]
QUARTER = timedelta(minutes=15)
NAIVE = datetime.combine(date(2000, 1, 1), time())  # the strategy adds no zone


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "hour", "expected"),
    [
        ("Pacific/Kiritimati", date(2027, 3, 15), 9, "2027-03-14T19:00"),
        ("Pacific/Niue", date(2027, 3, 15), 9, "2027-03-15T20:00"),
        ("America/New_York", date(2027, 3, 14), 2, "2027-03-14T07:00"),  # 02:00 is skipped: it is 03:00 at once
        ("America/New_York", date(2027, 11, 7), 1, "2027-11-07T05:00"),  # 01:00 comes twice: the first time
        ("Australia/Lord_Howe", date(2027, 10, 3), 2, "2027-10-02T15:30"),  # half an hour is skipped
        ("Antarctica/Troll", date(2027, 3, 28), 2, "2027-03-28T01:00"),  # in the middle of two skipped hours
        ("Africa/Cairo", date(2027, 4, 30), 0, "2027-04-29T22:00"),  # the day begins at 01:00
        ("Pacific/Apia", date(2011, 12, 30), 9, "2011-12-30T10:00"),  # a day that was left out
    ],
)
def test_a_day_is_due_when_the_clock_there_shows_the_hour(zone: str, day: date, hour: int, expected: str) -> None:
    assert due_at(day, hour, ZoneInfo(zone)) == at(expected)


@given(st.sampled_from(ZONES), st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(0, 23))
def test_before_that_instant_the_clock_shows_less(name: str, day: date, hour: int) -> None:
    zone = ZoneInfo(name)
    moment = due_at(day, hour, zone)
    wall = datetime.combine(day, time(hour))
    assert moment.astimezone(zone).replace(tzinfo=None) >= wall
    assert (moment - timedelta(seconds=1)).astimezone(zone).replace(tzinfo=None) < wall


def test_nothing_was_missed_before_the_first_tick() -> None:
    kolkata, now = ZoneInfo("Asia/Kolkata"), at("2027-03-15T06:00")
    assert due_days(kolkata, 9, now, None, None) == [DueDay(date(2027, 3, 15), missed=False)]
    assert due_days(kolkata, 9, at("2027-03-15T03:00"), None, None) == [DueDay(date(2027, 3, 14), missed=False)]


def test_twenty_hours_are_made_up_for_and_three_days_are_not() -> None:
    kolkata = ZoneInfo("Asia/Kolkata")
    last = at("2027-03-15T04:00")
    late = due_days(kolkata, 9, at("2027-03-16T23:30"), last, None)
    assert late[-1] == DueDay(date(2027, 3, 16), missed=False)
    days = due_days(kolkata, 9, at("2027-03-18T04:00"), last, None)
    assert days == [
        DueDay(date(2027, 3, 15), missed=True),  # its record says that it was done
        DueDay(date(2027, 3, 16), missed=True),
        DueDay(date(2027, 3, 17), missed=True),
        DueDay(date(2027, 3, 18), missed=False),
    ]


def test_a_store_has_no_days_from_before_it_was_there() -> None:
    kolkata, now = ZoneInfo("Asia/Kolkata"), at("2027-03-20T06:00")
    made = at("2027-03-19T19:00")  # the 20th there
    assert due_days(kolkata, 9, now, at("2027-03-10T00:00"), made) == [DueDay(date(2027, 3, 20), missed=False)]
    assert due_days(kolkata, 9, at("2027-03-19T20:00"), None, made) == []


def test_a_month_is_the_most_that_is_looked_back() -> None:
    days = due_days(ZoneInfo("UTC"), 9, at("2027-06-30T10:00"), at("2027-01-01T00:00"), None)
    assert (days[0].day, len(days)) == (date(2027, 5, 31), 31)


@given(
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    hour=st.integers(0, 23),
    begun=st.datetimes(NAIVE.replace(year=2026), NAIVE.replace(year=2028)),
    gaps=st.lists(st.integers(1, 14 * 96), min_size=1, max_size=12),
)
def test_each_day_is_run_once_or_missed_once(zone: ZoneInfo, hour: int, begun: datetime, gaps: list[int]) -> None:
    """Whatever the ticks (in quarters of an hour), no day since the first is forgotten, and none is done twice."""
    first = now = begun.replace(tzinfo=UTC)
    last: datetime | None = None
    seen: dict[date, tuple[bool, datetime]] = {}
    for gap in [0, *gaps]:
        now += gap * QUARTER
        for due in due_days(zone, hour, now, last, None):
            if due.day not in seen:
                seen[due.day] = (due.missed, now)
        last = now
    day, end = local_day(first, zone), local_day(now, zone)
    while day <= end:
        moment = due_at(day, hour, zone)
        if first - CAUGHT_UP < moment <= now:
            missed, done_at = seen.pop(day)
            assert missed == (done_at - moment >= CAUGHT_UP)
            assert done_at >= moment
        day += timedelta(days=1)
    assert all(due_at(day, hour, zone) > first - CAUGHT_UP for day in seen)
    assert all(local_day(first, zone) - day <= timedelta(days=1) for day in seen)


def test_the_longest_gap_above_is_shorter_than_what_is_looked_back() -> None:
    assert timedelta(minutes=15) * 14 * 96 < LOOKED_BACK - CAUGHT_UP
