"""The launcher's child processes: started, watched, started again when something kills them, stopped."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from local.place import Refusal
from local.processes import READY, inherited

_STARTS_ALLOWED = 5  # within the seconds below; more often it is not an accident
_STARTS_WITHIN_SECONDS = 60.0


class KilledAtStart(Refusal):
    """How it ended before it served; that is nobody's answer to a wrong setting, so another start may succeed."""


@dataclass
class Child:
    """One program that has to run; `surroundings` are its environment variables beside the launcher's."""

    title: str
    command: Sequence[str]
    surroundings: Mapping[str, str]
    log: Path
    seconds_to_start: float
    process: subprocess.Popen[bytes] | None = None
    starts: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Starts it and waits until it serves.

        Raises KilledAtStart when somebody kills it before, Refusal with what it said when it ends by itself.
        """
        self.starts.append(time.monotonic())
        reading, writing = os.pipe()
        surroundings = {**inherited(), **self.surroundings, READY: str(writing)}
        try:
            with self.log.open("ab") as log:
                before = log.tell()
                self.process = subprocess.Popen(
                    self.command,
                    env=surroundings,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    pass_fds=(writing,),
                    start_new_session=True,  # Ctrl-C reaches the launcher alone, which stops its children in order
                )
            os.close(writing)
            if not _served(reading, self.seconds_to_start):
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(1.0)  # its end of the pipe is closed a moment before it is gone
                how = self.ended()
                self.kill()
                raise KilledAtStart(how) if how and "killed" in how else Refusal(self._last_words(before))
        finally:
            os.close(reading)

    def _last_words(self, since: int) -> str:
        with self.log.open("rb") as log:
            log.seek(since)
            lines = log.read().decode(errors="replace").strip().splitlines()
        if lines and not any(line.startswith("Traceback") for line in lines):
            return lines[-1]
        return f"The {self.title} did not start; {self.log} says why."

    def ended(self) -> str | None:
        """How it ended, or None while it runs."""
        code = self.process.poll() if self.process else 0
        if code is None:
            return None
        return f"was killed ({signal.Signals(-code).name})" if code < 0 else f"ended with code {code}"

    def start_again(self, how: str) -> None:
        """Starts it again after it ended. Raises Refusal when that happened too often or it does not start."""
        recent = [at for at in self.starts if time.monotonic() - at < _STARTS_WITHIN_SECONDS]
        if len(recent) >= _STARTS_ALLOWED:
            raise Refusal(f"The {self.title} {how} too often; {self.log} says more.")
        print(f"The {self.title} {how}; starting it again.", file=sys.stderr, flush=True)
        try:
            self.start()
        except KilledAtStart as again:
            self.start_again(str(again))

    def stop(self, seconds: float) -> None:
        """Asks it to end, and kills it when it takes longer than `seconds`."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """Ends it at once."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()


def _served(descriptor: int, seconds: float) -> bool:
    """Whether the child said that it serves; False when it ended or time is up."""
    ready, _, _ = select.select([descriptor], [], [], seconds)
    return bool(ready) and os.read(descriptor, 64) != b""
