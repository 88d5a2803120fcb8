"""MiniStack with the mends, the ledger behind it and our server before it, in one event loop.

Imported only once MiniStack's settings are in the environment, because it reads them as it is imported.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ministack import app as ministack_app
from ministack.core import lambda_runtime

from local.durable.ledger import Ledger
from local.gate import gate
from local.inspection import inspected
from local.mends import (
    cloudformation,
    expiry,
    functions,
    items,
    mail,
    memory,
    query,
    schedules,
    signatures,
    speed,
    streams,
    texts,
    tokens,
    unpacking,
    uploads,
)
from local.processes import announce
from local.server import Server

_BACKGROUND_SECONDS = 0.25


def mend(worker: str, signer: signatures.Signer) -> None:
    """Applies every mend."""
    items.install()
    query.install()
    streams.install()
    tokens.install()
    cloudformation.install()
    functions.install(worker)
    functions.install_pollers()
    unpacking.install()
    uploads.install()
    mail.install()
    texts.install()
    signatures.install(signer)
    schedules.install()
    memory.install()
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
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    ministack_app._MAIN_LOOP = loop
    loop.set_default_executor(ThreadPoolExecutor(max_workers=16, thread_name_prefix="ministack-worker"))
    await server.start(port)
    _wake_restored()
    tasks = [loop.create_task(work) for work in (_keep_noting(ledger), expiry.run(), schedules.run())]
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
    lambda_runtime.reset()


def run(folder: Path, port: int, worker: str) -> None:
    """Serves what `folder` holds until SIGTERM; functions run under the interpreter `worker`. Raises DamagedFolder."""
    signer = signatures.Signer(folder / "keys", f"http://127.0.0.1:{port}")
    mend(worker, signer)
    ledger = Ledger(folder)
    ledger.load()
    gc.set_threshold(50_000, 20, 50)  # a full collection visits every item's partition, and next to nothing is garbage
    asyncio.run(_serve(ledger, Server(inspected(gate(ministack_app.app, ledger), signer)), port))
