"""A local AWS of its own for a test: started, killed, started again on the same folder."""

import os
import signal
import socket
import subprocess
import threading
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".facet" / "emulator" / "bin" / "python"
FUNCTIONS = ROOT / ".facet" / "web" / "bin" / "python"
_CONFIG = Config(s3={"addressing_style": "path"}, retries={"max_attempts": 0}, read_timeout=60, max_pool_connections=32)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Emulated:
    """One data folder, and the process on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self._process: subprocess.Popen[str] | None = None
        self._clients: dict[str, Any] = {}
        self._lock = threading.Lock()

    def start(self) -> None:
        self._process = self.spawn()
        assert self._process.stdout is not None
        assert "listening" in self._process.stdout.readline(), self._process.communicate()[1]

    def spawn(self) -> subprocess.Popen[str]:
        environment = {
            "PATH": os.environ["PATH"],
            "FACET_EMULATOR_PORT": str(self.port),
            "FACET_EMULATOR_FOLDER": str(self.folder),
            "FACET_WORKER_PYTHON": str(FUNCTIONS),
        }
        command = [str(PYTHON), str(ROOT / "local" / "emulator.py")]
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def end(self, number: int) -> int:
        """Sends a signal and waits; returns the exit code."""
        assert self._process is not None
        process, self._process = self._process, None
        process.send_signal(number)
        process.communicate(timeout=30)
        return process.returncode

    def kill(self) -> None:
        self.end(signal.SIGKILL)

    def stop(self) -> None:
        if self._process is not None:
            self.end(signal.SIGTERM)

    def client(self, name: str) -> Any:
        with self._lock:
            if name not in self._clients:
                self._clients[name] = boto3.session.Session().client(
                    name,
                    region_name="us-east-1",
                    endpoint_url=f"http://127.0.0.1:{self.port}",
                    aws_access_key_id="test",
                    aws_secret_access_key="test",
                    config=_CONFIG,
                )
            return self._clients[name]

    def make_table(self, name: str, *, sort_kind: str = "S") -> None:
        kinds = {"pk": "S", "sk": sort_kind, "gsi_pk": "S", "gsi_sk": "S"}
        keys = {"HASH": "pk", "RANGE": "sk"}
        index_keys = {"HASH": "gsi_pk", "RANGE": "gsi_sk"}
        self.client("dynamodb").create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": kind} for key, kind in kinds.items()],
            KeySchema=[{"AttributeName": key, "KeyType": kind} for kind, key in keys.items()],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "by_gsi",
                    "KeySchema": [{"AttributeName": key, "KeyType": kind} for kind, key in index_keys.items()],
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        )
