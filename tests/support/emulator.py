"""One emulator for the whole test run, and a fresh table for each test module."""

import contextlib
import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from infra import table as table_template

ROOT = Path(__file__).resolve().parents[2]
REGION = "us-east-1"


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(folder: Path) -> Iterator[str]:
    """The mended emulator; yields its endpoint."""
    port = free_port()
    python = ROOT / ".facet" / "emulator" / "bin" / "python"
    environment = {
        "PATH": os.environ["PATH"],
        "FACET_EMULATOR_PORT": str(port),
        "FACET_EMULATOR_FOLDER": str(folder),
        "FACET_WORKER_PYTHON": str(python),
    }
    process = subprocess.Popen(
        [str(python), str(ROOT / "local" / "emulator.py")], env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        if process.stdout is None or "listening" not in process.stdout.readline():
            raise RuntimeError("the emulator did not start")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)
        if process.stdout is not None:
            process.stdout.close()


def make_table(client: Any, name: str) -> None:
    """The table as the template has it."""
    properties = dict(table_template.resources("test")["Table"]["Properties"])
    for deployed_only in (
        "TimeToLiveSpecification",
        "PointInTimeRecoverySpecification",
        "DeletionProtectionEnabled",
        "SSESpecification",
        "Tags",
    ):
        properties.pop(deployed_only, None)
    properties["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    client.create_table(**{**properties, "TableName": name})


def use(endpoint: str) -> None:
    """Point the standard AWS variables of this process at the emulator."""
    os.environ.update(
        AWS_ENDPOINT_URL=endpoint,
        AWS_REGION=REGION,
        AWS_DEFAULT_REGION=REGION,
        AWS_ACCESS_KEY_ID="test",
        AWS_SECRET_ACCESS_KEY="test",
    )
    os.environ.pop("AWS_CA_BUNDLE", None)
