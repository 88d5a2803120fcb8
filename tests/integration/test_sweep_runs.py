"""What is written down about the runs of a sweep."""

from dataclasses import replace
from datetime import date

from chalicelib.domain.sweeps.model import SWEEPS, Record, Tally
from chalicelib.repos.sweep_runs import AlreadyRecorded, save
from tests.support.stale import begun, refused, written
from tests.support.world import World
from tests.support.world.arrangement import made

AT = "2026-11-25T04:00:00.000Z"
FIRST = Record("birthdays", date(2026, 11, 25), None, "done", Tally(matched=2, appended=2), AT, AT, SWEEPS)


def test_of_two_runs_of_one_day_the_first_counts(world: World) -> None:
    second = begun(world, lambda work: save(work, replace(FIRST, tally=Tally(matched=2, already_done=2))))
    written(world, lambda work: save(work, FIRST))
    refused(world, second, AlreadyRecorded)


def test_a_run_by_hand_is_audited_place_by_place(world: World) -> None:
    done = made(world.api("manager").post("/v1/sweeps/birthdays/runs", {"date": "2026-11-23"}))
    audited = made(world.api("admin").get("/v1/audit?action=sweep.run"))["items"]
    assert {(each["actor"]["name"], each["entity"]) for each in audited} == {("Manager", "sweep_birthdays")}
    facts = [made(world.api("admin").get(f"/v1/audit/{each['id']}"))["after"] for each in audited]
    assert {each["location"] for each in facts} == {None, *world.records["loc"]}
    assert sum(each["matched"] for each in facts) == done["matched"] > 0
