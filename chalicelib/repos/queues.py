"""Messages to our own functions."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.domain.relaying.model import NotSent
from chalicelib.repos.batches import send_all
from chalicelib.repos.table import Client

MOST_DELAY = 900


class Queue:
    """A queue that one of our functions reads; the bodies are JSON in ASCII."""

    def __init__(self, client: Client, url: str) -> None:
        self._client, self._url = client, url

    def send(self, body: Mapping[str, Any], seconds: int = 0) -> None:
        """Send a message that shows after so many seconds (15 minutes at most).

        Raises:
            botocore.exceptions.ClientError, BotoCoreError: it may not have left.
        """
        delay = min(max(seconds, 0), MOST_DELAY)
        self._client.send_message(QueueUrl=self._url, MessageBody=json.dumps(body), DelaySeconds=delay)

    def send_many(self, bodies: Sequence[Mapping[str, Any]]) -> dict[int, NotSent]:
        """Send all, ten a call; those that did not leave, by their place in `bodies`."""
        texts = [json.dumps(body) for body in bodies]

        def send(places: Sequence[int]) -> dict[int, NotSent]:
            entries = [{"Id": str(place), "MessageBody": texts[place]} for place in places]
            answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
            failed = answer.get("Failed", ())
            return {int(each["Id"]): NotSent(each["Code"], each.get("SenderFault", False)) for each in failed}

        return send_all([len(text) for text in texts], send)


class JobQueue:
    """The queue that the function of the jobs reads."""

    def __init__(self, client: Client, url: str) -> None:
        self._queue = Queue(client, url)

    def go_on(self, job_id: str, *, seconds: int = 0) -> None:
        """Have somebody look at a job again, after so many seconds (15 minutes at most)."""
        self._queue.send({"job_id": job_id}, seconds)
