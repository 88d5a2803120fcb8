"""The follow-up sweep, four at once: nobody is told of anything twice, and of all once."""

import contextlib
import itertools
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from chalicelib.domain import instants
from chalicelib.handlers.sweep_turns import SweepFailed
from tests.support.race import conflicts, together
from tests.support.sweeping import at, customer, events, location, own_table, tick

pytestmark = [pytest.mark.emulator, pytest.mark.race, pytest.mark.fault]
_days = itertools.count()
QUARTER = timedelta(minutes=15)


@pytest.fixture(scope="module", autouse=True)
def _own(deployment: dict[str, str]) -> Iterator[None]:
    with own_table("facet-follow-up-faults"):
        yield


@pytest.fixture(scope="module")
def meera(_own: None, people: dict[str, Any]) -> str:
    """The id of somebody who works at the only store."""
    made = location(people["admin"], "Asia/Kolkata")
    assert people["admin"].patch("/v1/settings", {"default_location": made}).status == 200
    tick("follow-ups", at("2027-01-01T04:00"))
    return str(people["sales"].get("/v1/me").json["id"])


class Morning:
    """A morning that no other test has, with three things to tell of: two reminders, and a birthday."""

    def __init__(self, sales: Any, meera: str) -> None:
        self.moment = at("2027-01-02T04:00") + timedelta(days=next(_days))
        self.meera = meera
        self.customer = customer(sales, self.moment.strftime("--%m-%d"), assignee=meera)
        noon = instants.to_text(self.moment + timedelta(hours=5))
        path = f"/v1/customers/{self.customer}/reminders"
        self.reminders = [sales.post(path, {"type": "other", "due_at": noon}).json["id"] for _ in range(2)]

    def check(self) -> None:
        """Each was told once."""
        counted = Counter(each["reminder_id"] for each in events(self.customer, "reminder_due"))
        assert counted == Counter(self.reminders)
        digests = [each for each in events(self.meera, "digest_due") if each["date"] == self.day]
        assert Counter(each for digest in digests for each in digest["reminder_ids"]) == counted
        assert [each for digest in digests for each in digest["birthday_ids"]] == [self.customer]

    @property
    def day(self) -> str:
        """The day of the morning."""
        return self.moment.date().isoformat()


def _tolerant(moment: datetime) -> None:
    with contextlib.suppress(SweepFailed):
        tick("follow-ups", moment)


@pytest.mark.parametrize("seed", range(3))
def test_four_at_once(sales: Any, meera: str, seed: int) -> None:
    morning = Morning(sales, meera)
    with conflicts(seed):
        together([partial(_tolerant, morning.moment)] * 4)
    for quarter in range(3):
        _tolerant(morning.moment + quarter * QUARTER)
    morning.check()
