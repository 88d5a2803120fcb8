"""What lies in the dead-letter queue of a stage: where each message belongs, and its way back.

A message is sent to its queue before it is deleted here. Killed in between, it is there twice, which does no harm:
everything that reads those queues knows what it has done already.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

DROP = "drop"
STREAM = "DDBStreamBatchInfo"  # in Lambda's note about records of the stream that it gave up
# The output of the stack that names the queue of each purpose; the worker's queue takes what providers tell, too.
QUEUES = {
    "outreach": "OutreachQueueUrl",
    "sending": "SendingQueueUrl",
    "provider-events": "OutreachQueueUrl",
}
Message = Mapping[str, Any]


def belongs(body: str) -> str | None:
    """The purpose of the queue that a body came from, `DROP` for what needs no second try, None for a stranger's.

    A schedule's tick that failed is dropped: the ticks after it have done its work. So is Lambda's note about records
    of the stream: their events stay in the index `pending`, and are relayed from there.
    """
    try:
        said = json.loads(body)
    except ValueError:
        return None
    if not isinstance(said, dict):
        return None
    if said.get("purpose") in ("outreach", "sending"):
        return str(said["purpose"])
    if said.get("Type") == "Notification" and "TopicArn" in said:
        return "provider-events"
    return DROP if {"sweep", STREAM} & said.keys() and "purpose" not in said else None


def described(message: Message) -> str:
    """One line about a message: where it belongs, ids and kinds; never an address or what anybody wrote."""
    purpose = belongs(message["Body"])
    if purpose is None:
        return f"{message['MessageId']}  not one of Facet's"
    said = json.loads(message["Body"])
    event = said.get("event") if isinstance(said.get("event"), dict) else {}
    facts = (said.get("message_id"), event.get("kind"), event.get("id"), said.get("TopicArn"), said.get("sweep"))
    known = " ".join(str(fact) for fact in facts if fact is not None)
    dropped = "stream" if STREAM in said else "schedule"
    return f"{message['MessageId']}  {dropped if purpose == DROP else purpose}  {known}"


@dataclass
class DeadLetters:
    """The dead-letter queue of a stage, with the outputs of its stack.

    A message is hidden from others for so many seconds while it is looked at. Waiting makes SQS ask all of the queue's
    servers, so that an empty answer means empty.
    """

    client: Any
    outputs: Mapping[str, str]
    hidden_seconds: int = 120
    wait_seconds: int = 1
    moved: Counter[str] = field(default_factory=Counter)
    left: dict[str, Message] = field(default_factory=dict)

    def redrive(self) -> None:
        """Send everything back to where it came from; `moved` and `left` say what became of it."""
        for message in self._each():
            purpose = belongs(message["Body"])
            if purpose is None:
                self.left[message["MessageId"]] = message
                continue
            if purpose != DROP:
                queue = self.outputs[QUEUES[purpose]]
                self.client.send_message(QueueUrl=queue, MessageBody=message["Body"])
            self.client.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
            self.moved[purpose] += 1
        self._release()

    def look(self) -> list[Message]:
        """Everything that lies there, left as it is."""
        self.left = {message["MessageId"]: message for message in self._each()}
        self._release()
        return list(self.left.values())

    @property
    def _url(self) -> str:
        return self.outputs["DeadLetterQueueUrl"]

    def _each(self) -> Iterator[Message]:
        """Every message that is visible, once."""
        while True:
            answer = self.client.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=10,
                VisibilityTimeout=self.hidden_seconds,
                WaitTimeSeconds=self.wait_seconds,
            )
            fresh = [each for each in answer.get("Messages", ()) if each["MessageId"] not in self.left]
            if not fresh:
                return
            yield from fresh

    def _release(self) -> None:
        """Show what stays to the next one who looks."""
        for message in self.left.values():
            self.client.change_message_visibility(
                QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
            )
