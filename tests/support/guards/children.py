"""Processes that a guard is taken away in, forked from one in which everything is imported and the shop stands."""

import contextlib
import json
import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

SECONDS = 60  # for one guard
# Nobody reads what a test says that is red on purpose.
OPTIONS = ("-q", "--no-header", "--no-summary", "--show-capture=no", "--tb=native", "--assert=plain", "--capture=no")


@dataclass(frozen=True)
class Outcome:
    """What became of a guard: the test that turned red, or None; `defect` when it could not be taken away."""

    red: str | None
    defect: str = ""


def outcome_of(work: Callable[[], str | None], seconds: float = SECONDS) -> Outcome:
    """Run something in a process of its own; what it gives back is the test that turned red."""
    reading, writing = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _run(work, writing)
    os.close(writing)
    said = _said(reading, time.monotonic() + seconds)
    if said is None:
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(reading)
    if not said:
        return Outcome(None, "it does not end" if said is None else "its process died")
    return Outcome(**json.loads(said))


def _run(work: Callable[[], str | None], writing: int) -> None:
    try:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        outcome = Outcome(work())
    except BaseException:  # noqa: BLE001 -- whatever it was, the other side is told
        outcome = Outcome(None, traceback.format_exc()[-600:])
    try:
        os.write(writing, json.dumps(vars(outcome)).encode())
    finally:  # also when nobody listens any more: it must never go on as if it were its parent
        os._exit(0)


def _said(reading: int, until: float) -> bytes | None:
    """What the child writes; None when its time is over."""
    said = b""
    while True:
        ready, _, _ = select.select([reading], [], [], max(0.0, until - time.monotonic()))
        if not ready:
            return None
        part = os.read(reading, 65536)
        if not part:
            return said
        said += part


class Red(BaseException):
    """A test has turned red: nothing more is to be done in this process, not even tidied up."""


class Watch:
    """A plugin of pytest that ends it with the first test that fails, whose name it keeps."""

    red: str | None = None

    def pytest_runtest_logreport(self, report: Any) -> None:
        """A phase of a test."""
        if report.failed:
            self.red = str(report.nodeid)
            raise Red


def first_red(items: Sequence[Any]) -> str | None:
    """Run tests until one turns red."""
    watch = Watch()
    items[0].config.pluginmanager.register(watch)
    with contextlib.suppress(Red):
        for item in items:
            run(item)
    return watch.red


def run(item: Any) -> None:
    """Run a test. What the whole run of the tests of the emulator stands on, stays for the next one of them."""
    of_the_emulator = item.get_closest_marker("emulator") is not None
    if not of_the_emulator:
        item.session._setupstate.teardown_exact(None)  # the made-up shop stands on another account
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=item.session if of_the_emulator else None)


def first_red_anew(names: Sequence[str]) -> str | None:
    """Run tests in a run of their own, whose modules are imported now."""
    import pytest

    watch = Watch()
    code = pytest.main([*OPTIONS, *names], plugins=[watch])
    if code != pytest.ExitCode.OK and watch.red is None:
        raise RuntimeError(f"pytest ended with {code!r}")
    return watch.red
