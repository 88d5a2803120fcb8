"""Where events go, what they become, and what a failure on the way means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.relaying.delivery import Exits, deliver
from chalicelib.domain.relaying.model import NotSent, Relayed, Unreadable
from chalicelib.domain.relaying.routes import ROUTES, letter
from chalicelib.repos import relay
from chalicelib.repos.batches import MOST, MOST_BYTES, TOO_LARGE, batches, send_all
from chalicelib.repos.bus import Bus
from chalicelib.repos.keys import Key
from chalicelib.repos.queues import Queue

BUSY = NotSent("ThrottlingException")


def told(kind: str = "birthday_due", number: int = 1, **data: Any) -> Relayed:
    return Relayed(f"evt_{number}", kind, "cus_1", "2026-11-22T10:00:00.000Z", data, "req_1")


def test_each_kind_goes_to_the_queue_of_its_purpose() -> None:
    assert letter(told("job_started")) == ("jobs", {"purpose": "jobs", "job_id": "cus_1"})
    assert letter(told("birthday_due", year=2027)) == (
        "outreach",
        {
            "purpose": "outreach",
            "event": {
                "id": "evt_1",
                "kind": "birthday_due",
                "aggregate": "cus_1",
                "at": "2026-11-22T10:00:00.000Z",
                "data": {"year": 2027},
                "request_id": "req_1",
            },
        },
    )
    queue, body = letter(told("message_queued", message_id="msg_1", channel="email")) or ("", {})
    assert (queue, body) == ("sending", {"purpose": "sending", "message_id": "msg_1", "request_id": "req_1"})
    assert letter(told("note_added")) is None
    assert set(ROUTES) == {"birthday_due", "digest_due", "job_started", "message_queued"}


@pytest.mark.parametrize("data", [{}, {"message_id": None}, {"message_id": 7}])
def test_a_queued_message_without_its_id_is_unreadable(data: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        letter(told("message_queued", **data))


@dataclass
class FakeExit:
    """Remembers what was sent; what is in `failing` fails by its place."""

    failing: Mapping[int, NotSent] = field(default_factory=dict)
    sent: list[Any] = field(default_factory=list)

    def send_many(self, bodies: Sequence[Any]) -> Mapping[int, NotSent]:
        self.sent += [body for place, body in enumerate(bodies) if place not in self.failing]
        return self.failing

    put_many = send_many


def exits(outreach: FakeExit | None = None, sending: FakeExit | None = None, bus: FakeExit | None = None) -> Exits:
    return Exits({"outreach": outreach or FakeExit(), "sending": sending or FakeExit()}, bus or FakeExit())


def test_every_event_goes_on_the_bus_and_some_to_a_queue() -> None:
    outreach, sending, bus = FakeExit(), FakeExit(), FakeExit()
    events = [told("note_added", 1), told("birthday_due", 2), told("message_queued", 3, message_id="msg_3")]
    outcome = deliver(exits(outreach, sending, bus), events)
    assert outcome.kept == {}
    assert [body["event"]["id"] for body in outreach.sent] == ["evt_2"]
    assert [body["message_id"] for body in sending.sent] == ["msg_3"]
    assert bus.sent == events


def test_one_event_twice_in_a_batch_leaves_once() -> None:
    outreach, bus = FakeExit(), FakeExit()
    deliver(exits(outreach, bus=bus), [told(number=1), told(number=2), told(number=1)])
    assert [body["event"]["id"] for body in outreach.sent] == ["evt_1", "evt_2"]
    assert len(bus.sent) == 2


def test_what_its_queue_did_not_take_does_not_go_on_the_bus() -> None:
    bus = FakeExit()
    outcome = deliver(exits(FakeExit({1: BUSY}), bus=bus), [told(number=n) for n in (1, 2, 3)])
    assert outcome.unqueued == {"evt_2": BUSY}
    assert [event.id for event in bus.sent] == ["evt_1", "evt_3"]


def test_the_bus_counts_places_among_what_it_was_given() -> None:
    outcome = deliver(exits(FakeExit({0: BUSY}), bus=FakeExit({1: BUSY})), [told(number=n) for n in (1, 2, 3)])
    assert outcome.unqueued == {"evt_1": BUSY}
    assert outcome.unpublished == {"evt_3": BUSY}
    assert set(outcome.kept) == {"evt_1", "evt_3"}


def test_an_unreadable_event_leaves_its_neighbours_alone() -> None:
    sending, bus = FakeExit(), FakeExit()
    events = [told("message_queued", n, **({"message_id": f"msg_{n}"} if n != 2 else {})) for n in (1, 2, 3)]
    outcome = deliver(exits(sending=sending, bus=bus), events)
    assert [body["message_id"] for body in sending.sent] == ["msg_1", "msg_3"]
    assert outcome.unqueued["evt_2"].refused
    assert [event.id for event in bus.sent] == ["evt_1", "evt_3"]


@given(st.lists(st.integers(0, MOST_BYTES), max_size=60))
def test_batches_hold_everything_once_in_order_and_within_the_limits(sizes: list[int]) -> None:
    made = list(batches(sizes))
    assert [place for batch in made for place in batch] == list(range(len(sizes)))
    assert all(0 < len(batch) <= MOST and sum(sizes[place] for place in batch) <= MOST_BYTES for batch in made)
    for one, other in pairwise(made):  # no batch could have held the next entry
        assert len(one) == MOST or sum(sizes[place] for place in (*one, other[0])) > MOST_BYTES


def test_a_batch_is_not_larger_than_a_call_may_be() -> None:
    assert list(batches([MOST_BYTES - 1, 1, 1])) == [[0, 1], [2]]


def test_what_no_call_can_hold_is_refused_without_a_call() -> None:
    asked: list[int] = []

    def send(places: Sequence[int]) -> dict[int, NotSent]:
        asked.extend(places)
        return {}

    assert send_all([MOST_BYTES + 1, 5], send) == {0: TOO_LARGE}
    assert asked == [1]


class Service:
    """A botocore client that answers from a list; an exception in it is raised."""

    def __init__(self, *answers: Any) -> None:
        self.answers, self.calls = list(answers), list[dict[str, Any]]()

    def _call(self, **arguments: Any) -> Any:
        self.calls.append(arguments)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    send_message_batch = put_events = send_message = _call


def test_a_queue_tells_which_messages_of_a_batch_failed() -> None:
    failed = [
        {"Id": "3", "Code": "InternalError", "SenderFault": False},
        {"Id": "7", "Code": "InvalidMessageContents", "SenderFault": True},
    ]
    service = Service({"Successful": [], "Failed": failed}, {"Successful": []})
    kept = Queue(service, "url").send_many([{"n": n} for n in range(12)])
    assert kept == {3: NotSent("InternalError"), 7: NotSent("InvalidMessageContents", refused=True)}
    assert [[entry["Id"] for entry in call["Entries"]] for call in service.calls] == [
        [str(n) for n in range(10)],
        ["10", "11"],
    ]


def test_a_batch_that_got_no_answer_keeps_its_ten_and_the_next_is_tried() -> None:
    throttled = ClientError({"Error": {"Code": "RequestThrottled"}}, "SendMessageBatch")
    service = Service(throttled, ReadTimeoutError(endpoint_url="x"), {"Successful": []})
    kept = Queue(service, "url").send_many([{"n": n} for n in range(25)])
    assert kept == {
        **{n: NotSent("RequestThrottled") for n in range(10)},
        **{n: NotSent("ReadTimeoutError") for n in range(10, 20)},
    }


def test_a_single_message_waits_15_minutes_at_most() -> None:
    service = Service({}, {}, {})
    for seconds in (-5, 30, 4000):
        Queue(service, "url").send({"text": "é\u2028\x00"}, seconds)
    assert [call["DelaySeconds"] for call in service.calls] == [0, 30, 900]
    assert service.calls[0]["MessageBody"] == '{"text": "\\u00e9\\u2028\\u0000"}'  # SQS refuses control characters


def test_the_bus_tells_which_entries_failed() -> None:
    answers = [{"EventId": "1"}, {"ErrorCode": "ThrottlingException"}, {"ErrorCode": "MalformedDetail"}]
    service = Service({"FailedEntryCount": 2, "Entries": answers})
    kept = Bus(service, "facet-test").put_many([told(number=n) for n in range(3)])
    assert kept == {1: NotSent("ThrottlingException"), 2: NotSent("MalformedDetail", refused=True)}
    entry = service.calls[0]["Entries"][0]
    assert (entry["EventBusName"], entry["Source"], entry["DetailType"]) == ("facet-test", "facet", "birthday_due")


GOOD = {
    "pk": "cus_1",
    "sk": "EVENT#evt_1",
    "kind": "note_added",
    "doc": '{"at": "2026-11-22T10:00:00.000Z", "data": {"note_id": "nte_1"}, "summary": "Note", "actor": {"id": "u"}}',
    "content": '{"text": "Prefers rose gold"}',
    "request_id": "req_1",
    "publish": True,
}


def test_an_event_leaves_without_what_people_wrote_and_without_names() -> None:
    event = relay.Waiting(Key("cus_1", "EVENT#evt_1"), GOOD).event()
    assert event == told("note_added", note_id="nte_1")


@pytest.mark.parametrize(
    "change",
    [
        {"doc": "{"},
        {"doc": "[]"},
        {"doc": "null"},
        {"doc": '{"at": "x"}'},
        {"doc": '{"at": 5, "data": {}}'},
        {"doc": '{"at": "x", "data": 5}'},
        {"doc": None},
        {"kind": 5},
        {"kind": ""},
        {"request_id": None},
        {"doc": "[" * 100_000},  # deeper than can be read
    ],
    ids=lambda change: str(change)[:40],
)
def test_what_is_no_event_is_unreadable(change: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        relay.Waiting(Key("cus_1", "EVENT#evt_1"), {**GOOD, **change}).event()


@pytest.mark.parametrize("missing", ["doc", "kind", "request_id"])
def test_an_event_that_lacks_something_is_unreadable(missing: str) -> None:
    item = {name: value for name, value in GOOD.items() if name != missing}
    with pytest.raises(Unreadable):
        relay.Waiting(Key("cus_1", "EVENT#evt_1"), item).event()


@pytest.mark.parametrize(
    "image",
    [
        {},
        {"pk": {"S": "cus_1"}},
        {"pk": "cus_1", "sk": "EVENT#evt_1"},
        {"pk": {"X": "1"}, "sk": {"S": "EVENT#evt_1"}},
        [],
    ],
    ids=str,
)
def test_what_is_no_item_is_unreadable(image: Any) -> None:
    with pytest.raises(Unreadable):
        relay.of_image(image)
