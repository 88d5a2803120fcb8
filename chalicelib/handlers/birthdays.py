"""The list of birthdays over HTTP."""

from collections.abc import Callable
from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field

from chalicelib.domain import instants
from chalicelib.domain.birthdays.model import MOST_DAYS, BirthdayOut, Kept, check_day, period, shown
from chalicelib.domain.fields import Date, Text
from chalicelib.domain.sweeps.days import local_day
from chalicelib.domain.sweeps.places import belongs_to, default_zone
from chalicelib.handlers.answers import Answer
from chalicelib.handlers.endpoint import Request, Routes
from chalicelib.handlers.pages import page, page_of, position
from chalicelib.handlers.parameters import Paging, whole_number
from chalicelib.wiring import birthdays
from chalicelib.wiring.shop import shop

endpoint = Routes(__name__, "birthdays")
Days = Annotated[int, Field(ge=1, le=MOST_DAYS), BeforeValidator(whole_number)]


class BirthdayQuery(Paging):
    """Which days to list, and whose birthdays."""

    first: Date | None = Field(default=None, alias="from", description="Today at the default location by default")
    last: Date | None = Field(default=None, alias="to", description="Six days after `from` by default")
    days: Days | None = Field(default=None, description="Instead of `to`: how many days in all")
    location: Text | None = Field(default=None, description="Only customers who belong to this store")
    assignee: Text | None = Field(default=None, description="Only customers of this member of staff")


@endpoint(
    "GET",
    "/v1/birthdays",
    "today.read",
    "List birthdays",
    query=BirthdayQuery,
    returns=page_of(BirthdayOut),
)
def listed(request: Request) -> Answer:
    """By day, over the end of a year too. 29 February is kept on 28 February in common years."""
    query = request.query
    first, last = _period(request)
    passes = _passes(query.location, query.assignee)
    found = birthdays.reader().page(first, last, query.limit, position(request), passes)
    return page(request, [shown(kept, year) for kept, year in found.found], found.next)


def _period(request: Request) -> tuple[date, date]:
    query = request.query
    if query.first:
        first = check_day(instants.parse_date(query.first), "/from")
    else:
        first = local_day(request.call.now, default_zone(shop.get()))
    return period(first, check_day(instants.parse_date(query.last), "/to") if query.last else None, query.days)


def _passes(location: str | None, assignee: str | None) -> Callable[[Kept], bool] | None:
    """What the list is narrowed by, None by nothing."""
    if location is None and assignee is None:
        return None
    reference = shop.get()

    def passes(kept: Kept) -> bool:
        at_home = location is None or belongs_to(kept.home_location, reference) == location
        return at_home and assignee in (None, kept.assignee)

    return passes
