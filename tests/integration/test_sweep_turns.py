"""Turns of a sweep: what is left when the time is up or a place fails, what each name starts, and for which store."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.sweeps.model import Tally
from chalicelib.domain.sweeps.places import Place
from chalicelib.handlers.sweep_turns import SweepFailed, Turn, run_by_hand, tick
from chalicelib.repos import keys
from chalicelib.wiring import sweeps
from tests.support.sweeping import customer, due, location
from tests.support.work import a_transaction
from tests.support.world import World
from tests.support.world.arrangement import made

NAME = "of-a-test"
EAST, WEST = (Place(key, key, ZoneInfo("Asia/Kolkata"), None) for key in ("loc_east", "loc_west"))
RUNS = "/v1/sweeps/birthdays/runs"


@dataclass
class Watched:
    """A sweep that notes where it was let run, and fails at some places."""

    name: str = NAME
    hour: int = 0
    places: Sequence[Place] = (EAST, WEST)
    failing: frozenset[str] = frozenset()
    ran: list[str | None] = field(default_factory=list)

    def run(self, place: Place, day: date) -> Tally:  # noqa: ARG002 -- a sweep's form
        if place.key in self.failing:
            raise RuntimeError(place.key)
        self.ran.append(place.key)
        return Tally(appended=1)

    def between(self, place: Place, day: date) -> Tally:  # noqa: ARG002 -- a sweep's form
        return Tally()


def last_tick() -> Any:
    return sweeps.runs().states([NAME]).get(NAME, {}).get("last_tick_at")


def test_a_place_that_fails_is_told_and_alone_is_left_for_the_next_tick(world: World) -> None:
    one, other = Watched(failing=frozenset(["loc_east"])), Watched()
    with pytest.raises(SweepFailed, match="1 places are left"):
        tick(one, Turn(lambda: 300), {})
    assert (one.ran, last_tick()) == (["loc_west"], None)
    assert tick(other, Turn(lambda: 300), {}).finished
    assert other.ran == ["loc_east"]  # what was done is not done again
    assert last_tick() is not None
    world.check()


def test_when_the_time_is_up_no_further_place_is_begun(world: World) -> None:
    left = iter([300.0, 0.0])
    sweep = Watched()
    tally = run_by_hand(sweep, Turn(lambda: next(left), by_hand=True), sweep.places, None)
    assert (sweep.ran, tally.appended, tally.finished) == (["loc_east"], 1, False)
    world.check()


@pytest.mark.parametrize("name", ["birthdays", "follow-ups"])
def test_each_name_of_a_schedule_starts_its_own_sweep(world: World, name: str) -> None:
    before = ticks()
    world.pass_time(timedelta(minutes=15))
    world.sweep(name)
    assert [each for each, at in ticks().items() if at != before[each]] == [name]


def ticks() -> dict[str, Any]:
    return {name: state["last_tick_at"] for name, state in sweeps.runs().states(("birthdays", "follow-ups")).items()}


@pytest.mark.parametrize("name", ["pending", "seal", "no-such-sweep"])
def test_what_nobody_runs_by_hand_is_not_found(world: World, name: str) -> None:
    position = world.cloud.position
    assert world.api("manager").post(f"/v1/sweeps/{name}/runs").status == 404
    assert world.api("manager").get(f"/v1/sweeps/{name}/runs").status == 404
    assert world.cloud.position == position


def test_the_index_is_mended_by_its_name(world: World) -> None:
    """It is no sweep of a day: its name alone says what is done."""
    kept = keys.birthday("11", "23", None, world.records["cus"][0])
    whole = world.items()
    work = a_transaction()
    work.delete(kept)
    work.commit()
    assert kept not in world.items()
    assert made(world.api("manager").post("/v1/sweeps/index/runs"))["appended"] == 1
    assert world.items()[kept] == whole[kept]


def test_a_run_for_one_store_leaves_the_others_customers(world: World) -> None:
    admin, sales = world.api("admin"), world.api("sales")
    here, there = (location(admin, zone) for zone in ("Asia/Kolkata", "Asia/Dubai"))
    customers = [customer(sales, "1990-11-25", home) for home in (here, there, None)]
    done = made(world.api("manager").post(RUNS, {"date": "2026-11-25", "location": here}))
    assert (done["matched"], done["appended"]) == (1, 1)
    assert due(customers) == [1, 0, 0]
    runs = made(world.api("manager").get(f"{RUNS}?from=2026-11-25&to=2026-11-25"))["items"]
    assert [run["location"] for run in runs] == [here]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("location=x", "/location"),
        ("location=cus_00000000000000000000000000", "/location"),
        ("from=2026-11-02&to=2026-11-01", "/from"),
        ("from=2026-11-01&to=2026-12-02", "/from"),
    ],
)
def test_runs_are_asked_for_by_store_and_within_a_month(world: World, query: str, pointer: str) -> None:
    manager = world.api("manager")
    refused = manager.get(f"{RUNS}?{query}")
    assert (refused.status, refused.pointers) == (422, [pointer])
    assert manager.get(f"{RUNS}?from=2026-11-01&to=2026-12-01&location={world.records['loc'][0]}").status == 200
