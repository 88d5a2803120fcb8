"""Sweeps over HTTP: start one by hand, and see what they did."""

from datetime import date, timedelta
from time import monotonic

from pydantic import Field

from chalicelib.domain import instants
from chalicelib.domain.birthdays.model import check_day
from chalicelib.domain.errors import Invalid, NotFound
from chalicelib.domain.fields import Date, Text
from chalicelib.domain.ids import is_id
from chalicelib.domain.sweeps.model import NewRun, RunOut, RunRecordOut, SweepsOut, shown, told
from chalicelib.domain.sweeps.names import DESCRIBED
from chalicelib.handlers.answers import Answer, ok
from chalicelib.handlers.endpoint import Request, Routes
from chalicelib.handlers.pages import page, page_of, position
from chalicelib.handlers.parameters import Paging
from chalicelib.handlers.sweep_starts import NAMES, asked_for
from chalicelib.handlers.sweep_turns import Turn
from chalicelib.wiring import sweeps

endpoint = Routes(__name__, "sweeps")
SECONDS = 20.0  # a request has 29; what was begun must end in them
MOST_DAYS = 31
USUAL_DAYS = 7
LATEST = 10
TOMORROW = timedelta(days=1)  # somewhere on earth it is


class RunsQuery(Paging):
    """Which runs to list."""

    location: Text | None = None
    first: Date | None = Field(default=None, alias="from", description="A week before `to` by default")
    last: Date | None = Field(default=None, alias="to", description="Tomorrow by default, as it is already somewhere")


@endpoint("GET", "/v1/sweeps", "sweeps.read", "List sweeps", returns=SweepsOut)
def listed(request: Request) -> Answer:
    """What each does and when, when it last went through everything, and its latest runs."""
    states = sweeps.runs().states(NAMES)
    latest = request.call.now.date() + TOMORROW
    items = []
    for name, (description, schedule) in DESCRIBED.items():
        found = sweeps.runs().page(name, latest - 2 * TOMORROW, latest, None, LATEST, None)
        facts = {"name": name, "description": description, "schedule": schedule}
        at = states.get(name, {}).get("last_tick_at")
        items.append({**facts, "last_tick_at": at, "last_runs": [shown(record) for record in found.records]})
    return ok({"items": items})


@endpoint(
    "POST",
    "/v1/sweeps/{name}/runs",
    "sweeps.run",
    "Run a sweep by hand",
    body=NewRun,
    body_optional=True,
    returns=RunOut,
)
def run(request: Request) -> Answer:
    """As if today were `date`. Messages leave at once, whatever the hour; nothing is done twice, whoever runs it.

    `birthdays` tells of customers, `follow-ups` of reminders and inquiries for staff; `index` gives customers written
    by an earlier version the entries under which they are found.
    """
    asked, began = request.body, monotonic()
    turn = Turn(
        lambda: SECONDS - (monotonic() - began),
        actor=request.call.actor,
        request_id=request.call.request_id,
        source_ip=request.call.source_ip,
        by_hand=True,
        dry_run=asked.dry_run,
    )
    tally, day = asked_for(request.path["name"], asked, turn)
    return ok(told(tally, day, dry_run=asked.dry_run))


@endpoint(
    "GET",
    "/v1/sweeps/{name}/runs",
    "sweeps.read",
    "List the runs of a sweep",
    query=RunsQuery,
    returns=page_of(RunRecordOut),
)
def runs(request: Request) -> Answer:
    """The newest day first. Runs are kept for 400 days."""
    name, query = request.path["name"], request.query
    if name not in NAMES:
        raise NotFound("There is no such sweep.")
    if query.location is not None and not is_id(query.location, "loc"):
        raise Invalid.field("/location", "is not the id of a location")
    first, last = _period(query, request.call.now.date())
    found = sweeps.runs().page(name, first, last, query.location, query.limit, position(request))
    return page(request, [shown(record) for record in found.records], found.next)


def _period(query: RunsQuery, today: date) -> tuple[date, date]:
    last = check_day(instants.parse_date(query.last), "/to") if query.last else today + TOMORROW
    usual = last - timedelta(days=USUAL_DAYS - 1)
    first = check_day(instants.parse_date(query.first), "/from") if query.first else usual
    if not first <= last < first + timedelta(days=MOST_DAYS):
        raise Invalid.field("/from", f"must lie on or before to, and at most {MOST_DAYS} days in all be named")
    return first, last
