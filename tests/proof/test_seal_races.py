"""Four turns of the seal at once: every day is sealed once and whole in the end."""

import contextlib
from datetime import datetime, timedelta
from functools import partial

import pytest

from chalicelib.domain.audit import sealing
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
