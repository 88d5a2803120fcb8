"""SQS: messages that wait, each with the moment from which it shows."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import md5
from typing import Any

from tests.support.memory.errors import Refusal
from tests.support.memory.service import Service

MOST_BYTES = 1024 * 1024  # of a message, and of a batch together
MOST_BATCH = 10
MOST_DELAY = 900
HIDDEN_SECONDS = 30


@dataclass(frozen=True)
class Message:
    """One message; `visible_at` in seconds since 1970, `received` counts how often somebody took it."""

    id: str
    body: str
    sent_at: float
    delay: int
    visible_at: float
    received: int = 0


class SQS(Service):
    """All queues; what a queue holds is a tuple that is replaced."""

    name = "sqs"

    def __init__(self, grow: Any) -> None:
        super().__init__(grow)
        self.queues: dict[str, tuple[Message, ...]] = {}
        self._sent = 0

    def snapshot(self) -> Any:
        return dict(self.queues), self._sent

    def restore(self, kept: Any) -> None:
        queues, self._sent = kept
        self.queues = dict(queues)

    def waiting(self, url: str) -> tuple[Message, ...]:
        """What a queue holds.

        Raises:
            Refusal: there is no such queue.
        """
        if url not in self.queues:
            raise Refusal("AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist.")
        return self.queues[url]

    def send(self, url: str, body: str, delay: int = 0) -> Message:
        """Append a message."""
        held = self.waiting(url)
        if not body:
            raise Refusal("MissingParameter", "The request must contain the parameter MessageBody.")
        if len(body.encode()) > MOST_BYTES or not 0 <= delay <= MOST_DELAY:
            raise Refusal("InvalidParameterValue", "One or more parameters are invalid.")
        self.grow()
        self._sent += 1
        now = time.time()
        message = Message(f"00000000-0000-4000-8000-{self._sent:012x}", body, now, delay, now + delay)
        self.queues[url] = (*held, message)
        return message

    def take(self, url: str, most: int | None = None, *, delayed: bool = False) -> list[Message]:
        """Take messages away that show by now, or those too that do not yet, in the order in which they were sent."""
        held, now = self.waiting(url), time.time()
        taken = [each for each in held if delayed or each.visible_at <= now][:most]
        ids = {each.id for each in taken}
        self.queues[url] = tuple(each for each in held if each.id not in ids)
        return taken

    def back(self, url: str, message: Message, seconds: float = 0) -> None:
        """Put a message back that somebody took in vain; it shows again after so many seconds."""
        again = replace(message, received=message.received + 1, visible_at=time.time() + seconds)
        self.queues[url] = (*self.waiting(url), again)

    def _create_queue(self, arguments: Mapping[str, Any]) -> Any:
        url = f"http://memory.invalid/000000000000/{arguments['QueueName']}"
        self.queues.setdefault(url, ())
        return {"QueueUrl": url}

    def _get_queue_attributes(self, arguments: Mapping[str, Any]) -> Any:
        held = self.waiting(arguments["QueueUrl"])
        arn = f"arn:aws:sqs:us-east-1:000000000000:{arguments['QueueUrl'].rpartition('/')[2]}"
        return {"Attributes": {"QueueArn": arn, "ApproximateNumberOfMessages": str(len(held))}}

    def _send_message(self, arguments: Mapping[str, Any]) -> Any:
        message = self.send(arguments["QueueUrl"], arguments["MessageBody"], arguments.get("DelaySeconds", 0))
        return {"MessageId": message.id, "MD5OfMessageBody": _md5(message.body)}

    def _send_message_batch(self, arguments: Mapping[str, Any]) -> Any:
        entries, prefix = arguments["Entries"], "AWS.SimpleQueueService."
        if not entries:
            raise Refusal(f"{prefix}EmptyBatchRequest", "There should be at least one entry in the request.")
        if len(entries) > MOST_BATCH:
            raise Refusal(f"{prefix}TooManyEntriesInBatchRequest", "Maximum number of entries per request are 10.")
        if len({each["Id"] for each in entries}) != len(entries):
            raise Refusal(f"{prefix}BatchEntryIdsNotDistinct", "Two or more batch entries have the same Id.")
        if sum(len(each["MessageBody"].encode()) for each in entries) > MOST_BYTES:
            raise Refusal(f"{prefix}BatchRequestTooLong", "Batch requests cannot be longer than 1 MB.")
        sent = []
        for entry in entries:
            message = self.send(arguments["QueueUrl"], entry["MessageBody"], entry.get("DelaySeconds", 0))
            sent.append({"Id": entry["Id"], "MessageId": message.id, "MD5OfMessageBody": _md5(message.body)})
        return {"Successful": sent}

    def _receive_message(self, arguments: Mapping[str, Any]) -> Any:
        url, now = arguments["QueueUrl"], time.time()
        hidden = now + arguments.get("VisibilityTimeout", HIDDEN_SECONDS)
        held, most = list(self.waiting(url)), arguments.get("MaxNumberOfMessages", 1)
        shown = [place for place, each in enumerate(held) if each.visible_at <= now][:most]
        for place in shown:
            held[place] = replace(held[place], visible_at=hidden, received=held[place].received + 1)
        self.queues[url] = tuple(held)
        found = [
            {"MessageId": each.id, "ReceiptHandle": each.id, "Body": each.body, "MD5OfBody": _md5(each.body)}
            for each in (held[place] for place in shown)
        ]
        return {"Messages": found} if found else {}

    def _delete_message(self, arguments: Mapping[str, Any]) -> Any:
        held = self.waiting(arguments["QueueUrl"])
        left = tuple(each for each in held if each.id != arguments["ReceiptHandle"])
        if len(left) != len(held):
            self.grow()
        self.queues[arguments["QueueUrl"]] = left
        return {}

    def _change_message_visibility(self, arguments: Mapping[str, Any]) -> Any:
        shows = time.time() + arguments["VisibilityTimeout"]
        held = self.waiting(arguments["QueueUrl"])
        self.queues[arguments["QueueUrl"]] = tuple(
            replace(each, visible_at=shows) if each.id == arguments["ReceiptHandle"] else each for each in held
        )
        return {}


def _md5(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()
