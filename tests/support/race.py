"""N clients through one barrier, with conflicts injected that the emulator itself never raises."""

import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from tests.support.intercepting import intercepted

Outcome = TypeVar("Outcome")
CONFLICT_SHARE = 0.2


def together(actions: list[Callable[[], Outcome]]) -> list[Outcome]:
    """Start all actions at the same moment; their outcomes in order."""
    barrier = threading.Barrier(len(actions))

    def run(action: Callable[[], Outcome]) -> Outcome:
        barrier.wait()
        return action()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def conflict(operation: str, items: int) -> ClientError:
    """The refusal of a transaction that met another one."""
    reasons = [{"Code": "TransactionConflict"}] + [{"Code": "None"}] * (items - 1)
    error: Any = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
    return ClientError(error, operation)


@contextmanager
def conflicts(seed: int, share: float = CONFLICT_SHARE) -> Iterator[None]:
    """Let a share of all transactions fail with TransactionConflict before they reach the store."""
    chance, lock = random.Random(seed), threading.Lock()  # noqa: S311 -- a repeatable sequence, no secret

    def call(real: Callable[..., Any], client: Any, operation: str, arguments: dict[str, Any]) -> Any:
        with lock:
            unlucky = operation == "TransactWriteItems" and chance.random() < share
        if unlucky:
            raise conflict(operation, len(arguments["TransactItems"]))
        return real(client, operation, arguments)

    with intercepted(call):
        yield
