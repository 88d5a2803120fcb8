"""One turn of a sweep: by the schedule, which does the days that are due, or by hand, which does the day it is told."""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Protocol

from chalicelib.domain import ids, instants
from chalicelib.domain.call import Actor, Call
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.sweeps.days import DueDay, due_at, due_days, local_day
from chalicelib.domain.sweeps.model import SWEEPS, Record, Tally
from chalicelib.domain.sweeps.places import Place
from chalicelib.handlers.log import defect_facts, logger
from chalicelib.repos.sweep_runs import AlreadyRecorded, missed, save, save_state
from chalicelib.wiring import sweeps

Clock = Callable[[], datetime]


def now() -> datetime:
    """The clock of the edge."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Turn:
    """Who lets a sweep run, until when, and whether for real; `seconds_left` keeps what cleaning up needs."""

    seconds_left: Callable[[], float]
    clock: Clock = now
    actor: Actor = SWEEPS
    request_id: str = ""
    source_ip: str | None = None
    by_hand: bool = False
    dry_run: bool = False

    def call(self) -> Call:
        """One step of the turn, at this moment."""
        moment = self.clock()
        return Call(self.actor, moment, self.request_id or ids.new_id("req", moment), self.source_ip)

    def over(self) -> bool:
        """Whether nothing more may be begun."""
        return self.seconds_left() <= 0


class Sweep(Protocol):
    """What is done at every place; `hour` is when a place's day is due by its own clock."""

    name: str
    hour: int
    places: Sequence[Place]

    def run(self, place: Place, day: date) -> Tally:
        """Do a day at a place."""

    def between(self, place: Place, day: date) -> Tally:
        """What a tick does later on a day that was done already."""


class SweepFailed(Exception):
    """Something was not done; the next tick does it."""


def tick(sweep: Sweep, turn: Turn, state: Mapping[str, Any]) -> Tally:
    """Do what is due everywhere; one place that fails does not stop the others.

    Raises:
        SweepFailed: one did fail.
    """
    moment = turn.clock()
    total, failed = Tally(), 0
    for step in _steps(sweep, moment, state):
        if turn.over():
            total = total.unfinished()
            break
        try:
            total += _done(sweep, turn, *step)
        except Exception as defect:  # noqa: BLE001 -- the edge: one store must not take its neighbours along
            logger().error("sweep failed at a place", extra={**defect_facts(defect), "sweep": sweep.name})
            failed += 1
    if failed:
        raise SweepFailed(f"{sweep.name}: {failed} places are left for the next tick.")
    if total.finished:
        sweeps.commit(turn.call(), lambda work: save_state(work, sweep.name, last_tick_at=instants.to_text(moment)))
    return total


def run_by_hand(sweep: Sweep, turn: Turn, places: Sequence[Place], day: date | None) -> Tally:
    """Do this day, or today by its own clock, at these places.

    Raises:
        Unavailable: a place failed; the others were done, and another run does the rest.
    """
    total, failure = Tally(), None
    for place in places:
        if turn.over():
            return total.unfinished()
        try:
            total += _by_hand(sweep, turn, place, day or local_day(turn.clock(), place.zone))
        except Exception as defect:  # noqa: BLE001 -- as in a tick
            logger().error("sweep failed at a place", extra={**defect_facts(defect), "sweep": sweep.name})
            failure = defect
    if failure is not None:
        raise Unavailable("Not everything could be done. Start the run again: nothing is done twice.") from failure
    return total


def _steps(sweep: Sweep, moment: datetime, state: Mapping[str, Any]) -> Iterator[tuple[Place, DueDay | None]]:
    """Places with the days to do there, oldest first; None stands for a place whose days are done."""
    since = instants.parse_instant(state["last_tick_at"]) if "last_tick_at" in state else None
    due = {place: due_days(place.zone, sweep.hour, moment, since, place.created_at) for place in sweep.places}
    known = sweeps.runs().known(sweep.name, [(each.day, place.key) for place in due for each in due[place]])
    for place, days in due.items():
        left = [each for each in days if (each.day, place.key) not in known]
        yield from ((place, each) for each in left)
        if not left:
            yield place, None


def _done(sweep: Sweep, turn: Turn, place: Place, due: DueDay | None) -> Tally:
    if due is None:
        day = local_day(turn.clock(), place.zone)
        begun = due_at(day, sweep.hour, place.zone) <= turn.clock()
        return sweep.between(place, day) if begun else Tally()
    if due.missed:
        record_run(turn, missed(sweep.name, due.day, place.key, turn.call()))
        return Tally()
    started_at = turn.call().at
    tally = sweep.run(place, due.day)
    if tally.finished:
        record_run(turn, _record(sweep, turn, place, due.day, tally, started_at))
    return tally


def _by_hand(sweep: Sweep, turn: Turn, place: Place, day: date) -> Tally:
    started_at = turn.call().at
    tally = sweep.run(place, day)
    if tally.finished and not turn.dry_run:
        record_run(turn, _record(sweep, turn, place, day, tally, started_at))
    return tally


def _record(sweep: Sweep, turn: Turn, place: Place, day: date, tally: Tally, started_at: str) -> Record:
    return Record(
        sweep.name, day, place.key, "done", tally, started_at, turn.call().at, turn.actor, by_hand=turn.by_hand
    )


def record_run(turn: Turn, record: Record) -> None:
    """Write what became of a day."""
    with contextlib.suppress(AlreadyRecorded):  # two ticks at once: what the first one wrote is as true
        sweeps.commit(turn.call(), lambda work: save(work, record))
