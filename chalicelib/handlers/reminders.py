"""Reminders over HTTP: set, see what is due, complete, reschedule, cancel."""

from typing import Literal

from pydantic import Field

from chalicelib.domain import ids, instants
from chalicelib.domain.errors import Invalid
from chalicelib.domain.fields import Instant, Text
from chalicelib.domain.reminders import commands
from chalicelib.domain.reminders.model import ListedReminder, NewReminder, ReminderOut, ReminderPatch, ReminderStatus
from chalicelib.domain.reminders.types import TYPES, ReminderTypes
from chalicelib.domain.reminders.visible import listed, shown
from chalicelib.handlers.answers import Answer, created, no_content, ok
from chalicelib.handlers.endpoint import Request, Routes
from chalicelib.handlers.pages import page, page_of, position
from chalicelib.handlers.parameters import Paging
from chalicelib.repos.reminders_due import Wanted
from chalicelib.wiring import reminders

endpoint = Routes(__name__, "reminders")
ARCHIVED = "The customer is archived"
REFUSED = "The customer is archived, or the reminder was cancelled"


class OwnQuery(Paging):
    """What a customer's reminders can be narrowed to."""

    status: Literal["open", "done", "cancelled"] | None = None


class DueQuery(Paging):
    """What the screen of reminders can be narrowed to."""

    status: ReminderStatus = "open"
    due_after: Instant | None = Field(default=None, description="From this instant on")
    due_before: Instant | None = Field(default=None, description="Until before this instant")
    assignee: Text | None = None
    customer_id: Text | None = None


@endpoint(
    "POST",
    "/v1/customers/{customer_id}/reminders",
    "reminders.write",
    "Set a reminder",
    body=NewReminder,
    returns=ReminderOut,
    status=201,
    also={409: ARCHIVED},
)
def set_reminder(request: Request) -> Answer:
    """For the caller, unless an assignee is named. `due_at` may lie at most a day in the past."""
    desk = reminders.desk(request.work, request.body.assignee)
    reminder = commands.set_reminder(desk, request.path["customer_id"], request.body)
    return created(f"/v1/reminders/{reminder.id}", shown(reminder), reminder.version)


@endpoint(
    "GET",
    "/v1/customers/{customer_id}/reminders",
    "reminders.read",
    "List a customer's reminders",
    query=OwnQuery,
    returns=page_of(ReminderOut),
)
def of_customer(request: Request) -> Answer:
    """The one set last first."""
    query = request.query
    found = reminders.reader().page(request.path["customer_id"], query.limit, position(request), query.status)
    return page(request, [shown(reminder) for reminder in found.reminders], found.next)


@endpoint(
    "GET",
    "/v1/reminders",
    "reminders.read",
    "List all reminders",
    query=DueQuery,
    returns=page_of(ListedReminder),
)
def due(request: Request) -> Answer:
    """In the order in which they fall due. A page may hold fewer than `limit` while next_cursor is set."""
    query = request.query
    if query.customer_id is not None and not ids.is_id(query.customer_id, "cus"):
        raise Invalid.field("/customer_id", "is not the id of a customer")
    wanted = Wanted(
        status=query.status,
        due_after=_kept(query.due_after),
        due_before=_kept(query.due_before),
        assignee=query.assignee,
        customer_id=query.customer_id,
    )
    found = reminders.due().page(wanted, query.limit, position(request))
    return page(request, [listed(reminder, customer) for reminder, customer in found.found], found.next)


def _kept(instant: str | None) -> str | None:
    """The instant as keys have it, so that it compares as text."""
    return instants.to_text(instants.parse_instant(instant)) if instant else None


@endpoint("GET", "/v1/reminders/{reminder_id}", "reminders.read", "Read a reminder", returns=ReminderOut)
def read(request: Request) -> Answer:
    """A cancelled reminder is shown too, with its status."""
    reminder = reminders.reader().get(request.path["reminder_id"])
    return ok(shown(reminder), reminder.version)


@endpoint(
    "PATCH",
    "/v1/reminders/{reminder_id}",
    "reminders.write",
    "Complete, reopen, reschedule or change a reminder",
    body=ReminderPatch,
    patch=True,
    returns=ReminderOut,
    also={409: REFUSED},
)
def change(request: Request) -> Answer:
    """JSON Merge Patch: `{"status": "done"}` completes, `{"due_at": …}` reschedules."""
    desk = reminders.desk(request.work, request.body.get("assignee"))
    reminder = commands.change(desk, request.path["reminder_id"], request.body, request.if_match)
    return ok(shown(reminder), reminder.version)


@endpoint(
    "DELETE",
    "/v1/reminders/{reminder_id}",
    "reminders.write",
    "Cancel a reminder",
    versioned=True,
    status=204,
    also={409: ARCHIVED},
)
def cancel(request: Request) -> Answer:
    """It leaves every list; that there was one stays on the timeline."""
    commands.cancel(reminders.desk(request.work), request.path["reminder_id"], request.if_match)
    return no_content()


@endpoint("GET", "/v1/reminder-types", "reminders.read", "Types of reminders", returns=ReminderTypes)
def types(_: Request) -> Answer:
    """What each type means and when to use it."""
    return ok(TYPES.model_dump())
