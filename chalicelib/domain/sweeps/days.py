"""Which local days of a place are due: pure reckoning with its clock."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

CAUGHT_UP = timedelta(hours=24)  # a day that was due longer ago is not made up for
LOOKED_BACK = timedelta(days=31)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class DueDay:
    """A local day whose hour has come; `missed` when that was too long ago."""

    day: date
    missed: bool


def due_at(day: date, hour: int, zone: ZoneInfo) -> datetime:
    """The first instant at which the clock there shows this hour of the day, or has passed it.

    An hour that the clock skips is over when it skips; of one that it shows twice the first counts.
    """
    wall = datetime.combine(day, time(hour))
    earliest, latest = sorted(_in_utc(wall.replace(fold=fold), zone) for fold in (0, 1))
    if earliest.astimezone(zone).replace(tzinfo=None) == wall:
        return earliest
    return _first_past(wall, zone, earliest, latest)


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which this day begins there."""
    return due_at(day, 0, zone)


def local_day(now: datetime, zone: tzinfo) -> date:
    """The calendar's day there."""
    return now.astimezone(zone).date()


def oldest_due(now: datetime, last_tick: datetime | None) -> datetime:
    """How far a tick looks back: what was due until here was seen to by an earlier one, or is given up."""
    seen = now if last_tick is None else min(last_tick, now)
    return max(seen - CAUGHT_UP, now - LOOKED_BACK)


def due_days(
    zone: ZoneInfo, hour: int, now: datetime, last_tick: datetime | None, created_at: datetime | None
) -> list[DueDay]:
    """The days due since `last_tick`, and those of the last 24 hours, oldest first; never before the place was there.

    `last_tick` is when a sweep last went through all places; without one nothing can have been missed. Which of the
    days were done already the run records tell.
    """
    oldest = oldest_due(now, last_tick)
    day = local_day(oldest, zone) - DAY
    if created_at is not None:
        day = max(day, local_day(created_at, zone))
    found = []
    while (moment := due_at(day, hour, zone)) <= now:
        if moment > oldest:
            found.append(DueDay(day, missed=moment <= now - CAUGHT_UP))
        day += DAY
    return found


def _in_utc(wall: datetime, zone: ZoneInfo) -> datetime:
    return wall.replace(tzinfo=zone).astimezone(UTC)


def _first_past(wall: datetime, zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """When the clock jumped over this time: it had not reached it at `before`, and has at `after`."""
    while after - before > SECOND:
        middle = before + (after - before) / 2
        if middle.astimezone(zone).replace(tzinfo=None) < wall:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)
