"""The local AWS: MiniStack in this process, mended, durable, and listening on loopback only.

`local/launch.py` starts it under `.facet/emulator` with FACET_EMULATOR_PORT, FACET_EMULATOR_FOLDER and
FACET_WORKER_PYTHON; it announces when it serves. SIGTERM stops it cleanly; kill -9 loses nothing.
"""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parent.parent)  # not this folder, whose names hide the library's

import asyncio  # noqa: E402  # after the path is right
import contextlib  # noqa: E402
import importlib  # noqa: E402
import os  # noqa: E402
import shutil  # noqa: E402
import signal  # noqa: E402
from concurrent.futures import ThreadPoolExecutor  # noqa: E402
from importlib.metadata import PackageNotFoundError, version  # noqa: E402
from typing import TYPE_CHECKING  # noqa: E402

from local.journal import DamagedFolder  # noqa: E402
from local.processes import Busy, announce, die_with_parent, lock  # noqa: E402

if TYPE_CHECKING:
    from local.durable.ledger import Ledger
    from local.server import Server

MINISTACK = "1.5.33"
REGION = "us-east-1"
ACCOUNT = "000000000000"
DAMAGED = 65  # exit code: the data folder was changed by something else
_BACKGROUND_SECONDS = 0.25
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


def mend(worker: str) -> None:
    """Applies every mend."""
    from local.mends import cloudformation, items, query, reaper, speed, streams, tokens, workers

    reaper.load()
    items.install()
    query.install()
    streams.install()
    tokens.install()
    cloudformation.install()
    workers.install(worker)
    speed.install()


async def _keep_noting(ledger: Ledger) -> None:
    while True:
        await asyncio.sleep(_BACKGROUND_SECONDS)
        ledger.note_background()


def _end_on_failure(task: asyncio.Task[None]) -> None:
    """Without its background work this process would lose things quietly; the launcher starts it again instead."""
    if not task.cancelled() and (error := task.exception()) is not None:
        print(f"The local AWS failed in its background work: {error!r}.", file=sys.stderr, flush=True)
        os._exit(1)


def _wake_restored() -> None:
    """Starts the work of functions that came back; not before they can reach this server."""
    functions = sys.modules.get("ministack.services.lambda_svc")
    if functions is not None and functions._esms.has_any():
        functions._ensure_poller()


async def _serve(ledger: Ledger, server: Server, port: int) -> None:
    from ministack import app as ministack_app

    from local.mends import expiry

    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    ministack_app._MAIN_LOOP = loop
    loop.set_default_executor(ThreadPoolExecutor(max_workers=16, thread_name_prefix="ministack-worker"))
    await server.start(port)
    _wake_restored()
    tasks = [loop.create_task(_keep_noting(ledger)), loop.create_task(expiry.run())]
    for task in tasks:
        task.add_done_callback(_end_on_failure)
    announce()
    await stopping.wait()
    await server.stop(5.0)
    for task in tasks:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    ledger.close()
    importlib.import_module("ministack.core.lambda_runtime").reset()


def _run(folder: Path, port: int) -> int:
    from local.durable.ledger import Ledger
    from local.gate import gate
    from local.server import Server

    ledger = Ledger(folder)
    ledger.load()
    from ministack import app as ministack_app

    asyncio.run(_serve(ledger, Server(gate(ministack_app.app, ledger)), port))
    return 0


def main() -> int:
    """Runs until it is told to stop; returns the exit code."""
    die_with_parent()
    if problem := refusal(_installed()):
        print(problem, file=sys.stderr)
        return 1
    folder, port = Path(os.environ["FACET_EMULATOR_FOLDER"]), os.environ["FACET_EMULATOR_PORT"]
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        held = lock(folder / "lock", _LOCK_SECONDS)
        _environment(folder, port)
        mend(os.environ.get("FACET_WORKER_PYTHON", sys.executable))
        return _run(folder, int(port))
    except Busy:
        print(f"The data folder {folder} is in use by another local AWS.", file=sys.stderr)
        return 1
    except DamagedFolder as damage:
        print(f"{damage}. Nothing was changed.", file=sys.stderr)
        return DAMAGED
    finally:
        sys.stdout.flush()
        _ = held if "held" in locals() else None


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # MiniStack's threads never end by themselves
