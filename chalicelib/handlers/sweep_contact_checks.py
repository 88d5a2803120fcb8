"""The weekly look over contact details: each night a look whether the week's is to be started."""

from datetime import UTC, datetime

from chalicelib.domain import ids
from chalicelib.domain.call import Call
from chalicelib.domain.contact_checks import starting
from chalicelib.domain.sweeps.model import SWEEPS
from chalicelib.wiring import contact_checks, sweeps


def run(now: datetime) -> dict[str, str | None]:
    """Start the look of this week unless it was started before; says which job it is."""
    call, week = Call(SWEEPS, now, ids.new_id("req", now)), starting.week_of(now.astimezone(UTC).date())
    started = sweeps.commit(call, lambda work: starting.start_of_week(contact_checks.starter(work), week))
    return {"job": started.id if started else None}
