"""The account: its services, one lock, one position that grows with every write."""

import threading
from collections.abc import Mapping, Sequence
from typing import Any

from tests.support.memory.cognito import Cognito
from tests.support.memory.dynamodb.service import Change, DynamoDB
from tests.support.memory.dynamodb.stream import record
from tests.support.memory.errors import told
from tests.support.memory.s3 import S3, File
from tests.support.memory.sending import SES, SNS, Events, Mail, Text
from tests.support.memory.service import Service
from tests.support.memory.sqs import SQS, Message
from tests.support.memory.ssm import SSM


class Cloud:
    """An AWS account, empty at first."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self.position = 0
        self.dynamodb, self.s3, self.sqs = DynamoDB(self._grow), S3(self._grow), SQS(self._grow)
        self.ses, self.sns, self.events = SES(self._grow), SNS(self._grow), Events(self._grow)
        self.ssm, self.cognito = SSM(self._grow), Cognito(self._grow)
        services: Sequence[Service] = (
            *(self.dynamodb, self.s3, self.sqs, self.ses),
            *(self.sns, self.events, self.ssm, self.cognito),
        )
        self._services = {service.name: service for service in services}
        self._taken = 0

    def _grow(self) -> int:
        self.position += 1
        return self.position

    def call(self, service: str, operation: str, arguments: Mapping[str, Any]) -> Any:
        """One call of one service, alone.

        Raises:
            Refusal: the service refused.
            NotImplementedError: nobody has needed this operation yet.
        """
        if service not in self._services:
            raise NotImplementedError(f"{service} {operation}")
        with self._lock:
            answer = self._services[service].call(operation, arguments)
        answer["ResponseMetadata"] = told()
        return answer

    def snapshot(self) -> Any:
        """All that the account holds; takes next to no time, and no room until something is written."""
        with self._lock:
            states = {name: service.snapshot() for name, service in self._services.items()}
            return self.position, self._taken, states

    def restore(self, kept: Any) -> None:
        """Hold again what was held at the snapshot."""
        with self._lock:
            self.position, self._taken, states = kept
            for name, service in self._services.items():
                service.restore(states[name])

    def items(self, table: str) -> dict[tuple[str, str], Any]:
        """All items of a table by partition and sort key, typed as the store has them; no call is counted."""
        with self._lock:
            return dict(self.dynamodb.tables[table].all())

    @property
    def changes(self) -> Sequence[Change]:
        """Every change of an item, in order; those of one transaction have the same position."""
        return self.dynamodb.changes

    @property
    def stream(self) -> list[dict[str, Any]]:
        """The whole stream of the tables, as Lambda gets it."""
        return self.stream_from(0)

    def stream_from(self, start: int) -> list[dict[str, Any]]:
        """The stream from the record of this number on; the number of a change is its place in `changes`."""
        with self._lock:
            return [record(start + number, each) for number, each in enumerate(self.changes[start:])]

    def take_stream(self) -> list[dict[str, Any]]:
        """The records that came since it was taken the time before."""
        with self._lock:
            start, self._taken = self._taken, len(self.changes)
            return self.stream_from(start)

    @property
    def index_lags(self) -> bool:
        """Whether queries of indexes see what these held some time ago."""
        return self.dynamodb.lags

    @index_lags.setter
    def index_lags(self, lags: bool) -> None:
        with self._lock:
            self.dynamodb.lag(lags=lags)

    def index_catch_up(self) -> None:
        """Let queries of indexes see what was written until now; when they lag, they fall behind again from here on."""
        if self.index_lags:
            self.index_lags = True

    def expire(self, now: float) -> int:
        """Delete the items that were to expire before `now` (seconds since 1970), which no call does; how many."""
        with self._lock:
            return self.dynamodb.expire(now)

    @property
    def queues(self) -> Mapping[str, tuple[Message, ...]]:
        """What waits in every queue, by its URL."""
        return self.sqs.queues

    def make_queue(self, url: str) -> None:
        """A queue at this URL."""
        self.sqs.queues.setdefault(url, ())

    def send_message(self, url: str, body: str) -> Message:
        """What AWS itself puts into a queue."""
        with self._lock:
            return self.sqs.send(url, body)

    def take_messages(self, url: str, most: int | None = None, *, delayed: bool = False) -> list[Message]:
        """Take out what shows by now, or also what is to show later."""
        with self._lock:
            return self.sqs.take(url, most, delayed=delayed)

    def put_back(self, url: str, message: Message, seconds: float = 0) -> None:
        """Let a message that was taken show again, after so many seconds."""
        with self._lock:
            self.sqs.back(url, message, seconds)

    @property
    def files(self) -> Mapping[str, Mapping[str, File]]:
        """Every file by bucket and key."""
        return {name: bucket.files for name, bucket in self.s3.buckets.items()}

    def make_bucket(self, name: str, *, locked: bool = False) -> None:
        """A bucket, empty; a locked one keeps every version."""
        self.s3.make(name, locked=locked)

    def upload(self, bucket: str, key: str, content: bytes, content_type: str = "text/csv") -> File:
        """What a browser does with a presigned form."""
        with self._lock:
            return self.s3.put(bucket, key, content, {"ContentType": content_type})

    @property
    def mails(self) -> Sequence[Mail]:
        """Every mail that SES accepted, in order."""
        return self.ses.accepted

    @property
    def texts(self) -> Sequence[Text]:
        """Every text and push message that SNS accepted, in order."""
        return self.sns.accepted
