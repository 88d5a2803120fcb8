"""A table, queues and a bus of their own, with a consumer that remembers which events it was told of."""

import itertools
import json
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.domain import ids
from chalicelib.domain.relaying.delivery import Exits
from chalicelib.domain.work import Event
from chalicelib.handlers import sweep_pending
from chalicelib.handlers.pending_events import relay_pending, tell_of_those_set_aside
from chalicelib.repos import keys
from chalicelib.repos.bus import Bus
from chalicelib.repos.keys import Key
from chalicelib.repos.queues import Queue
from chalicelib.repos.relay import Pending
from chalicelib.repos.table import Table, key_of
from chalicelib.wiring import clients, relay
from tests.support import emulator
from tests.support.invariants import everything
from tests.support.work import a_transaction

PURPOSES = ("outreach", "sending")
_sequence = itertools.count(100000000000000000001)


def record(image: Mapping[str, Any], name: str = "INSERT") -> dict[str, Any]:
    """A stream record of an item in DynamoDB's own notation."""
    changed = {"NewImage": image, "SequenceNumber": str(next(_sequence)), "StreamViewType": "NEW_IMAGE"}
    return {"eventID": uuid.uuid4().hex, "eventName": name, "eventSource": "aws:dynamodb", "dynamodb": changed}


def batch(*records: dict[str, Any]) -> dict[str, Any]:
    """What Lambda hands to the function."""
    return {"Records": list(records)}


def event(kind: str, **changes: Any) -> Event:
    """An event of a new customer, as a command records it."""
    now = datetime.now(UTC)
    customer_id = ids.new_id("cus", now)
    data = {"message_id": ids.new_owned_id("msg", customer_id, now)} if kind == "message_queued" else {"fact": 1}
    return Event(**{"aggregate": customer_id, "kind": kind, "summary": "Test", "data": data, **changes})


@dataclass
class Place:
    """Where events are written, and where they go."""

    table: Table
    urls: dict[str, str]

    def commit(self, *events: Event) -> list[Key]:
        """Write events as a command does; their keys."""
        work, found = a_transaction(store=self.table), []
        for each in events:
            event_id = work.record(each)
            found.append(keys.event(each.aggregate, event_id, each.audience))
        work.commit()
        return found

    def images(self, places: Sequence[Key]) -> list[dict[str, Any]]:
        """The items in DynamoDB's own notation."""
        client = clients.dynamodb()
        found = [client.get_item(TableName=self.table.name, Key=key_of(key), ConsistentRead=True) for key in places]
        return [answer["Item"] for answer in found]

    def records(self, places: Sequence[Key]) -> list[dict[str, Any]]:
        """The stream records of the items."""
        return [record(image) for image in self.images(places)]

    def pending(self) -> list[str]:
        """Ids of the events in the index, those set aside among them."""
        partitions = [*(keys.pending_partition(shard) for shard in range(keys.SHARDS)), keys.PENDING_ASIDE]
        found: list[str] = []
        for partition in partitions:
            answer = clients.dynamodb().query(
                TableName=self.table.name,
                IndexName=keys.PENDING_INDEX,
                KeyConditionExpression="pending_pk = :pk",
                ExpressionAttributeValues={":pk": {"S": partition}},
            )
            found += [item["pending_sk"]["S"] for item in answer["Items"]]
        return found

    def clear(self) -> None:
        """Remove every item."""
        for item in list(everything(self.table)):
            key = {name: {"S": item[name]} for name in ("pk", "sk")}
            clients.dynamodb().delete_item(TableName=self.table.name, Key=key)

    def received(self, queue: str) -> list[dict[str, Any]]:
        """Take everything out of a queue; the bodies."""
        sqs = clients.sqs()
        bodies: list[dict[str, Any]] = []
        while True:
            answer = sqs.receive_message(QueueUrl=self.urls[queue], MaxNumberOfMessages=10)
            if not answer.get("Messages"):
                return bodies
            bodies += [json.loads(message["Body"]) for message in answer["Messages"]]
            done = [{"Id": str(n), "ReceiptHandle": each["ReceiptHandle"]} for n, each in enumerate(answer["Messages"])]
            sqs.delete_message_batch(QueueUrl=self.urls[queue], Entries=done)

    def consume(self) -> dict[str, Counter[str]]:
        """Take everything out of all queues: how often each event (outreach, bus) or message (sending) came."""
        outreach = Counter(body["event"]["id"] for body in self.received("outreach"))
        sending = Counter(body["message_id"] for body in self.received("sending"))
        bus = Counter(body["detail"]["id"] for body in self.received("bus"))
        return {"outreach": outreach, "sending": sending, "bus": bus}


def corrupt(place: Place, key: Key) -> None:
    """Make an event item unreadable."""
    place.table.send(
        "update_item",
        Key=key_of(key),
        UpdateExpression="SET doc = :broken",
        ExpressionAttributeValues={":broken": {"S": "{"}},
    )


def event_id(key: Key) -> str:
    """The id of the event at a key."""
    return key.sk.partition("#")[2]


def _bus_into(queue_url: str, name: str) -> None:
    events, sqs = clients.events(), clients.sqs()
    arn = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.create_event_bus(Name=name)
    events.put_rule(Name=name, EventBusName=name, EventPattern=json.dumps({"source": ["facet"]}))
    events.put_targets(Rule=name, EventBusName=name, Targets=[{"Id": "all", "Arn": arn}])


@contextmanager
def of_its_own() -> Iterator[Place]:
    """A fresh table, two queues and a bus whose events go into a third queue; the relay's wiring names them."""
    name = f"facet-relay-{uuid.uuid4().hex[:8]}"
    emulator.make_table(clients.dynamodb(), name)
    urls = {queue: clients.sqs().create_queue(QueueName=f"{name}-{queue}")["QueueUrl"] for queue in (*PURPOSES, "bus")}
    _bus_into(urls["bus"], name)
    place = Place(Table(clients.dynamodb(), name), urls)
    exits = Exits({each: Queue(clients.sqs(), urls[each]) for each in PURPOSES}, Bus(clients.events(), name))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(relay, "exits", lambda: exits)
        patch.setattr(relay, "pending", lambda: Pending(place.table))
        patch.setattr(sweep_pending, "STEPS", (relay_pending, tell_of_those_set_aside))  # messages have their own tests
        yield place
    clients.dynamodb().delete_table(TableName=name)
