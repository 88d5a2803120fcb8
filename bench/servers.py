"""Starts and stops what is measured: a Facet of its own, started as `make run` starts it, and the bare echo."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
_STOP_SECONDS = 120.0


class NotStarted(Exception):
    """The launcher ended before it was ready; the text is what it said."""


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Facet:
    """One instance with its own data folder and port."""

    folder: Path
    sample: bool = False
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[str] | None = None

    def start(self) -> float:
        """Seconds until the launcher says `ready`. Raises NotStarted."""
        began, said = time.monotonic(), []
        surroundings = {**os.environ, "PORT": str(self.port), "DATA_DIR": str(self.folder)}
        surroundings["FACET_SAMPLE"] = "1" if self.sample else "0"
        command = [sys.executable, str(ROOT / "local" / "launch.py")]
        self.process = subprocess.Popen(
            command, env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for line in self.process.stdout or ():
            said.append(line)
            if line.strip() == "ready":
                return time.monotonic() - began
        self.process.wait()
        raise NotStarted("".join(said[-10:]).strip())

    def stop(self) -> None:
        """Ctrl-C, and wait."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(_STOP_SECONDS)

    def token(self, role: str) -> str:
        """The token that the launcher made for this role."""
        return str(_read(self.folder / "run.json")["tokens"][role])

    def environment(self) -> dict[str, str]:
        """What the function's environment is, and where its AWS is."""
        emulator = _read(self.folder / "instance.json")["emulator"]
        return {
            **_read(self.folder / "emulator" / "prepared.json")["environment"],
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{emulator}",
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def memory(self) -> int:
        """PSS in bytes of everything that the launcher started, and of itself."""
        return sum(map(_pss, _family(self.process.pid))) if self.process else 0


@contextmanager
def running(folder: Path, *, sample: bool = False) -> Iterator[tuple[Facet, float]]:
    """A running Facet, and the seconds that it took to start."""
    facet = Facet(folder, sample)
    try:
        yield facet, facet.start()
    finally:
        facet.stop()


@contextmanager
def echo() -> Iterator[int]:
    """The bare echo; yields its port."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "bench.echo", str(port)], cwd=ROOT)
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise NotStarted("the echo did not start")


def _family(process_id: int) -> Iterator[int]:
    yield process_id
    for path in Path(f"/proc/{process_id}/task").glob("*/children"):
        for child in path.read_text().split():
            yield from _family(int(child))


def _pss(process_id: int) -> int:
    for line in Path(f"/proc/{process_id}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def _read(path: Path) -> Any:
    return json.loads(path.read_text())
