"""What AWS does between the functions: the stream to the relay, queues to their functions, uploads to the import queue.

Every function is the one of app.py, called with the event that AWS would send. Which queue feeds which function is
read from the template's own event source mappings.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import app as application
from infra import messages as message_resources
from infra import queues as queue_resources
from tests.support.memory import Cloud
from tests.support.world.environment import FILES, QUEUES

BATCH = 10
SECONDS = 300.0
FUNCTIONS: dict[str, Callable[[Any, Any], Any]] = {
    "Imports": application.imports,
    "Relay": application.relay_events,
    "Worker": application.work,
    "Sender": application.send,
    "Sweeps": application.sweep,
}


@dataclass
class Context:
    """What Lambda tells a function about its turn."""

    seconds: float = SECONDS

    def get_remaining_time_in_millis(self) -> int:
        """How long the turn lasts."""
        return int(self.seconds * 1000)


@cache
def readers() -> Mapping[str, str]:
    """The function that reads each of our queues: name of the queue -> function."""
    resources = {**queue_resources.resources("test"), **message_resources.resources("test")}
    found = {}
    for each in resources.values():
        if each["Type"] == "AWS::Lambda::EventSourceMapping":
            properties = each["Properties"]
            source = properties["EventSourceArn"].get("Fn::GetAtt", ("",))[0]
            if source.endswith("Queue"):  # the other source is the table's stream
                found[source.removesuffix("Queue")] = properties["FunctionName"]["Ref"]
    return found


def function_of(queue: str) -> str:
    """The function that reads the queue `imports`, `outreach` or `sending`."""
    return readers()[{"imports": "Import"}.get(queue, queue.title())]


def call(function: str, event: Mapping[str, Any], context: Context | None = None) -> Any:
    """What the function answers."""
    return FUNCTIONS[function](dict(event), context or Context())


def sqs_event(messages: Sequence[Any], queue: str) -> dict[str, Any]:
    """The event of a batch of messages."""
    return {
        "Records": [
            {
                "messageId": message.id,
                "receiptHandle": message.id,
                "body": message.body,
                "attributes": {"ApproximateReceiveCount": "1"},
                "eventSource": "aws:sqs",
                "eventSourceARN": f"arn:aws:sqs:us-east-1:000000000000:facet-test-{queue}",
            }
            for message in messages
        ]
    }


def failed(answer: Mapping[str, Any] | None) -> set[str]:
    """What the function gave back."""
    return {each["itemIdentifier"] for each in (answer or {}).get("batchItemFailures", ())}


def relay(cloud: Cloud) -> int:
    """Hand the new stream records to the relay; how many there were."""
    records = cloud.take_stream()
    for start in range(0, len(records), BATCH):
        call("Relay", {"Records": records[start : start + BATCH]})
    return len(records)


def work_off(cloud: Cloud, queue: str) -> int:
    """Hand what waits in a queue to its function, batch by batch; what fails is put back. How many there were."""
    messages = cloud.take_messages(QUEUES[queue])
    size = 1 if queue == "imports" else BATCH
    for start in range(0, len(messages), size):
        batch = messages[start : start + size]
        again = failed(call(function_of(queue), sqs_event(batch, queue)))
        for message in batch:
            if message.id in again:
                cloud.put_back(QUEUES[queue], message)
    return len(messages)


def steps(cloud: Cloud) -> Iterator[int]:
    """One round: the stream, then every queue."""
    yield relay(cloud)
    for queue in QUEUES:
        yield work_off(cloud, queue)


def all_of_it(cloud: Cloud, rounds: int = 50) -> None:
    """Everything that is under way, until nothing is.

    Raises:
        RuntimeError: it does not come to rest.
    """
    for _ in range(rounds):
        if not sum(steps(cloud)):
            return
    raise RuntimeError("what is under way does not come to rest")


def upload(cloud: Cloud, form: Mapping[str, Any], content: bytes) -> None:
    """What the client does with the form of an import, and what the bucket tells the queue."""
    key = form["fields"]["key"]
    cloud.upload(FILES, key, content)
    body = {"Records": [{"s3": {"bucket": {"name": FILES}, "object": {"key": key}}}]}
    cloud.send_message(QUEUES["imports"], json.dumps(body))
