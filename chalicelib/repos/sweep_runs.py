"""Runs of sweeps in the table: one record for each local day and place, and how far each sweep has come."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from chalicelib.domain import instants
from chalicelib.domain.call import Actor, Call
from chalicelib.domain.sweeps.model import Record, Tally
from chalicelib.domain.work import Change
from chalicelib.repos import keys
from chalicelib.repos.found import Position
from chalicelib.repos.table import Item, Range, Table
from chalicelib.repos.transaction import Transaction

KEPT = timedelta(days=400)
FREE = "attribute_not_exists(pk)"
DAY = timedelta(days=1)


class AlreadyRecorded(Exception):
    """Another run wrote what became of this day."""


@dataclass(frozen=True)
class RunPage:
    """Run records, and the position of the next page."""

    records: list[Record]
    next: Position | None


class SweepRuns:
    """Reads of runs."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def known(self, sweep: str, wanted: Iterable[tuple[date, str | None]]) -> set[tuple[date, str | None]]:
        """Those of the days at these places that have a record of their own; 100 a call."""
        places = {keys.sweep_run(sweep, day.isoformat(), place): (day, place) for day, place in wanted}
        return {places[key] for key in self._table.get_many(list(places))}

    def states(self, sweeps: Iterable[str]) -> dict[str, Mapping[str, Any]]:
        """How far these sweeps have come, those that have begun."""
        wanted = {keys.sweep_state(sweep): sweep for sweep in sweeps}
        return {wanted[key]: item for key, item in self._table.get_many(list(wanted)).items()}

    def page(
        self, sweep: str, first: date, last: date, location: str | None, limit: int, position: Position | None
    ) -> RunPage:
        """Records of these days, newest day first; one Query a day until the page is full."""
        found: list[Item] = []
        for day, after in _days(first, last, position):
            wanted = Range(
                keys.sweep_run(sweep, day.isoformat(), None).pk,
                begins=location or "",
                after=after,
                limit=limit + 1 - len(found),
            )
            found += self._table.query(wanted).items
            if len(found) > limit:
                break
        shown = found[:limit]
        more = {"d": _day_of(shown[-1]).isoformat(), "k": shown[-1]["sk"]} if len(found) > limit else None
        return RunPage([_record(item) for item in shown], more)


def save(work: Transaction, record: Record) -> None:
    """Write what became of a day; the first word counts. A run by hand stands apart, with its audit entry.

    Raises (on commit):
        AlreadyRecorded: somebody was first.
    """
    day = record.day.isoformat()
    key = keys.sweep_run(record.sweep, day, record.place)
    if record.by_hand:
        key = keys.sweep_run_by_hand(record.sweep, day, record.place, record.started_at)
        facts = {"date": day, "location": record.place, **_counts(record.tally)}
        work.audit(Change("sweep.run", f"sweep_{record.sweep}", after=facts))
    work.put(key, _attributes(record), condition=FREE, otherwise=lambda _: AlreadyRecorded())


def save_state(work: Transaction, sweep: str, **facts: Any) -> None:
    """Write how far a sweep has come."""
    work.put(keys.sweep_state(sweep), facts)


def missed(sweep: str, day: date, place: str | None, call: Call) -> Record:
    """The record of a day that nobody can make up for."""
    return Record(sweep, day, place, "missed", Tally(), call.at, call.at, call.actor)


def _days(first: date, last: date, position: Position | None) -> Iterator[tuple[date, str | None]]:
    day, after = last, None
    if position:
        day, after = instants.parse_date(position["d"]), position["k"]
    while day >= first:
        yield day, after
        day, after = day - DAY, None


def _counts(tally: Tally) -> dict[str, int]:
    return {"matched": tally.matched, "appended": tally.appended, "already_done": tally.already_done}


def _attributes(record: Record) -> dict[str, Any]:
    expires = instants.parse_instant(record.finished_at) + KEPT
    return {
        "status": record.status,
        **_counts(record.tally),
        "started_at": record.started_at,
        "finished_at": record.finished_at,
        "by": {"id": record.by.id, "name": record.by.name},
        "by_hand": record.by_hand,
        "expires_at": int(expires.timestamp()),
    }


def _record(item: Item) -> Record:
    _, sweep, _ = item["pk"].split("#")
    place = item["sk"].partition("#")[0]
    return Record(
        sweep=sweep,
        day=_day_of(item),
        place=None if place == keys.NO_LOCATION else place,
        status=item["status"],
        tally=Tally(int(item["matched"]), int(item["appended"]), int(item["already_done"])),
        started_at=item["started_at"],
        finished_at=item["finished_at"],
        by=Actor(item["by"]["id"], item["by"]["name"]),
        by_hand=item["by_hand"],
    )


def _day_of(item: Mapping[str, Any]) -> date:
    return instants.parse_date(item["pk"].rsplit("#", 1)[1])
