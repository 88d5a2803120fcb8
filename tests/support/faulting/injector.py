"""Stands between the app and AWS: counts the calls while it is armed, and lets one of them fail."""

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.support.faulting.faults import TRANSACTION, Fault
from tests.support.intercepting import intercepted


@dataclass
class Injector:
    """`calls` are the operations made while armed; the fault strikes at the one with the number `at`."""

    fault: Fault | None = None
    at: int = -1
    armed: bool = False
    calls: list[str] = field(default_factory=list)
    struck: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Count, and strike, meanwhile."""
        before, self.armed = self.armed, True
        try:
            yield
        finally:
            self.armed = before

    def around(self, real: Callable[..., Any], client: Any, operation: str, arguments: dict[str, Any]) -> Any:
        """Make the call, unless it is one to fail."""
        with self._lock:
            strikes = self.armed and self._strikes(operation)
        fault = self.fault
        if not strikes or fault is None:
            return real(client, operation, arguments)
        if fault.repeated:
            return _twice(real, client, operation, arguments)
        if fault.after:
            real(client, operation, arguments)
        assert fault.strike is not None
        raise fault.strike(client, operation, arguments)

    def _strikes(self, operation: str) -> bool:
        number = len(self.calls)
        self.calls.append(operation)
        fault = self.fault
        if fault is None or number < self.at or self.struck >= fault.times or not fault.applies(operation):
            return False
        self.struck += 1
        return True


def _twice(real: Callable[..., Any], client: Any, operation: str, arguments: dict[str, Any]) -> Any:
    """The answer is lost on the way and the library asks again, with the token that it chose for a transaction."""
    if client.meta.config.retries.get("total_max_attempts") == 1:
        return real(client, operation, arguments)
    if operation == TRANSACTION:
        arguments = {"ClientRequestToken": str(uuid.uuid4()), **arguments}
    body: Any = arguments.get("Body")
    start = body.tell() if hasattr(body, "tell") else None
    real(client, operation, arguments)
    if start is not None:
        body.seek(start)
    return real(client, operation, arguments)


@contextmanager
def injected(fault: Fault | None = None, at: int = -1, *, armed: bool = True) -> Iterator[Injector]:
    """Every AWS call of this process passes the injector."""
    injector = Injector(fault, at, armed)
    with intercepted(injector.around):
        yield injector
