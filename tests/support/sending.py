"""Messages that wait to be sent, sender turns, and what the local AWS saw leave."""

import itertools
import json
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from chalicelib.domain import ids
from chalicelib.domain.messages import events
from chalicelib.domain.messages.model import Content, Message
from chalicelib.domain.signature import Signature
from chalicelib.repos import keys
from chalicelib.repos.messages import MessageReader, MessageWriter
from chalicelib.repos.table import Range
from chalicelib.wiring import clients
from chalicelib.wiring.store import table
from tests.support.work import a_transaction

_numbers = itertools.count(1)


class Turn:
    """What Lambda tells a function about its turn."""

    def __init__(self, seconds: float = 60.0) -> None:
        self._seconds = seconds

    def get_remaining_time_in_millis(self) -> int:
        """How long the turn lasts."""
        return int(self._seconds * 1000)


def a_customer(api: Any, *agreed: str, **fields: Any) -> dict[str, Any]:
    """A new customer who agreed to this (`email.birthday`)."""
    unique = uuid.uuid4().hex
    body = {
        "given_name": "Asha",
        "emails": [{"address": f"asha.{unique}@example.com"}],
        "phones": [{"number": f"+9198{int(unique[:8], 16) % 10**8:08d}"}],
        "allow_duplicate": True,
        **fields,
    }
    answer = api.post("/v1/customers", body)
    assert answer.status == 201, answer.text
    for each in agreed:
        say(api, answer.json["id"], each, granted=True)
    return dict(answer.json)


def say(api: Any, customer_id: str, what: str, *, granted: bool) -> None:
    """Write down consent, or its withdrawal."""
    channel, _, purpose = what.partition(".")
    word = {"channel": channel, "purpose": purpose, "granted": granted, "source": "in_store"}
    answer = api.post(f"/v1/customers/{customer_id}/consents", {**word, "wording_version": "2026-01"})
    assert answer.status == 201, answer.text


def a_message(recipient_id: str, address: str | None, **changes: Any) -> Message:
    """A queued birthday mail; not in the table yet."""
    now = datetime.now(UTC)
    prefix = "msg" if recipient_id.startswith("cus_") else "ntf"
    message = Message(
        id=ids.new_owned_id(prefix, recipient_id, now),
        recipient_id=recipient_id,
        channel="email",
        purpose="birthday" if prefix == "msg" else "staff",
        status="queued",
        address=address,
        content=Content(f"Happy birthday {next(_numbers)}", "All the best.", "<p>All the best.</p>"),
        by=Signature("usr_test", "Test", ids_at(now)),
        automatic=False,
        language="en",
        check_at=ids_at(now),
    )
    return replace(message, **changes)


def ids_at(moment: datetime) -> str:
    """An instant as it is stored."""
    from chalicelib.domain import instants

    return instants.to_text(moment)


def queued(recipient_id: str, address: str | None, **changes: Any) -> Message:
    """The same, in the table."""
    message = a_message(recipient_id, address, **changes)
    work = a_transaction()
    MessageWriter(work).add(message)
    events.record(work, message)
    work.commit()
    return message


def read(message_id: str) -> Message:
    """The message as it stands."""
    return MessageReader(table()).get(message_id)


def batch(*message_ids: str) -> dict[str, Any]:
    """What the sending queue brings."""
    bodies = [{"purpose": "sending", "message_id": each, "request_id": "req_of_a_test"} for each in message_ids]
    return {"Records": [{"messageId": f"q{n}", "body": json.dumps(body)} for n, body in enumerate(bodies)]}


def deliver(*message_ids: str, clock: Callable[[], datetime] | None = None, seconds: float = 60.0) -> list[str]:
    """One turn of the sender; the queue messages that failed."""
    from chalicelib.handlers import sender

    answer = sender.handle(batch(*message_ids), Turn(seconds), clock or sender.now)
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def outbox() -> list[dict[str, Any]]:
    """Everything that left this deployment, newest first."""
    url = f"{clients.dynamodb().meta.endpoint_url}/_facet/outbox"
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 -- the emulator on this machine
        found: list[dict[str, Any]] = json.load(answer)
    return found


def left(message_id: str) -> list[dict[str, Any]]:
    """What left under this id."""
    return [each for each in outbox() if each["message_id"] == message_id]


def kinds(partition: str) -> list[str]:
    """The events of a partition about messages, in order."""
    items = table().query_all(Range(partition))
    found = [item for item in items if item["sk"].startswith((keys.EVENT, keys.SYSTEM_EVENT))]
    ordered = sorted(found, key=lambda item: str(item["sk"]).split("#")[1])
    return [item["kind"] for item in ordered if item["kind"].startswith("message_")]


def on_the_list(message_id: str) -> list[str]:
    """Where the message stands among those that somebody must look at again."""
    places: list[str] = []
    for shard in range(keys.SHARDS):
        items = table().query_all(Range(keys.outgoing_partition(shard)))
        places += [item["sk"] for item in items if item["sk"].endswith(message_id)]
    return places


def in_queue(name: str = "FACET_SENDING_QUEUE_URL") -> Iterator[Mapping[str, Any]]:
    """Bodies that wait in a queue, taken out."""
    import os

    sqs = clients.sqs()
    while True:
        answer = sqs.receive_message(QueueUrl=os.environ[name], MaxNumberOfMessages=10, WaitTimeSeconds=0)
        if not answer.get("Messages"):
            return
        for message in answer["Messages"]:
            sqs.delete_message(QueueUrl=os.environ[name], ReceiptHandle=message["ReceiptHandle"])
            yield json.loads(message["Body"])
