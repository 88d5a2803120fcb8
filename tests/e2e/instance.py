"""What `make run` starts, started for a test: the packaged artefact behind the local web server."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.emulator import ROOT, free_port

READY_SECONDS = 180


@dataclass(frozen=True)
class Answer:
    """An HTTP answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


def request(url: str, method: str = "GET", body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
    """One request on a connection of its own."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, body, headers or {})
        answer = connection.getresponse()
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    finally:
        connection.close()


@dataclass
class Instance:
    """One running Facet with a data folder of its own."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[str] | None = None
    said: list[str] = field(default_factory=list)

    def start(self, **environment: str) -> None:
        """Start it, and wait until it says `ready`."""
        surroundings = {**os.environ, "PORT": str(self.port), "DATA_DIR": str(self.folder), **environment}
        for name in [name for name in surroundings if name.startswith(("AWS_", "FACET_T", "FACET_U", "FACET_C"))]:
            del surroundings[name]
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "local" / "launch.py")],
            cwd=ROOT,
            env=surroundings,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        deadline = time.monotonic() + READY_SECONDS
        for line in self.process.stdout or ():
            self.said.append(line.rstrip())
            if line == "ready\n" or time.monotonic() > deadline:
                break
        if not self.said or self.said[-1] != "ready":
            raise RuntimeError("\n".join(self.said))

    @property
    def run(self) -> dict[str, Any]:
        """What run.json says."""
        read: dict[str, Any] = json.loads((self.folder / "run.json").read_text())
        return read

    def call(
        self, role: str, method: str, path: str, body: Any = None, base: str | None = None, **headers: str
    ) -> Answer:
        """A request by a person of a role."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if role != "anonymous":
            sent["Authorization"] = f"Bearer {self.run['tokens'][role]}"
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
        raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        return request((base or self.run["api"]) + path, method, raw, sent)

    def processes(self) -> list[int]:
        """The launcher and everything that it started, the oldest first."""
        if self.process is None:
            return []
        family = [self.process.pid]
        for parent in family:
            listing = subprocess.run(
                ["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True, check=False
            )
            family += [int(pid) for pid in listing.stdout.split()]
        return family

    def kill(self) -> None:
        """Kill -9 of everything."""
        for pid in self.processes():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self._ended()

    def stop(self) -> int:
        """Ctrl-C; the exit code."""
        if self.process is None:
            return 0
        self.process.send_signal(signal.SIGINT)
        return self._ended()

    def _ended(self) -> int:
        if self.process is None:
            return 0
        code = self.process.wait(60)
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.process = None
        return code


@contextmanager
def running(folder: Path, **environment: str) -> Iterator[Instance]:
    """An instance that is stopped in the end."""
    instance = Instance(folder)
    instance.start(**environment)
    try:
        yield instance
    finally:
        instance.stop()
