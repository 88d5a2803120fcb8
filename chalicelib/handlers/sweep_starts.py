"""Starts a sweep: by the schedule, or as a person asks for it over HTTP or in the AWS console."""

from collections.abc import Sequence
from datetime import date

from chalicelib.domain import instants
from chalicelib.domain.birthdays.model import check_day
from chalicelib.domain.errors import Invalid, NotFound
from chalicelib.domain.shop.model import Shop
from chalicelib.domain.sweeps.days import local_day
from chalicelib.domain.sweeps.model import BIRTHDAYS, FOLLOW_UPS, INDEX, NewRun, Tally, require_near
from chalicelib.domain.sweeps.places import Place, default_zone
from chalicelib.handlers import sweep_index
from chalicelib.handlers.sweep_birthdays import Birthdays
from chalicelib.handlers.sweep_follow_ups import FollowUps
from chalicelib.handlers.sweep_turns import Sweep, Turn, run_by_hand, tick
from chalicelib.wiring import sweeps
from chalicelib.wiring.shop import shop, staff

NAMES = (BIRTHDAYS, FOLLOW_UPS, INDEX)


def scheduled(name: str, turn: Turn) -> Tally:
    """What the schedule of this sweep does.

    Birthdays wait until the index is whole: a customer without an entry would have none this year.
    """
    states = sweeps.runs().states((name, INDEX))
    index, state = states.get(INDEX, {}), states.get(name, {})
    if name == FOLLOW_UPS:
        since = instants.parse_instant(state["last_tick_at"]) if state else None
        return tick(FollowUps(turn, shop.fresh(), staff.fresh(), last_tick=since), turn, state)
    mended = Tally() if sweep_index.is_whole(index) else sweep_index.run(turn, index)
    if name == INDEX or not mended.finished:
        return mended
    return tick(Birthdays(turn, shop.fresh()), turn, state)


def asked_for(name: str, asked: NewRun, turn: Turn) -> tuple[Tally, date]:
    """What a person asks for, and the day that it was done for.

    Raises:
        NotFound: there is no such sweep.
        Invalid: the day is far away, or the location is not an open one.
        Unavailable: something was not done; another run does it.
    """
    if name not in NAMES:
        raise NotFound("There is no such sweep.")
    reference = shop.fresh()
    day = check_day(instants.parse_date(asked.date), "/date") if asked.date else None
    if asked.location is not None and not reference.is_open(asked.location):
        raise Invalid.field("/location", "is not an open location of this shop")
    done_for = day or local_day(turn.clock(), default_zone(reference))
    if name == INDEX:
        return sweep_index.run(turn, sweeps.runs().states((INDEX,)).get(INDEX, {})), done_for
    sweep = _sweep(name, turn, reference, day)
    places = _places(sweep, asked.location)
    require_near(day, places, turn.clock(), force=asked.force)
    return run_by_hand(sweep, turn, places, day), done_for


def _sweep(name: str, turn: Turn, reference: Shop, day: date | None) -> Sweep:
    return Birthdays(turn, reference) if name == BIRTHDAYS else FollowUps(turn, reference, staff.fresh(), day=day)


def _places(sweep: Sweep, location: str | None) -> Sequence[Place]:
    """All, or those that belong to a store."""
    return [place for place in sweep.places if location is None or place.location_id == location]
