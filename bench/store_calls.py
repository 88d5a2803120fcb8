"""The second yardstick: the DynamoDB calls that an operation makes, sent again without our code around them.

The operation runs in this process on the app's own client, which is watched. Its reads are answered by the store; a
transaction is noted and held back, so that the bare client can send exactly the same one afterwards and see it succeed.
"""

import copy
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import boto3
from botocore import xform_name

from bench.clients import Sent, Unexpected
from chalicelib.repos import keys
from local.gateway import Context, Request, answer_of, event_of

WRITE = "TransactWriteItems"
CACHED = frozenset((keys.STAFF, keys.SHOP))  # read once in 30 s for all requests: no operation's own calls
_HELD: Any = (SimpleNamespace(status_code=200), {})
Handler = Callable[[Any, Any], dict[str, Any]]


@dataclass(frozen=True)
class StoreCall:
    """One request to DynamoDB: the client's method and its arguments."""

    method: str
    arguments: Mapping[str, Any]


@dataclass
class Watch:
    """Notes what a botocore client sends while an operation runs, and holds its transactions back."""

    client: Any
    handler: Handler
    headers: Mapping[str, str]
    _calls: list[StoreCall] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.client.meta.events.register("before-parameter-build.dynamodb", self._note)

    def calls_of(self, sent: Sent) -> list[StoreCall]:
        """What the operation sends to the store. Raises Unexpected for another status than it should have."""
        self._calls.clear()
        self.client.meta.events.register(f"before-call.dynamodb.{WRITE}", _hold)
        try:
            self.run(sent)
        finally:
            self.client.meta.events.unregister(f"before-call.dynamodb.{WRITE}", _hold)
        return [call for call in self._calls if not _cached(call)]

    def run(self, sent: Sent) -> None:
        """The operation in this process. Raises Unexpected."""
        headers = [*self.headers.items(), ("Content-Length", str(len(sent.body or b"")))]
        request = Request(sent.method, sent.target, headers, sent.body or b"", "127.0.0.1")
        answer = answer_of(self.handler(event_of(request), Context("bench")))
        if not answer.status.startswith(str(sent.status)):
            raise Unexpected(f"{sent.method} {sent.target} was answered {answer.status}: {answer.body[:400].decode()}")

    def _note(self, params: Mapping[str, Any], model: Any, **_: Any) -> None:
        self._calls.append(StoreCall(xform_name(model.name), copy.deepcopy(dict(params))))


def _cached(call: StoreCall) -> bool:
    values = call.arguments.get("ExpressionAttributeValues", {})
    return call.method == "query" and values[":pk"]["S"] in CACHED


def _hold(**_: Any) -> Any:
    return _HELD


def bare_client() -> Any:
    """A client as anybody makes it."""
    return boto3.client("dynamodb")


def seconds_of(client: Any, calls: Sequence[StoreCall]) -> float:
    """How long the bare calls take, one after the other."""
    methods = [getattr(client, call.method) for call in calls]
    began = time.perf_counter()
    for method, call in zip(methods, calls, strict=True):
        method(**call.arguments)
    return time.perf_counter() - began
