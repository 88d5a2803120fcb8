"""Deliveries that come twice, in another order, late or poisoned; sweeps that run twice, late, or not for a day."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.support import figures
from tests.support.faulting import deliveries, routes
from tests.support.faulting.deliveries import POISON, Lagging, Twice
from tests.support.faulting.enumeration import ARRANGEMENTS
from tests.support.faulting.functions import Arrangement, Errand, one_by_one
from tests.support.faulting.letters import believed
from tests.support.faulting.play import Play, sources
from tests.support.faulting.sweeps import SWEEPS
from tests.support.world import World

pytestmark = pytest.mark.fault
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BY_SCHEDULE = [each for each in SWEEPS if each.name != "pending"]  # which has no hour of its own


@pytest.fixture(scope="module", autouse=True)
def _in_order() -> Iterator[None]:
    with one_by_one(), believed():
        yield


@pytest.mark.parametrize("arrangement", ARRANGEMENTS, ids=lambda each: f"{each.function}: {each.name}")
def test_deliveries_may_come_as_they_like(world: World, arrangement: Arrangement) -> None:
    errand = Errand(world, arrangement)
    errand.otherwise(Twice, last=deliveries.again)
    errand.same_end()
    play = errand.otherwise(first=deliveries.poison)
    assert sorted(play.dead) == sorted((name, POISON) for name in sources())
    errand.same_end()
    errand.otherwise(Lagging, first=deliveries.lag)
    errand.same_end()
    figures.note("faults", {"deliveries twice, late, poisoned, index lagging": 4})


@pytest.mark.parametrize("sweep", SWEEPS, ids=lambda each: each.name)
def test_a_sweep_may_run_twice(world: World, sweep: Arrangement) -> None:
    errand = Errand(world, sweep)

    def before(play: Play) -> None:
        play.tick(sweep.name)

    errand.otherwise(first=before)
    errand.same_end()


def _published(errand: Errand) -> Counter[str]:
    """What became of it, told by the events of the sweep itself and of the jobs that it started."""
    told = errand.ground.published()
    return Counter({kind: number for kind, number in told.items() if kind.endswith(("_due", "_started", "_finished"))})


@pytest.mark.parametrize("late", [HOUR, DAY - HOUR], ids=["an hour", "a day"])
@pytest.mark.parametrize("sweep", BY_SCHEDULE, ids=lambda each: each.name)
def test_a_sweep_that_is_late_makes_good_what_was_due(world: World, sweep: Arrangement, late: timedelta) -> None:
    errand = Errand(world, sweep)
    expected = _published(errand)
    errand.otherwise(first=lambda play: play.world.clock.move(late))
    found = _published(errand)
    assert expected <= found
    assert found["birthday_due"] == expected["birthday_due"]
    world.check()


@pytest.mark.parametrize("sweep", BY_SCHEDULE, ids=lambda each: each.name)
def test_a_day_that_no_sweep_ran_in_is_made_good_or_said_to_be_missed(world: World, sweep: Arrangement) -> None:
    """A birthday is not wished a day late; the list of runs says that nobody was wished it."""
    errand = Errand(world, sweep)
    expected = _published(errand)
    errand.otherwise(first=lambda play: play.world.clock.move(DAY + HOUR))
    runs = world.api("admin").get(f"/v1/sweeps/{sweep.name}/runs?from=2026-11-01&to=2026-11-30").json.get("items", ())
    missed = [run for run in runs if run["status"] == "missed"]
    assert expected <= _published(errand) or missed
    world.check()


@pytest.mark.parametrize("expires", [False, True], ids=["still there", "deleted"])
def test_a_key_that_has_expired_is_forgotten_whether_its_item_is_there_or_not(world: World, expires: bool) -> None:
    """DynamoDB deletes what has expired within days."""
    errand = routes.Errand(world, routes.telling(world, "POST /v1/customers/{customer_id}/notes"), routes.KEY)
    errand.ground.back()
    first = world.send(errand.request)
    world.pass_time(timedelta(days=6))
    assert world.send(errand.request).headers["Idempotent-Replayed"] == "true"
    world.pass_time(timedelta(days=2))
    if expires:
        assert world.cloud.expire(world.clock.now.timestamp())
    second = world.send(errand.request)
    assert (second.status, "Idempotent-Replayed" in second.headers) == (201, False)
    assert second.json["id"] != first.json["id"]
    world.check()
