"""What to do today, over HTTP."""

from datetime import date
from typing import Any

from pydantic import Field

from chalicelib.domain import instants
from chalicelib.domain.birthdays.model import shown as shown_birthday
from chalicelib.domain.customers.naming import display_name
from chalicelib.domain.fields import Text
from chalicelib.domain.inquiries.visible import shown as shown_inquiry
from chalicelib.domain.reminders.visible import listed
from chalicelib.domain.shop.model import Shop
from chalicelib.domain.sweeps.days import DAY, local_day, start_of
from chalicelib.domain.sweeps.places import zone_at
from chalicelib.domain.today.model import ME, MOST, UPCOMING, TodayOut, Whose
from chalicelib.handlers.answers import Answer, ok
from chalicelib.handlers.endpoint import Request, Routes
from chalicelib.handlers.parameters import NoParameters
from chalicelib.wiring import birthdays, staff, today
from chalicelib.wiring.shop import shop

endpoint = Routes(__name__, "today")


class TodayQuery(NoParameters):
    """Whose day to show."""

    assignee: Text | None = Field(default=None, description=f"`{ME}` or an id; the caller when nothing is named")
    location: Text | None = Field(default=None, description="The people who work at this store, and its customers")


@endpoint("GET", "/v1/today", "today.read", "What to do today", query=TodayQuery, returns=TodayOut)
def show(request: Request) -> Answer:
    """Reminders due, birthdays and open inquiries of one person, or of one store; the day is that of their clock."""
    query, reference = request.query, shop.get()
    named = query.assignee or request.call.actor.id
    directory = staff.directory(request.call.actor.id if named == ME else named)
    whose = Whose.asked(query.assignee, query.location, request.call.actor.id, directory, reference)
    zone = zone_at(whose.clock(directory, reference), reference)
    day = local_day(request.call.now, zone)
    work, more_work = _work(whose, instants.to_text(start_of(day + DAY, zone)))
    cake, more_cake = _birthdays(whose, day, reference)
    return ok({"date": day.isoformat(), **work, **cake, "truncated": more_work or more_cake})


def _work(whose: Whose, until: str) -> tuple[dict[str, Any], bool]:
    due, more_due = today.waiting().first_reminders(until)
    came, more_came = today.waiting().first_inquiries()
    reminders, inquiries = list(filter(whose.has, due)), list(filter(whose.has, came))
    found = today.reader().read(reminders[:MOST], inquiries[:MOST])
    shown = {
        "reminders": [listed(reminder, customer) for reminder, customer in found.reminders],
        "inquiries": [
            {**shown_inquiry(inquiry), "customer": {"id": customer.id, "name": display_name(customer.doc)}}
            for inquiry, customer in found.inquiries
        ],
    }
    return shown, more_due or more_came or max(len(reminders), len(inquiries)) > MOST


def _birthdays(whose: Whose, day: date, reference: Shop) -> tuple[dict[str, Any], bool]:
    found, more = birthdays.reader().between(day, day + UPCOMING * DAY)
    theirs = [shown_birthday(kept, year) for kept, year in found if whose.celebrates(kept, reference)]
    now = [each for each in theirs if each["date"] == day.isoformat()]
    later = [each for each in theirs if each["date"] != day.isoformat()]
    cut = max(len(now), len(later)) > MOST
    return {"birthdays": now[:MOST], "upcoming": later[:MOST]}, more or cut
