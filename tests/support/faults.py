"""Faults at AWS calls: the calls of an operation are found by running it, then each is made to fail in each way."""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError

from tests.support.intercepting import intercepted
from tests.support.race import conflict

LONG = os.environ.get("FACET_PROOF") == "long"
SHARE = 3


class Died(BaseException):
    """The process ended here; nothing of ours may catch this."""


@dataclass(frozen=True)
class Fault:
    """What happens at a call: before it or after its commit, once or several times in a row."""

    name: str
    strike: Callable[[str, dict[str, Any]], BaseException]
    after: bool = False
    times: int = 1
    only: str | None = None

    def applies(self, operation: str) -> bool:
        """Whether this operation can fail so."""
        return self.only is None or self.only == operation


def _throttled(operation: str, _: dict[str, Any]) -> BaseException:
    error: BaseException = ClientError({"Error": {"Code": "ThrottlingException", "Message": "slow down"}}, operation)
    return error


def _silent(_: str, __: dict[str, Any]) -> BaseException:
    error: BaseException = ReadTimeoutError(endpoint_url="http://store.invalid")
    return error


def _conflicting(operation: str, arguments: dict[str, Any]) -> BaseException:
    error: BaseException = conflict(operation, len(arguments["TransactItems"]))
    return error


def _dead(_: str, __: dict[str, Any]) -> BaseException:
    return Died()


FAULTS = (
    Fault("throttled", _throttled),
    Fault("timeout before", _silent),
    Fault("timeout after the commit", _silent, after=True),
    Fault("process dies before", _dead),
    Fault("process dies after the commit", _dead, after=True),
    Fault("conflict three times", _conflicting, times=3, only="TransactWriteItems"),
)


def places(calls: Sequence[str], fault: Fault) -> Iterator[int]:
    """Where in the calls of a job this fault strikes: everywhere in `make proof`.

    A job makes many calls that are alike, so in `make test` each call fails in every third way, and each way at every
    third call; all of them together still fail in every way.
    """
    first = 0 if LONG else [each.name for each in FAULTS].index(fault.name) % SHARE
    for place in range(first, len(calls), 1 if LONG else SHARE):
        if fault.applies(calls[place]):
            yield place


@dataclass
class Injector:
    """Watches the calls of this process, and strikes at one of them."""

    fault: Fault | None = None
    at: int = -1
    calls: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    struck: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def around(self, real: Callable[..., Any], client: Any, operation: str, arguments: dict[str, Any]) -> Any:
        """Make the call, unless it is the one to fail."""
        with self._lock:
            number = len(self.calls)
            self.calls.append(operation)
            self.written += _partitions(operation, arguments)
        fault = self.fault
        if fault is None or not self.at <= number < self.at + fault.times or not fault.applies(operation):
            return real(client, operation, arguments)
        self.struck += 1
        if fault.after:
            real(client, operation, arguments)
        raise fault.strike(operation, arguments)


def _partitions(operation: str, arguments: dict[str, Any]) -> Iterator[str]:
    """The partition of every item that a call writes; a write elsewhere counts under its operation's name."""
    for each in arguments.get("TransactItems", ()):
        for body in each.values():
            yield (body.get("Key") or body["Item"])["pk"]["S"]
    if not operation.startswith(("Get", "Query", "BatchGet", "Transact", "Admin", "List", "Head", "Scan")):
        yield operation


@contextmanager
def injected(fault: Fault | None = None, at: int = -1) -> Iterator[Injector]:
    """Every AWS call of this process passes the injector."""
    injector = Injector(fault, at)
    with intercepted(injector.around):
        yield injector
