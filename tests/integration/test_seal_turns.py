"""A turn of the nightly seal that must not seal: it leaves the bucket as it is, or as far as it came in time."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.audit import sealing
from chalicelib.domain.errors import Invalid
from chalicelib.handlers.sweep_turns import SweepFailed
from chalicelib.wiring.seals import vault
from tests.support.world import World, delivery
from tests.support.world.clock import START
from tests.support.world.environment import AUDIT

NIGHT = START.replace(hour=2) + timedelta(days=1)
TODAY = START.date().isoformat()


@pytest.fixture
def at_night(world: World) -> World:
    """The shop at the hour of its first seal."""
    world.clock.set(NIGHT)
    return world


def seal(**asked: Any) -> Any:
    return delivery.call("Sweeps", {"sweep": "seal", **asked})


def sealed(world: World) -> set[str]:
    return set(world.cloud.files[AUDIT])


class Short:
    """A turn whose time is up after it was asked for so many times."""

    def __init__(self, looks: int) -> None:
        self._looks = looks

    def get_remaining_time_in_millis(self) -> int:
        self._looks -= 1
        return 300_000 if self._looks >= 0 else 0


@pytest.mark.parametrize(("name", "value"), [("date", TODAY), ("location", "loc_1"), ("force", True)])
def test_it_cannot_be_asked_for_out_of_turn(at_night: World, name: str, value: Any) -> None:
    with pytest.raises(Invalid) as refused:
        seal(**{name: value})
    assert [error.pointer for error in refused.value.errors] == [f"/{name}"]
    assert sealed(at_night) == set()


def test_no_day_is_sealed_after_one_whose_seal_vanished(at_night: World) -> None:
    """A chain that began anew would hide that one is gone."""
    assert seal()["sealed"] == [TODAY]
    at_night.cloud.s3.call("DeleteObject", {"Bucket": AUDIT, "Key": sealing.seal_key(TODAY)})
    left = sealed(at_night)
    at_night.pass_time(timedelta(days=1))
    with pytest.raises(SweepFailed, match=f"The seal of {TODAY} is not in the bucket"):
        seal()
    assert sealed(at_night) == left


@pytest.mark.parametrize("lists", [1, 2])
def test_when_the_time_is_up_it_stops_and_the_next_turn_goes_on(
    at_night: World, monkeypatch: pytest.MonkeyPatch, lists: int
) -> None:
    """Before the next list of a day, or before its seal."""
    entries = [key for key in at_night.items() if key[0] == f"AUDIT#{TODAY}"]
    monkeypatch.setattr(sealing, "MOST_LINES", len(entries) - 1)
    with pytest.raises(SweepFailed, match=TODAY):
        delivery.call("Sweeps", {"sweep": "seal"}, Short(lists))  # type: ignore[arg-type]  # it is one
    begun = dict(at_night.cloud.files[AUDIT])
    assert set(begun) == {sealing.list_key(TODAY, number) for number in range(1, lists + 1)}
    assert seal()["sealed"] == [TODAY]
    assert sealed(at_night) == {sealing.list_key(TODAY, 1), sealing.list_key(TODAY, 2), sealing.seal_key(TODAY)}
    assert {key: at_night.cloud.files[AUDIT][key] for key in begun} == begun


def test_of_two_who_write_one_seal_the_first_counts(at_night: World) -> None:
    key = sealing.seal_key(TODAY)
    assert vault().put_once(key, b"first", "application/json") == b"first"
    assert vault().put_once(key, b"second", "application/json") == b"first"
    assert at_night.cloud.files[AUDIT][key].content == b"first"
