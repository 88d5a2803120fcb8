"""The safety net under the relay: what waits in the index is passed on, whatever became of the stream."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain import ids, instants
from chalicelib.domain.relaying.model import NotSent
from chalicelib.handlers import log, pending_events, sweep_pending
from chalicelib.repos import keys
from chalicelib.repos.relay import Pending
from chalicelib.repos.table import key_of
from chalicelib.wiring import clients, relay
from tests.support import relaying
from tests.support.faults import injected
from tests.support.relaying import Place, corrupt, event, event_id

pytestmark = pytest.mark.emulator
LATER = timedelta(seconds=75)


@pytest.fixture
def place(deployment: dict[str, str]) -> Iterator[Place]:
    with relaying.of_its_own() as made:
        yield made


@pytest.fixture
def errors(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the log says at level ERROR, which raises the alarm."""
    found: list[Any] = []
    monkeypatch.setattr(log.logger(), "error", lambda _text, extra: found.append(extra))
    return found


def sweep(after: timedelta = LATER, seconds: float = 300.0) -> dict[str, int]:
    """One turn, so long after now, with so many seconds left."""
    return sweep_pending.run(datetime.now(UTC) + after, lambda: seconds)


def old(number: int, minutes: int, kind: str = "birthday_due") -> Any:
    """An event of so many minutes ago."""
    moment = datetime.now(UTC) - timedelta(minutes=minutes, seconds=number)
    return event(kind, at=instants.to_text(moment), id=ids.new_id("evt", moment))


def commit(place: Place, count: int, minutes: int) -> list[keys.Key]:
    """Many events, some at a time, as a transaction holds a hundred."""
    made: list[keys.Key] = []
    for start in range(0, count, 50):
        made += place.commit(*(old(n, minutes) for n in range(start, min(start + 50, count))))
    return made


def test_the_relay_has_a_minute_before_the_sweep_looks(place: Place) -> None:
    places = place.commit(*(event(kind) for kind in ("birthday_due", "note_added")))
    assert sweep(timedelta(seconds=50))["events_relayed"] == 0
    assert len(place.pending()) == 2
    assert sweep() == {"events_relayed": 2, "events_kept": 0, "events_set_aside": 0}
    told, found = place.consume(), [event_id(key) for key in places]
    assert told["bus"] == Counter(found)
    assert told["outreach"] == Counter(found[:1])
    assert place.pending() == []


def test_a_second_turn_and_one_without_work_do_nothing(place: Place) -> None:
    places = place.commit(*(event("birthday_due") for _ in range(3)))
    sweep()
    after = place.images(places)
    for _ in range(2):
        assert sweep()["events_relayed"] == 0
    assert place.consume()["outreach"].total() == 3
    assert place.images(places) == after


def test_what_left_meanwhile_is_not_told_again(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The index follows the table; what it still names may be relayed already, or gone."""
    kept, relayed, gone = place.commit(*(event("birthday_due") for _ in range(3)))
    before = f"evt_{keys.LAST}"
    pages = [relay.pending().page(shard, before, None, 100) for shard in range(keys.SHARDS)]
    relay.pending().relayed(relayed)
    clients.dynamodb().delete_item(TableName=place.table.name, Key=key_of(gone))
    monkeypatch.setattr(Pending, "page", lambda _, shard, *_rest: pages[shard])
    assert sweep()["events_relayed"] == 1
    assert place.consume()["outreach"] == Counter([event_id(kept)])
    assert place.table.get(gone) is None


def test_the_oldest_go_first_and_many_are_read_page_by_page(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pending_events, "PAGE", 4)
    places = commit(place, 60, 5)
    assert sweep(timedelta()) == {"events_relayed": 60, "events_kept": 0, "events_set_aside": 0}
    told = [body["event"]["id"] for body in place.received("outreach")]
    assert sorted(told) == sorted(event_id(key) for key in places)
    for shard in range(keys.SHARDS):
        of_shard = [each for each in told if keys.shard_of(each) == shard]
        assert of_shard == sorted(of_shard)


def test_a_turn_ends_in_time_and_the_next_one_goes_on(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pending_events, "PAGE", 2)
    commit(place, 40, 5)
    left = iter([60.0, *[60.0 - 5 * n for n in range(20)]])
    first = sweep_pending.run(datetime.now(UTC), lambda: next(left))
    assert 0 < first["events_relayed"] <= 2 * 9  # forty seconds, five a page
    assert len(place.pending()) == 40 - first["events_relayed"]
    assert sweep(timedelta())["events_relayed"] == 40 - first["events_relayed"]
    assert place.consume()["outreach"].total() == 40


def test_a_turn_is_bounded_by_number_and_takes_from_every_shard(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pending_events, "PAGE", 2)
    monkeypatch.setattr(pending_events, "MOST_PAGES", 4)
    places = commit(place, 40, 5)
    assert {keys.shard_of(event_id(key)) for key in places} == {0, 1, 2, 3}
    assert sweep(timedelta())["events_relayed"] == 8
    told = place.consume()["outreach"]
    assert Counter(keys.shard_of(each) for each in told) == {0: 2, 1: 2, 2: 2, 3: 2}


def test_an_event_that_stays_for_ten_minutes_raises_the_alarm(
    place: Place, errors: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not one that was waiting until now and has left, however old: only what is still there after the turn."""
    place.commit(old(1, 30), old(2, 9))
    exits = relay.exits()
    busy = {0: NotSent("ThrottlingException"), 1: NotSent("ThrottlingException")}
    with monkeypatch.context() as patch:
        patch.setattr(type(exits.bus), "put_many", lambda _, events: {n: busy[n] for n in range(len(events))})
        assert sweep(timedelta()) == {"events_relayed": 0, "events_kept": 2, "events_set_aside": 0}
    assert [(each["event"], each["events"]) for each in errors] == [("events_late", 1)]
    errors.clear()
    assert sweep(timedelta())["events_relayed"] == 2
    assert errors == []


def test_more_than_a_turn_can_pass_on_raises_the_alarm(
    place: Place, errors: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pending_events, "PAGE", 2)
    monkeypatch.setattr(pending_events, "MOST_PAGES", 4)
    commit(place, 40, 30)
    assert sweep(timedelta())["events_kept"] == 0
    assert [each["event"] for each in errors] == ["events_late"]


def test_a_poison_event_is_tried_ten_times_and_then_set_aside(place: Place, errors: list[Any]) -> None:
    poison, good = place.commit(event("birthday_due"), event("birthday_due"))
    corrupt(place, poison)
    for attempt in range(1, 10):
        assert sweep(attempt * LATER)["events_kept"] == 1
        assert (place.table.get(poison) or {})["relay_attempts"] == attempt
    assert sweep(10 * LATER) == {"events_relayed": 0, "events_kept": 1, "events_set_aside": 1}
    assert (place.table.get(poison) or {})["pending_pk"] == keys.PENDING_ASIDE
    assert place.consume()["outreach"] == Counter([event_id(good)])
    errors.clear()
    assert sweep(11 * LATER) == {"events_relayed": 0, "events_kept": 0, "events_set_aside": 1}
    assert [each["event"] for each in errors] == ["events_set_aside"]  # the alarm stays up
    assert place.pending() == [event_id(poison)]


def test_poison_does_not_hide_what_stands_behind_it(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pending_events, "PAGE", 2)
    poison = commit(place, 12, 20)
    for key in poison:
        corrupt(place, key)
    good = place.commit(old(1, 5), old(2, 5))
    assert sweep(timedelta()) == {"events_relayed": 2, "events_kept": 12, "events_set_aside": 0}
    assert set(place.consume()["outreach"]) == {event_id(key) for key in good}


def test_one_that_was_set_aside_comes_back_when_it_was_mended(place: Place) -> None:
    (poison,) = place.commit(event("birthday_due"))
    (image,) = place.images([poison])
    corrupt(place, poison)
    for attempt in range(1, 11):
        sweep(attempt * LATER)
    place.table.send(
        "update_item",
        Key=key_of(poison),
        UpdateExpression="SET doc = :doc",
        ExpressionAttributeValues={":doc": image["doc"]},
    )
    assert sweep()["events_relayed"] == 0
    assert relay.pending().back(poison)
    assert sweep()["events_relayed"] == 1
    assert place.consume()["outreach"] == Counter([event_id(poison)])
    assert "relay_attempts" not in (place.table.get(poison) or {})


def test_a_step_that_fails_leaves_the_others_to_be_done(
    place: Place, errors: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_now: datetime, _seconds_left: Any) -> dict[str, int]:
        raise RuntimeError("no")

    place.commit(event("birthday_due"))
    monkeypatch.setattr(sweep_pending, "STEPS", (broken, *sweep_pending.STEPS))
    assert sweep()["events_relayed"] == 1
    assert [each["step"] for each in errors] == ["broken"]


def test_a_minute_without_work_costs_five_queries_and_the_work_is_counted(place: Place) -> None:
    with injected() as watch:
        sweep()
    assert Counter(watch.calls) == {"Query": 5}
    commit(place, 100, 5)
    with injected() as watch:
        sweep(timedelta())
    counted = Counter(watch.calls)
    assert (counted["Query"], counted["BatchGetItem"], counted["UpdateItem"]) == (5, 4, 100)
    assert counted["SendMessageBatch"] == counted["PutEvents"] <= 13
