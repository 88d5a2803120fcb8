"""What the processes of one `make run` share: locks, and dying with their parent."""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import time
from pathlib import Path

_PR_SET_PDEATHSIG = 1
PARENT = "FACET_PARENT"  # the process id whose death ends this process too
READY = "FACET_READY"  # the descriptor on which a child says that it serves


class Busy(Exception):
    """Another process holds the lock."""


def die_with_parent() -> None:
    """Asks the kernel to kill this process when the launcher ends, however that happens."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    expected = os.environ.get(PARENT)
    if expected is not None and os.getppid() != int(expected):
        os._exit(1)  # the launcher was gone before the kernel knew


def announce() -> None:
    """Says that this process serves: to the launcher when it waits for it, else on stdout."""
    descriptor = os.environ.pop(READY, None)
    if descriptor is None:
        print("listening", flush=True)
        return
    os.write(int(descriptor), b"listening")
    os.close(int(descriptor))


def inherited() -> dict[str, str]:
    """This process's environment for a child of it, which may keep compiled code: everything it imports is ours."""
    surroundings = {**os.environ, PARENT: str(os.getpid())}
    surroundings.pop("PYTHONDONTWRITEBYTECODE", None)  # without the cache a start takes two seconds longer
    return surroundings


def lock(path: Path, seconds: float = 0.0) -> int:
    """Takes a lock file, for the life of this process; waits at most `seconds`. Raises Busy."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    until = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                os.close(handle)
                raise Busy(str(path)) from None
            time.sleep(0.05)
        else:
            return handle
