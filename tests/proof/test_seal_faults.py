"""The seal under faults: wherever a turn dies or the store fails, every day is sealed once and whole in the end."""

import contextlib
from datetime import datetime, timedelta
from functools import partial

import pytest

from chalicelib.domain.audit import sealing
from tests.support.faults import FAULTS, Died, Fault, injected, places
from tests.support.race import conflicts, together
from tests.support.sealing import DAY, entry, objects, own_shop, seal, whole
from tests.support.sweeping import at

pytestmark = [pytest.mark.emulator, pytest.mark.race, pytest.mark.fault]
MONDAY, NIGHT = at("2027-03-01T10:00"), at("2027-03-03T02:00")


@pytest.fixture(autouse=True)
def _short_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "MOST_LINES", 2)


def two_days(first: datetime) -> datetime:
    """A day of three entries and a day of one; returns the night after them."""
    for number in range(3):
        entry(first + timedelta(minutes=number))
    entry(first + DAY)
    return NIGHT + (first - MONDAY)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_killed_at_every_call(deployment: dict[str, str], fault: Fault) -> None:
    with own_shop() as bucket:
        seal(two_days(MONDAY))
        night = two_days(MONDAY + 2 * DAY)
        with injected() as watch:
            seal(night)
        assert watch.calls.count("PutObject") == 5  # three lists, two seals
        for place in places(watch.calls, fault):
            _strike(bucket, fault, place)
        whole(bucket)


def _strike(bucket: str, fault: Fault, place: int) -> None:
    written = len(objects(bucket))
    night = two_days(MONDAY + written // 5 * 2 * DAY)
    with injected(fault, place) as watch, contextlib.suppress(Died, Exception):  # Lambda, or the schedule, comes again
        seal(night)
    assert watch.struck, f"call {place} was not reached"
    seal(night + timedelta(minutes=1))
    assert seal(night + timedelta(minutes=3)) == []
    assert len(objects(bucket)) == written + 5


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_killed_at_every_call_of_the_first_seal(
    deployment: dict[str, str], fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.repos.seals.FIRST_DAY", MONDAY.date())
    for place in range(8):
        with own_shop() as bucket:
            entry(MONDAY)
            with injected(fault, place), contextlib.suppress(Died, Exception):
                seal(NIGHT - DAY)
            seal(NIGHT - DAY)
            assert len(objects(bucket)) == 2
            whole(bucket)


@pytest.mark.parametrize("seed", range(3))
def test_four_turns_at_once(deployment: dict[str, str], seed: int) -> None:
    def tolerant(moment: object) -> None:
        with contextlib.suppress(Exception):
            seal(NIGHT)

    with own_shop() as bucket:
        two_days(MONDAY)
        with conflicts(seed):
            together([partial(tolerant, NIGHT)] * 4)
        seal(NIGHT)
        whole(bucket)
        assert len(objects(bucket)) == 5
