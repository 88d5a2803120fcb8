"""A service that stays away, and an event that nobody can read: no event is lost, and none stands in the way.

The stream is played as Lambda plays it: a batch that raised, or in which the process died, comes again whole; one that
names a record comes again from that record on; at last it is given up, and the sweep of the next minutes does the rest.
"""

import contextlib
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.domain import ids
from chalicelib.handlers import relay as relay_handler
from chalicelib.handlers import sweep_pending
from chalicelib.repos import keys
from chalicelib.repos.keys import Key
from tests.support import relaying
from tests.support.faults import FAULTS, Died, Fault, injected
from tests.support.invariants import everything
from tests.support.relaying import Place, batch, corrupt, event, event_id

pytestmark = [pytest.mark.emulator, pytest.mark.fault]
KINDS = ("birthday_due", "message_queued", "note_added")
RETRIES = 5  # as the template says
Run = Callable[[Place, list[dict[str, Any]]], None]


@pytest.fixture
def place(deployment: dict[str, str]) -> Iterator[Place]:
    with relaying.of_its_own() as made:
        yield made


def id_in(shard: int) -> str:
    """A fresh event id that belongs to a shard of the index."""
    while keys.shard_of(made := ids.new_id("evt", datetime.now(UTC))) != shard:
        continue
    return made


def written(place: Place) -> list[Key]:
    """An event of every kind in one shard of the index and one in another, so that each run makes the same calls."""
    wanted = [*((0, kind) for kind in KINDS), (1, KINDS[0])]
    return place.commit(*(event(kind, id=id_in(shard)) for shard, kind in wanted))


def stream(_: Place, records: list[dict[str, Any]]) -> None:
    """Deliver a batch, and again what failed, until it went through or is given up."""
    for _attempt in range(1 + RETRIES):
        try:
            failed = relay_handler.handle(batch(*records), None)["batchItemFailures"]
        except (Died, ClientError):  # Lambda sees an error and delivers again
            continue
        if not failed:
            return
        numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
        records = records[numbers.index(failed[0]["itemIdentifier"]) :]


def sweep(_: Place, _records: list[dict[str, Any]]) -> None:
    """The turn of a later minute."""
    with contextlib.suppress(Died):
        sweep_pending.run(datetime.now(UTC) + timedelta(minutes=2), lambda: 300.0)


def rest(place: Place) -> dict[Key, dict[str, Any]]:
    """The table as it is, without what marks an event as pending."""
    pending = ("pending_pk", "pending_sk", "relay_attempts")
    return {
        Key(item["pk"], item["sk"]): {name: value for name, value in item.items() if name not in pending}
        for item in everything(place.table)
    }


def check(place: Place, places: list[Key], before: dict[Key, dict[str, Any]]) -> None:
    """Every event reached its consumers, who know it by its id; it left the index; nothing else changed."""
    told = place.consume()
    items = {event_id(key): item for key, item in before.items()}
    found = {event_id(key) for key in places}
    assert set(told["bus"]) == found
    assert set(told["outreach"]) == {each for each in found if items[each]["kind"] == "birthday_due"}
    assert len(told["sending"]) == sum(items[each]["kind"] == "message_queued" for each in found)
    assert place.pending() == []
    assert rest(place) == before
    place.clear()


@pytest.mark.parametrize("operation", ["SendMessageBatch", "PutEvents", "UpdateItem", None], ids=str)
def test_a_service_that_stays_away_loses_nothing(place: Place, operation: str | None) -> None:
    """The stream gives up, a minute's sweep fails as well, and the one after that finds what is left."""
    places = written(place)
    before, records = rest(place), place.records(places)
    with injected(Fault("away", FAULTS[0].strike, times=sys.maxsize, only=operation), 0) as watch:
        stream(place, records)
        sweep(place, [])
    assert watch.struck
    assert len(place.pending()) == len(places) or operation == "SendMessageBatch"
    sweep(place, [])
    check(place, places, before)


@pytest.mark.parametrize("run", [stream, sweep], ids=lambda run: run.__name__)
def test_a_poison_event_ends_aside_and_its_neighbours_do_not(place: Place, run: Run) -> None:
    places = written(place)
    corrupt(place, places[1])
    before, records = rest(place), place.records(places)
    run(place, records)
    assert place.pending() == [event_id(places[1])]
    assert set(place.consume()["bus"]) == {event_id(key) for key in places} - {event_id(places[1])}
    assert rest(place) == before
    for _ in range(9 if run is sweep else 10):
        sweep(place, [])
    assert (place.table.get(places[1]) or {})["pending_pk"].endswith("aside")
    assert place.consume()["bus"].total() == 0
    place.clear()


def test_relay_and_sweep_at_the_same_time_lose_nothing(place: Place) -> None:
    from tests.support.race import together

    places = written(place)
    before, records = rest(place), place.records(places)
    together([lambda: stream(place, records), *[lambda: sweep(place, [])] * 3])
    check(place, places, before)
