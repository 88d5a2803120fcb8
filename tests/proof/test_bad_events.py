"""What is no event of ours, handed to each Lambda function that reads a queue or the stream, between two that are.

The neighbours are done as if it were not there. What is bad comes back, and so goes to the dead-letter queue, or is
left out with a line in the log; nothing of it is written.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from tests.support import figures
from tests.support.world import World, delivery
from tests.support.world.environment import QUEUES

DEEP = 10_000
# Bodies of messages that nobody of ours sends, for any queue.
BODIES: Mapping[str, str] = {
    "nothing": "",
    "null": "null",
    "a list": "[]",
    "a text": '"text"',
    "a number": "7",
    "true": "true",
    "an empty object": "{}",
    "no JSON": "{not json",
    "half a surrogate pair": '{"job_id": "\\ud83d", "message_id": "\\ud83d"}',
    "numbers for ids": '{"job_id": 7, "message_id": 7}',
    "null for ids": '{"job_id": null, "message_id": null}',
    "lists for ids": '{"job_id": [], "message_id": []}',
    "ids of nobody": '{"job_id": "imp_zzz", "message_id": "msg_zzz"}',
    "ids with separators": '{"job_id": "imp_1#x|y", "message_id": "msg_1#x\\u001fy"}',
    "very long ids": json.dumps({"job_id": "imp_" + "1" * 5000, "message_id": "msg_" + "1" * 5000}),
    "a purpose that is none": '{"purpose": "nothing", "event": {}}',
    "an empty event": '{"purpose": "outreach", "event": {}}',
    "an event of wrong shapes": '{"purpose": "outreach", "event": {"id": 1, "kind": [], "at": {}, "data": "x"}}',
    "an event of no kind": '{"purpose": "outreach", "event": {"id": "evt_1", "kind": "no_such_kind", "data": {}}}',
    "a bucket's word without a key": '{"Records": [{"s3": {"bucket": {"name": "x"}, "object": {}}}]}',
    "a bucket's word about another file": '{"Records": [{"s3": {"bucket": {"name": "x"}, "object": {"key": "../a"}}}]}',
    "records that are none": '{"Records": [1, null]}',
    "a notification without a signature": '{"Type": "Notification", "Message": "{}"}',
    "a forged notification": '{"Type": "Notification", "Message": "{}", "Signature": "AAAA", "SigningCertURL": "http://x"}',
    "a confirmation": '{"Type": "SubscriptionConfirmation", "SubscribeURL": "http://169.254.169.254/"}',
    "very deep": "[" * DEEP + "]" * DEEP,
}


@pytest.mark.parametrize("queue", sorted(QUEUES))
def test_a_bad_message_leaves_its_neighbours_alone(world: World, queue: str) -> None:
    good = waiting(world, queue)
    ends = []
    for name, body in {"none": None, **BODIES}.items():
        world.cloud.restore(good)
        ends.append((name, _worked_off(world, queue, body)))
    wrong = [f"{name}: {end}" for name, end in ends if end[0] != ends[0][1][0]]
    figures.note("input", {"bad events": len(BODIES)})
    assert not wrong, "\n".join(wrong)[:2000]


def waiting(world: World, queue: str) -> Any:
    """A shop in which work waits in this queue; as a snapshot."""
    sales, customer = world.api("sales"), world.records["cus"][0]
    letter = {"customer_id": customer, "channel": "email", "subject": "Ring", "text": "Ready."}
    asked = {
        "imports": lambda: world.api("manager").post("/v1/exports", {"format": "csv"}),
        "outreach": lambda: world.api("manager").post("/v1/sweeps/birthdays/runs", {"date": "2026-11-23"}),
        "sending": lambda: sales.post("/v1/messages", letter),
    }
    celebrated = {"given_name": "Uma", "phones": [{"number": "+919810000099"}], "birthday": "1990-11-23"}
    assert sales.post("/v1/customers", celebrated).status == 201
    assert asked[queue]().status < 300
    delivery.relay(world.cloud)
    return world.cloud.snapshot()


def _worked_off(world: World, queue: str, bad: str | None) -> tuple[Any, set[str]]:
    """What the work came to, with a bad message before and after it; and what was given back."""
    messages = list(world.cloud.take_messages(QUEUES[queue]))
    assert messages, f"nothing waits in {queue}"
    strangers = [] if bad is None else [replace(messages[0], id=f"bad-{place}", body=bad) for place in (1, 2)]
    batch = [*strangers[:1], *messages, *strangers[1:]]
    back = delivery.failed(delivery.call(delivery.function_of(queue), delivery.sqs_event(batch, queue)))
    assert back <= {each.id for each in strangers}, back
    return world.changes(), back


RECORDS: Mapping[str, Any] = {
    "no change": {"eventID": "1", "eventName": "INSERT", "dynamodb": {}},
    "an image that is none": {"eventID": "1", "eventName": "INSERT", "dynamodb": {"NewImage": {}}},
    "an image of a stranger": {"eventID": "1", "eventName": "INSERT", "dynamodb": {"NewImage": {"pk": {"S": "x"}}}},
    "an event without data": {
        "eventID": "1",
        "eventName": "INSERT",
        "dynamodb": {"NewImage": {"pk": {"S": "CUSTOMER#x"}, "sk": {"S": "EVENT#1"}, "pending": {"S": "x"}}},
    },
    "a type that is none": {
        "eventID": "1",
        "eventName": "INSERT",
        "dynamodb": {"NewImage": {"pk": {"X": 1}, "sk": {"S": "EVENT#1"}, "publish": {"BOOL": True}}},
    },
}


def test_a_bad_record_of_the_stream_holds_nothing_up(world: World) -> None:
    world.api("sales").post(f"/v1/customers/{world.records['cus'][0]}/inquiries", {"text": "Pearls?", "channel": "web"})
    kept = world.cloud.snapshot()
    ends = []
    for bad in (None, *RECORDS.values()):
        world.cloud.restore(kept)
        records = world.cloud.take_stream()
        around = [] if bad is None else [{**bad, "dynamodb": {**bad.get("dynamodb", {}), "SequenceNumber": "0"}}]
        answer = delivery.call("Relay", {"Records": [*around, *records, *around]})
        ends.append((world.changes(), delivery.failed(answer)))
    figures.note("input", {"bad events": len(RECORDS)})
    assert [end for end in ends if end != ends[0]] == []


SCHEDULES: Mapping[str, Any] = {
    "a sweep that is none": {"sweep": "no_such_sweep"},
    "a number for a sweep": {"sweep": 7},
    "a day that is none": {"sweep": "birthdays", "date": "2026-02-30"},
    "a day of the wrong type": {"sweep": "birthdays", "date": 20261123},
    "a far day": {"sweep": "birthdays", "date": "2031-01-01"},
    "a word for a flag": {"sweep": "birthdays", "date": "2026-11-23", "dry_run": "yes"},
    "a location that is none": {"sweep": "birthdays", "date": "2026-11-23", "location": "loc_zzz"},
    "a word of its own": {"sweep": "birthdays", "no_such_word": 1},
}


@pytest.mark.parametrize("name", sorted(SCHEDULES))
def test_a_schedule_that_says_nothing_of_ours_starts_nothing(world: World, name: str) -> None:
    before = world.cloud.position
    with pytest.raises(Exception, match=r"."):  # Lambda's error, after which it is a dead letter
        delivery.call("Sweeps", SCHEDULES[name])
    figures.note("input", {"bad events": 1})
    assert world.cloud.position == before
