"""What AWS does between the functions, and how it goes wrong: late, twice, in another order, not at all."""

import json
import random
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from tests.support.faults import Died
from tests.support.memory import Cloud
from tests.support.memory.sqs import Message
from tests.support.world import delivery
from tests.support.world.environment import FILES, QUEUES

TWICE = 0.2  # of the batches of a queue hold a message that comes once more
HIDDEN_SECONDS = 360  # what a queue waits before it shows a message again whose function died
Run = Callable[[str, Callable[[], Any]], Any]


class Traffic:
    """The stream, the queues and the uploads of one week; `run` lets a function run by its own clock."""

    def __init__(self, chance: random.Random, cloud: Cloud, run: Run) -> None:
        self._chance, self._cloud, self._run = chance, cloud, run
        self._stream: list[dict[str, Any]] = []
        self.forms: list[Mapping[str, Any]] = []
        self.counts: Counter[str] = Counter()

    def relay(self, *, calm: bool = False) -> None:
        """A batch of the stream to the relay; now and then the records of a while are lost, or come twice."""
        self._stream += self._cloud.take_stream()
        if not calm and self._chance.random() < 0.08:
            self.counts["records lost"] += len(self._stream)
            self._stream.clear()
        batch = self._stream[: self._chance.randint(1, 60)] if not calm else list(self._stream)
        if not batch:
            return
        answer = self._called("Relay", {"Records": batch})
        if answer is None:
            return
        failed = [each["itemIdentifier"] for each in answer["batchItemFailures"]]
        done = next(
            (place for place, each in enumerate(batch) if each["dynamodb"]["SequenceNumber"] in failed), len(batch)
        )
        if not calm and self._chance.random() < 0.1:
            self.counts["records twice"] += len(batch)
            return
        del self._stream[:done]

    def queue(self, name: str, *, calm: bool = False) -> int:
        """One batch of a queue to its function; how many messages."""
        url = QUEUES[name]
        messages = self._cloud.take_messages(url)
        if not calm:
            self._chance.shuffle(messages)
        most = 1 if name == "imports" else delivery.BATCH
        batch, rest = messages[:most], messages[most:]
        for message in rest:
            self._cloud.put_back(url, message)
        if not batch:
            return 0
        if not calm and self._chance.random() < TWICE:
            twice = self._chance.choice(batch)
            self._cloud.put_back(url, twice, self._chance.choice((0, 60, 7200)))
            self.counts["messages twice"] += 1
        answer = self._called(delivery.function_of(name), delivery.sqs_event(batch, name))
        for message in self._given_back(batch, answer):
            self._cloud.put_back(url, message, 0 if calm else HIDDEN_SECONDS)
        return len(batch)

    def sweep(self, name: str) -> None:
        """A schedule starts; what it could not do, the next one does."""
        self._called("Sweeps", {"sweep": name})

    def upload(self) -> None:
        """Somebody sends the file of an import, or sends it again."""
        if not self.forms:
            return
        form = self._chance.choice(self.forms[-3:])
        content = self._file()
        key = form["fields"]["key"]
        self._cloud.upload(FILES, key, content)
        body = {"Records": [{"s3": {"bucket": {"name": FILES}, "object": {"key": key}}}]}
        for _ in range(2 if self._chance.random() < 0.2 else 1):
            self._cloud.send_message(QUEUES["imports"], json.dumps(body))
        self.counts["uploads"] += 1

    def _file(self) -> bytes:
        first = self._chance.randrange(40)
        rows = [
            f"OLD-{number},Nila,Iyer {number},+9198120{number:05d},nila{number}@shop.example"
            for number in range(first, first + self._chance.randint(1, 5))
        ]
        if self._chance.random() < 0.3:
            rows.append("OLD-X,Om,Das,broken,")
        return "\n".join(["external_id,given_name,family_name,phone,email", *rows, ""]).encode()

    def provider(self, envelopes: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """What SNS brings to the worker; returns what is to be brought again."""
        bodies = [json.dumps(each) for each in envelopes]
        batch = [Message(f"sns-{place}", body, 0, 0, 0) for place, body in enumerate(bodies)]
        answer = self._called("Worker", delivery.sqs_event(batch, "outreach"))
        again = {message.id for message in self._given_back(batch, answer)}
        return [each for place, each in enumerate(envelopes) if f"sns-{place}" in again]

    def _given_back(self, batch: list[Message], answer: Mapping[str, Any] | None) -> list[Message]:
        if answer is None:
            return batch
        failed = delivery.failed(answer)
        return [message for message in batch if message.id in failed]

    def _called(self, function: str, event: Mapping[str, Any]) -> Any:
        """What the function answers; None when it ended otherwise."""
        self.counts[f"calls of {function}"] += 1

        def call() -> Any:
            try:
                return delivery.call(function, event) or {"batchItemFailures": []}
            except Died:
                self.counts["processes that died"] += 1
                return None
            except Exception as defect:  # noqa: BLE001 -- Lambda: whatever it was, the event comes again
                self.counts[f"{function} raised {type(defect).__name__}"] += 1
                return None

        return self._run(function, call)
