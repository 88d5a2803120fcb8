"""Birthdays as the list shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from chalicelib.domain.birthdays.calendar import occurrence, turns
from chalicelib.domain.errors import Invalid
from chalicelib.domain.fields import Model
from chalicelib.domain.reminders.model import CustomerName

MOST_DAYS = 62
USUAL_DAYS = 7
# Years in which every clock of the zone database can be reckoned with.
FIRST_DAY, LAST_DAY = date(1970, 1, 2), date(2999, 12, 30)


class BirthdayOut(Model):
    """A birthday that is near."""

    customer: CustomerName
    date: str
    birthday: str
    turns: int | None
    location: str | None
    assignee: str | None


@dataclass(frozen=True)
class Kept:
    """A birthday as its entry tells of it."""

    customer_id: str
    name: str
    birthday: str
    home_location: str | None
    assignee: str | None

    def on(self, year: int) -> date:
        """The day of this year on which it is kept."""
        return occurrence(int(self.birthday[-5:-3]), int(self.birthday[-2:]), year)


def shown(kept: Kept, year: int) -> dict[str, Any]:
    """A birthday of this year as the API gives it."""
    day = kept.on(year)
    return {
        "customer": {"id": kept.customer_id, "name": kept.name},
        "date": day.isoformat(),
        "birthday": kept.birthday,
        "turns": turns(kept.birthday, day),
        "location": kept.home_location,
        "assignee": kept.assignee,
    }


def check_day(day: date, pointer: str) -> date:
    """The day unchanged.

    Raises:
        Invalid: so far away that no clock can be reckoned with.
    """
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Invalid.field(pointer, f"must lie between {FIRST_DAY} and {LAST_DAY}")
    return day


def period(first: date, last: date | None, days: int | None) -> tuple[date, date]:
    """The first and the last day of a list.

    Raises:
        Invalid: the end is named twice, lies before the beginning, or is too far from it.
    """
    if last is not None and days is not None:
        raise Invalid.field("/days", "cannot be sent together with to")
    end = last or first + timedelta(days=(days or USUAL_DAYS) - 1)
    if not first <= end < first + timedelta(days=MOST_DAYS):
        raise Invalid.field("/to", f"must lie on or after from, and at most {MOST_DAYS} days in all be named")
    return first, end


def facts(item: Mapping[str, Any]) -> Kept:
    """The birthday of an entry whose sort key is day, store and customer."""
    _, home, customer_id = item["sk"].split("#")
    return Kept(customer_id, item["name"], item["birthday"], None if home == "-" else home, item.get("assignee"))
