"""The nightly run over all customers: each hour a look whether the day's run is to be started."""

from datetime import datetime

from chalicelib.domain import ids
from chalicelib.domain.call import Call
from chalicelib.domain.duplicates import starting
from chalicelib.domain.errors import Invalid
from chalicelib.domain.sweeps.days import local_day
from chalicelib.domain.sweeps.model import SWEEPS, NewRun
from chalicelib.domain.sweeps.places import default_zone
from chalicelib.wiring import duplicates, sweeps
from chalicelib.wiring.shop import shop

HOUR = 2  # by the clock of the default store


def run(asked: NewRun, now: datetime) -> dict[str, str | None]:
    """Start the run of the day if its hour has come and it was not started yet; says which run it is.

    Raises:
        Invalid: it was asked for another day, or to do nothing.
    """
    if any(getattr(asked, name) for name in NewRun.model_fields):
        raise Invalid.field("/sweep", "takes nothing beside its name: the run compares all customers as they are")
    zone = default_zone(shop.fresh())
    if now.astimezone(zone).hour < HOUR:
        return {"run": None}
    call, day = Call(SWEEPS, now, ids.new_id("req", now)), local_day(now, zone).isoformat()
    started = sweeps.commit(call, lambda work: starting.start_of_day(duplicates.starter(work), day))
    return {"run": started.id if started else None}
