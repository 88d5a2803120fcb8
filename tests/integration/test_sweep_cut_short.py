"""Sweeps whose time is over amid their work, who is read for what, and customers who keep changing under the upkeep."""

import itertools
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from chalicelib.domain.sweeps.model import INDEX
from chalicelib.handlers.sweep_birthdays import Birthdays
from chalicelib.handlers.sweep_follow_ups import FollowUps
from chalicelib.handlers.sweep_turns import Turn
from chalicelib.repos import keys
from chalicelib.repos.follow_ups import FollowUpReader
from chalicelib.repos.index_repair import IndexReader
from chalicelib.wiring import sweeps
from chalicelib.wiring.shop import shop, staff
from tests.support.stale import named, written
from tests.support.sweeping import at, customer, due, events, tick
from tests.support.world import World

DAY, MORNING = date(2027, 3, 15), "2027-03-15T04:00"
NOON, TOMORROW = "2027-03-15T12:00:00Z", "2027-03-16T12:00:00Z"


def lasting(asks: int, *, dry_run: bool = False) -> Turn:
    """A turn of that morning that is over when it has been asked so often."""
    left = itertools.count(asks, -1)
    return Turn(lambda: next(left), lambda: at(MORNING), dry_run=dry_run)


def store_of(sweep: Birthdays | FollowUps) -> Any:
    """The shop's only open store, as a place of the sweep."""
    return next(place for place in sweep.places if place.key is not None and place.key == place.location_id)


def celebrating(world: World, number: int) -> list[str]:
    """Customers of the store who have their birthday on that day."""
    home = store_of(Birthdays(lasting(1), shop.fresh())).key
    return [customer(world.api("sales"), "1990-03-15", home) for _ in range(number)]


def remind(world: World, name: str, due_at: str = NOON) -> tuple[str, str]:
    """The customer and the id of a reminder that falls due to somebody."""
    here, me = customer(world.api("sales"), None), world.api(name).get("/v1/me").json["id"]
    body = {"type": "other", "due_at": due_at, "assignee": me}
    reply = world.api(name).post(f"/v1/customers/{here}/reminders", body)
    assert reply.status == 201, reply.text
    return here, str(reply.json["id"])


def told(world: World, name: str) -> list[str]:
    """The reminders of that day which somebody knows of."""
    digests = events(world.api(name).get("/v1/me").json["id"], "digest_due")
    return [each for digest in digests if digest["date"] == DAY.isoformat() for each in digest["reminder_ids"]]


def test_birthdays_that_are_left_when_the_time_is_over_come_at_the_next_tick(world: World) -> None:
    here = celebrating(world, 3)
    sweep = Birthdays(lasting(2), shop.fresh())
    tally = sweep.run(store_of(sweep), DAY)
    assert (tally.matched, tally.appended, tally.finished) == (3, 1, False)
    assert sum(due(here)) == 1
    again = Birthdays(lasting(10), shop.fresh())
    tally = again.run(store_of(again), DAY)
    assert (tally.appended, tally.already_done, tally.finished, due(here)) == (2, 1, True, [1, 1, 1])


@pytest.mark.parametrize(("asks", "found"), [(1, 2), (0, 0)])
def test_a_dry_run_whose_time_is_over_looks_at_nobody(world: World, asks: int, found: int) -> None:
    here = celebrating(world, 2)
    sweep = Birthdays(lasting(asks, dry_run=True), shop.fresh())
    tally = sweep.run(store_of(sweep), DAY)
    assert (tally.matched, sorted(tally.customer_ids), tally.finished) == (found, sorted(here)[:found], bool(found))


def test_colleagues_who_are_left_when_the_time_is_over_are_told_at_the_next_tick(world: World) -> None:
    reminders = [remind(world, name)[1] for name in ("sales", "ravi")]
    remind(world, "sales", TOMORROW)
    sweep = FollowUps(lasting(1), shop.fresh(), staff.fresh())
    tally = sweep.run(store_of(sweep), DAY)
    assert (tally.matched, tally.appended, tally.finished) == (1, 1, False)
    assert len(told(world, "sales") + told(world, "ravi")) == 1
    found = tick("follow-ups", at(MORNING))
    assert (found["matched"], found["appended"], found["already_done"], found["finished"]) == (2, 1, 1, True)
    assert [told(world, "sales"), told(world, "ravi")] == [[reminder] for reminder in reminders]


def test_what_its_people_know_of_costs_no_read_of_its_customer(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    remind(world, "sales")
    tick("follow-ups", at(MORNING))
    new, _ = remind(world, "sales")
    read, real = list[str](), FollowUpReader.customers

    def customers(reader: FollowUpReader, ids: Sequence[str]) -> Any:
        read.extend(ids)
        return real(reader, ids)

    monkeypatch.setattr(FollowUpReader, "customers", customers)
    tick("follow-ups", at("2027-03-15T12:15"))
    assert read == [new]


def test_the_index_is_not_whole_while_somebody_keeps_changing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    meera, manager = named(world, "Meera"), world.api("manager")
    entry = keys.birthday("11", "23", None, meera.id)
    assert world.table.get(entry)
    written(world, lambda work: work.delete(entry))
    written(world, lambda work: work.delete(keys.sweep_state(INDEX)))
    changed, real = list[int](), IndexReader.lacking

    def lacking(reader: IndexReader, ids: Sequence[str]) -> Any:
        found = real(reader, ids)
        if meera.id in ids:  # a change that leaves her birthday alone
            reply = manager.patch(f"/v1/customers/{meera.id}", {"occupation": f"Pilot {len(changed)}"})
            changed.append(reply.status)
        return found

    with monkeypatch.context() as patched:
        patched.setattr(IndexReader, "lacking", lacking)
        reply = manager.post("/v1/sweeps/index/runs")
    assert (reply.status, set(changed)) == (409, {200})
    assert (sweeps.runs().states([INDEX]), world.table.get(entry)) == ({}, None)
    assert manager.post("/v1/sweeps/index/runs").status == 200
    assert world.table.get(entry)
    world.check()
