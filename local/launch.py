"""Runs Facet on this machine: `make run`.

Brings environments and package up to date, starts the local AWS and the local web server, deploys, fills the sample
store once, writes DATA_DIR/run.json, prints it and `ready`, and then keeps all of it running until Ctrl-C.
"""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parent.parent)  # not this folder, whose names hide the library's

import contextlib
import json
import os
import signal
import subprocess
import time

from local.children import Child
from local.place import ROLES, ROOT, Place, Refusal, place, read_json, write_json
from local.ports import emulator_port, wanted_port
from local.processes import Busy, inherited, lock
from local.sign_in import token

# The local AWS checks presigned requests against these, so that all processes must have the same.
_CREDENTIALS = dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "local")
_FRESH_SECONDS = 1800.0  # tokens live an hour
_WATCH_SECONDS = 0.2


class Stopped(Exception):
    """Ctrl-C or SIGTERM."""


def _take(at: Place) -> int:
    """Makes the data folder and takes it for this instance alone. Raises Refusal."""
    try:
        at.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return lock(at.folder / "lock")
    except Busy:
        raise Refusal(f"Facet already runs with the data folder {at.folder}.") from None
    except OSError as error:
        raise Refusal(f"The data folder {at.folder} cannot be used: {error.strerror}.") from error


def _run(*command: str) -> None:
    """Runs one step to its end; its sentence is on stderr already when it fails. Raises Refusal."""
    # A session of its own: Ctrl-C reaches the launcher, which then ends the step.
    with subprocess.Popen([sys.executable, *command], cwd=ROOT, env=inherited(), start_new_session=True) as step:
        try:
            code = step.wait()
        except Stopped:
            step.terminate()
            raise
    if code:
        raise Refusal("")


def _python(environment: str) -> str:
    return str(ROOT / ".facet" / environment / "bin" / "python")


def _local_aws(at: Place, port: int) -> Child:
    at.emulator.mkdir(exist_ok=True, mode=0o700)
    surroundings = {
        "FACET_EMULATOR_PORT": str(port),
        "FACET_EMULATOR_FOLDER": str(at.emulator),
        "FACET_WORKER_PYTHON": _python("web"),
        **_CREDENTIALS,
    }
    command = [_python("emulator"), str(ROOT / "local" / "emulator.py")]
    return Child("local AWS", command, surroundings, at.log("emulator"), 120.0)


def _web(at: Place, port: int, emulator: int) -> Child:
    prepared = read_json(at.prepared)
    surroundings = {
        **prepared["environment"],
        "FACET_LOCAL": "1",
        "FACET_API_HANDLER": prepared["outputs"]["ApiHandlerName"],
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{emulator}",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        **_CREDENTIALS,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    command = [_python("web"), str(ROOT / "local" / "web.py"), str(ROOT / ".facet" / "build" / "artefact"), str(port)]
    return Child("web server", command, surroundings, at.log("web"), 60.0)


def _write_run(at: Place, port: int) -> dict[str, object]:
    api = f"http://127.0.0.1:{port}/v1"
    said: dict[str, object] = {
        "api": api,
        "docs": f"{api}/docs",
        "outbox": f"http://127.0.0.1:{port}/outbox",
        "tokens": {role: token(at, role) for role in ROLES},
    }
    write_json(at.run, said)
    return said


def _set_logs_aside(at: Place) -> None:
    """Each run has logs of its own; those of the run before stay readable beside them."""
    for name in ("emulator", "web"):
        if at.log(name).exists():
            at.log(name).replace(at.log(f"{name}.before"))


def _start(at: Place, children: list[Child], port: int) -> None:
    _run("tools/bootstrap.py", "venv", "emulator", "web")
    _run("-m", "tools.package")
    _set_logs_aside(at)
    emulator = emulator_port(read_json(at.instance))
    print("Starting the local AWS …", flush=True)
    children.append(_local_aws(at, emulator))
    children[0].start()
    write_json(at.instance, {"emulator": emulator, "port": port})
    _run("local/prepare.py", str(emulator))
    print("Starting the web server …", flush=True)
    children.append(_web(at, port, emulator))
    children[1].start()
    said = _write_run(at, port)
    if not at.sample.exists() and os.environ.get("FACET_SAMPLE") != "0":  # the bench starts with an empty store
        with contextlib.suppress(Refusal):  # it has said why; a store with fewer samples is still a store
            _run("local/sample_store.py")
    print(json.dumps(said, indent=1), flush=True)
    print("ready", flush=True)


def _watch(at: Place, children: list[Child], port: int) -> None:
    """Keeps the children running and the tokens fresh, for ever."""
    fresh = time.monotonic()
    while True:
        time.sleep(_WATCH_SECONDS)
        for child in children:
            if how := child.ended():
                child.start_again(how)
        if time.monotonic() - fresh > _FRESH_SECONDS:
            with contextlib.suppress(Refusal):  # the local AWS is just starting again; the next round succeeds
                _write_run(at, port)
                fresh = time.monotonic()


def _stop(at: Place, children: list[Child]) -> None:
    at.run.unlink(missing_ok=True)
    for child, seconds in zip(reversed(children), (10.0, 60.0), strict=False):
        child.stop(seconds)


def _on_signal(*_: object) -> None:
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)  # one is enough; stopping is under way
    raise Stopped


def main() -> int:
    """Runs until it is stopped; 1 and one sentence when it cannot run."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _on_signal)
    at, children = place(), list[Child]()
    try:
        port, held = wanted_port(), _take(at)
        try:
            _start(at, children, port)
            _watch(at, children, port)
        finally:
            _stop(at, children)
            os.close(held)
    except Stopped:
        print("Stopped.", flush=True)
        return 0
    except Refusal as refusal:
        if str(refusal):
            print(refusal, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
