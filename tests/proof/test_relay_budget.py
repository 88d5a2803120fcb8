"""What relaying costs: held against docs/architecture.md."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.handlers import relay as relay_handler
from chalicelib.handlers import sweep_pending
from chalicelib.repos import keys
from chalicelib.wiring import clients
from tests.support import relaying
from tests.support.faults import injected
from tests.support.meter import Meter
from tests.support.relaying import Place, batch, event

pytestmark = pytest.mark.emulator


@pytest.fixture
def place(deployment: dict[str, str]) -> Iterator[Place]:
    with relaying.of_its_own() as made:
        yield made


def written(place: Place, count: int) -> list[keys.Key]:
    made: list[keys.Key] = []
    while len(made) < count:
        made += place.commit(*(event("birthday_due") for _ in range(min(50, count - len(made)))))
    return made


@pytest.mark.parametrize("count", [1, 10, 100])
def test_relaying_costs_one_update_an_event_and_a_call_for_ten(place: Place, count: int) -> None:
    records = place.records(written(place, count))
    with injected() as watch, Meter(clients.dynamodb()) as meter:
        relay_handler.handle(batch(*records), None)
    sent = -(-count // 10)
    own = Counter(watch.calls)
    assert (own["SendMessageBatch"], own["PutEvents"]) == (sent, sent)
    assert Counter(meter.operations) == {"UpdateItem": count}
    assert meter.read_units == 0
    assert meter.write_units == 2 * count  # the item, and the entry that leaves the index


def test_a_minute_without_work_costs_five_queries_whatever_the_table_holds(place: Place) -> None:
    later = datetime.now(UTC) + timedelta(minutes=2)
    for _ in range(2):
        with Meter(clients.dynamodb()) as meter:
            sweep_pending.run(later, lambda: 300.0)
        assert meter.operations == ["Query"] * (keys.SHARDS + 1)
        assert meter.read_units <= 5
        relay_handler.handle(batch(*place.records(written(place, 60))), None)
