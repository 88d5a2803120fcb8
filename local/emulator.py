"""The local AWS: MiniStack in this process, mended, durable, and listening on loopback only.

`local/launch.py` starts it under `.facet/emulator` with FACET_EMULATOR_PORT, FACET_EMULATOR_FOLDER and
FACET_WORKER_PYTHON; it announces when it serves. SIGTERM stops it cleanly; kill -9 loses nothing.
"""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parent.parent)  # not this folder, whose names hide the library's

import os
import shutil
from importlib.metadata import PackageNotFoundError, version

from local.processes import Busy, die_with_parent, lock
from local.reaper import load_items
from local.records import DamagedFolder

MINISTACK = "1.5.33"
REGION = "us-east-1"
ACCOUNT = "000000000000"
DAMAGED = 65  # exit code: the data folder was changed by something else
_LOCK_SECONDS = 20.0  # an emulator whose launcher was killed may still be ending


def refusal(installed: str | None) -> str | None:
    """Why this MiniStack cannot be used, or None. The mends reach into one version's insides."""
    if installed == MINISTACK:
        return None
    return f"The local AWS needs ministack {MINISTACK}, but {installed or 'none'} is installed: run `make clean run`."


def _installed() -> str | None:
    try:
        return version("ministack")
    except PackageNotFoundError:
        return None


def _environment(folder: Path, port: str) -> None:
    """Settings that MiniStack reads when it is imported."""
    temporary = folder / "tmp"
    shutil.rmtree(temporary, ignore_errors=True)
    for path in (folder / "keys", temporary):
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.environ.update(
        GATEWAY_PORT=port,
        STATE_DIR=str(folder / "keys"),
        TMPDIR=str(temporary),
        MINISTACK_REGION=REGION,
        MINISTACK_ACCOUNT_ID=ACCOUNT,
        PERSIST_STATE="0",
        S3_PERSIST="0",
        AUTH="false",
        LOG_LEVEL=os.environ.get("FACET_EMULATOR_LOG", "WARNING"),
    )
    for name in ("SERVICES", "USE_SSL", "EDGE_PORT", "MINISTACK_VERSION", "AWS_ENDPOINT_URL", "LOCALSTACK_PERSISTENCE"):
        os.environ.pop(name, None)


def main() -> int:
    """Runs until it is told to stop; returns the exit code."""
    die_with_parent()
    if problem := refusal(_installed()):
        print(problem, file=sys.stderr)
        return 1
    folder, port = Path(os.environ["FACET_EMULATOR_FOLDER"]), os.environ["FACET_EMULATOR_PORT"]
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        lock(folder / "lock", _LOCK_SECONDS)
        _environment(folder, port)
        load_items()
        from local.serving import run  # noqa: PLC0415 - MiniStack reads its settings when it is imported

        run(folder, int(port), os.environ.get("FACET_WORKER_PYTHON", sys.executable))
    except Busy:
        print(f"The data folder {folder} is in use by another local AWS.", file=sys.stderr)
        return 1
    except DamagedFolder as damage:
        print(f"{damage}. Nothing was changed.", file=sys.stderr)
        return DAMAGED
    except OSError as error:
        print(f"The local AWS cannot use {folder} or its port {port}: {error.strerror}.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # MiniStack's threads never end by themselves
