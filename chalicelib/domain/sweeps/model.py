"""Sweeps as people start them and read about them, and what came of one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, ClassVar, Literal

from pydantic import Field

from chalicelib.domain.call import Actor
from chalicelib.domain.errors import Invalid
from chalicelib.domain.fields import Date, ExampleBody, Model, Text
from chalicelib.domain.signature import Person
from chalicelib.domain.sweeps.days import local_day
from chalicelib.domain.sweeps.places import Place

SWEEPS = Actor(id="sys_sweeps", name="Sweeps")
CONSOLE = Actor(id="sys_console", name="AWS console")
BIRTHDAYS, FOLLOW_UPS, INDEX = "birthdays", "follow-ups", "index"
NEAR = 7  # days from today; a run for another day is a mistake unless it says `force`
MOST_NAMED = 1000
RunStatus = Literal["done", "missed"]


@dataclass(frozen=True)
class Tally:
    """What a run has done so far; not `finished` when its time was up, so that the next one goes on."""

    matched: int = 0
    appended: int = 0
    already_done: int = 0
    customer_ids: tuple[str, ...] = ()
    finished: bool = True

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.matched + other.matched,
            self.appended + other.appended,
            self.already_done + other.already_done,
            (*self.customer_ids, *other.customer_ids)[:MOST_NAMED],
            self.finished and other.finished,
        )

    def unfinished(self) -> "Tally":
        """The same, with something left to do."""
        return replace(self, finished=False)


@dataclass(frozen=True)
class Record:
    """What became of a local day at a place."""

    sweep: str
    day: date
    place: str | None
    status: str
    tally: Tally
    started_at: str
    finished_at: str
    by: Actor
    by_hand: bool = False


class NewRun(Model):
    """The body of POST /v1/sweeps/{name}/runs."""

    example: ClassVar[ExampleBody] = {"dry_run": True}

    date: Date | None = Field(default=None, description="As if today were this day; today at each store by default")
    location: Text | None = Field(default=None, description="Only this store")
    dry_run: bool = Field(default=False, description="Say what would happen, and write nothing")
    force: bool = Field(default=False, description=f"Also for a day more than {NEAR} days from today")


class RunOut(Model):
    """What a run did."""

    date: str
    matched: int
    appended: int
    already_done: int
    finished: bool = Field(description="False when its time was up: the next run goes on")
    customer_ids: list[str] | None = Field(
        default=None, description=f"Dry run only: who matched, at most {MOST_NAMED:,} of them"
    )


class RunRecordOut(Model):
    """A run at one store."""

    date: str
    location: str | None = Field(description="The home location of the customers, or where staff work; null for none")
    status: RunStatus
    matched: int
    appended: int
    already_done: int
    started_at: str
    finished_at: str
    by: Person
    by_hand: bool


class SweepOut(Model):
    """A sweep, and how it stands."""

    name: str
    description: str
    schedule: str | None
    last_tick_at: str | None = Field(description="When it last went through everything")
    last_runs: list[RunRecordOut]


class SweepsOut(Model):
    """All sweeps."""

    items: list[SweepOut]


def require_near(day: date | None, places: Sequence[Place], now: datetime, *, force: bool) -> None:
    """Refuse a day that is far from today at every one of these places, unless it is forced.

    Raises:
        Invalid: it is.
    """
    if day is None or force:
        return
    if min(abs((day - local_day(now, place.zone)).days) for place in places) > NEAR:
        raise Invalid.field("/date", f'is more than {NEAR} days from today; send "force": true if you mean it')


def shown(record: Record) -> dict[str, Any]:
    """A run as the API gives it."""
    return {
        "date": record.day.isoformat(),
        "location": record.place,
        "status": record.status,
        "matched": record.tally.matched,
        "appended": record.tally.appended,
        "already_done": record.tally.already_done,
        "started_at": record.started_at,
        "finished_at": record.finished_at,
        "by": {"id": record.by.id, "name": record.by.name},
        "by_hand": record.by_hand,
    }


def told(tally: Tally, day: date, *, dry_run: bool) -> dict[str, Any]:
    """What a run did, as the API gives it."""
    counts = {"matched": tally.matched, "appended": tally.appended, "already_done": tally.already_done}
    named = {"customer_ids": list(tally.customer_ids)} if dry_run else {}
    return {"date": day.isoformat(), **counts, "finished": tally.finished, **named}
