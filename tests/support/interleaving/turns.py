"""Commands in threads, each stopped before every call of AWS, until a schedule lets it make that call."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from botocore.client import BaseClient

from tests.support.interleaving import processes
from tests.support.interleaving.touches import Touches, touches

PATIENCE = 60.0  # seconds for a command to come to its next call; one that takes longer hangs
MOST_STEPS = 5_000
Command = Callable[[], Any]


@dataclass(frozen=True)
class Step:
    """One turn of a command: the call that it made, and what that touched. The first turn only begins."""

    actor: int
    call: str
    touches: Touches


@dataclass
class Trace:
    """What came of a schedule."""

    steps: list[Step] = field(default_factory=list)
    outcomes: list[Any] = field(default_factory=list)

    @property
    def schedule(self) -> str:
        """Whose turn it was, such as `AAB`."""
        return "".join(chr(ord("A") + step.actor) for step in self.steps)


def taken() -> threading.Lock:
    """A lock to wait for, released once for every wait. (A semaphore's wait would follow the tests' clock.)"""
    lock = threading.Lock()
    lock.acquire()
    return lock


class _Actor(threading.Thread):
    """A command on its way; it waits for `go`, and tells `back` when it stands before its next call or has ended."""

    def __init__(self, number: int, command: Command, back: threading.Lock) -> None:
        super().__init__(daemon=True)
        self.number, self._command, self._back = number, command, back
        self.go = taken()
        self.waits_for: tuple[str, Touches] = ("begins", frozenset())
        self.ended = False
        self.outcome: Any = None

    def run(self) -> None:
        processes.become(self.number)
        self.go.acquire()
        try:
            self.outcome = self._command()
        except BaseException as failure:  # noqa: BLE001 -- told to whoever started it
            self.outcome = failure
        self.ended = True
        self._back.release()

    def before(self, call: str, touched: Touches) -> None:
        """Stop until it is this one's turn."""
        self.waits_for = (call, touched)
        self._back.release()
        self.go.acquire()


@contextmanager
def stopping() -> Iterator[None]:
    """Let the calls of actors wait for their turns; everybody else's are made at once."""
    real = BaseClient._make_api_call

    def call(client: Any, operation: str, arguments: dict[str, Any]) -> Any:
        current = threading.current_thread()
        if isinstance(current, _Actor):
            service = client._service_model.service_name
            current.before(f"{service} {operation}", touches(service, operation, arguments))
        return real(client, operation, arguments)

    with patch.object(BaseClient, "_make_api_call", call), patch.object(ThreadPoolExecutor, "submit", _in_turn):
        yield


_submit = ThreadPoolExecutor.submit


def _in_turn(pool: ThreadPoolExecutor, action: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
    """An actor does by itself, and at once, what it would give to threads of its own."""
    if not isinstance(threading.current_thread(), _Actor):
        return _submit(pool, action, *arguments, **named)
    done: Future[Any] = Future()
    try:
        done.set_result(action(*arguments, **named))
    except Exception as failure:  # noqa: BLE001 -- told to whoever asks for the result
        done.set_exception(failure)
    return done


def play(commands: Sequence[Command], schedule: Sequence[int] = (), tick: Callable[[], None] = lambda: None) -> Trace:
    """Run the commands; when the schedule is over, whoever had the last turn goes on, then the next one.

    `tick` is called before every turn. A turn of one that has ended is skipped.

    Raises:
        RuntimeError: a command hangs, or makes calls without end.
    """
    back, trace = taken(), Trace()
    actors = [_Actor(number, command, back) for number, command in enumerate(commands)]
    for actor in actors:
        actor.start()
    wanted, last = iter(schedule), 0
    while left := [actor.number for actor in actors if not actor.ended]:
        last = next((number for number in wanted if number in left), last if last in left else left[0])
        tick()
        _turn(actors[last], back, trace)
    trace.outcomes = [actor.outcome for actor in actors]
    return trace


def _turn(actor: _Actor, back: threading.Lock, trace: Trace) -> None:
    trace.steps.append(Step(actor.number, *actor.waits_for))
    actor.go.release()
    if not back.acquire(timeout=PATIENCE) or len(trace.steps) > MOST_STEPS:
        raise RuntimeError(f"a command does not come to its end: {trace.schedule}")
