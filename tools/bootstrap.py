"""Makes the Python environments under .facet/: `python3 tools/bootstrap.py venv emulator web lint`.

Standard library only, and it works where the interpreter has neither ensurepip nor pip (bare Debian). An
environment whose stamp fits its requirement files and this interpreter is left alone.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - an older interpreter runs this file to learn why it cannot
    sys.exit(f"Facet needs Python 3.11 or later; {sys.executable} is {sys.version.split()[0]}.")

import argparse
import fcntl
import hashlib
import platform
import shutil
import subprocess
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # as a script, only tools/ is on the path

from tools import pip_source  # noqa: E402 - needs the path above

ENVIRONMENTS = {
    "venv": ("requirements.txt", "requirements-dev.txt"),
    "emulator": ("requirements-emulator.txt",),
    "web": ("requirements-web.txt",),
    "lint": ("requirements-lint.txt",),
}


class BootstrapError(Exception):
    """One sentence for the person at the terminal."""


def stamp(root: Path, name: str) -> str:
    """The hash of everything the environment `name` depends on: its pins, the interpreter, its own place."""
    digest = hashlib.sha256()
    # Scripts in an environment hold absolute paths, so a moved project needs new ones.
    for part in (sys.version, sys.base_prefix, platform.machine(), str(root)):
        digest.update(part.encode() + b"\0")
    for file in ENVIRONMENTS[name]:
        digest.update("\n".join(pins(root / file)).encode() + b"\0")
    return digest.hexdigest()


def pins(file: Path) -> list[str]:
    """The lines that mean something to pip: a reworded reason is no other environment."""
    lines = (line.partition("#")[0].strip() for line in file.read_text().splitlines())
    return [line for line in lines if line]


def is_current(root: Path, name: str) -> bool:
    """Whether the environment is complete and fits today's pins and interpreter."""
    place = root / ".facet" / name
    try:
        return (place / "stamp").read_text() == stamp(root, name) and (place / "bin" / "python").exists()
    except FileNotFoundError:
        return False


def ensure(root: Path, name: str) -> Path:
    """Makes the environment `name` if it is missing or out of date, and returns its interpreter.

    Safe beside another run (a lock per environment) and after one that was interrupted: the stamp is written
    last, and an environment without its stamp is made again. Raises BootstrapError with one sentence.
    """
    place = root / ".facet" / name
    place.parent.mkdir(exist_ok=True)
    with locked(root / ".facet" / f"{name}.lock"):
        if not is_current(root, name):
            _build(root, name, place)
    return place / "bin" / "python"


def _build(root: Path, name: str, place: Path) -> None:
    started = time.monotonic()
    print(f"Installing {place.relative_to(root)} …", end=" ", flush=True)
    shutil.rmtree(place, ignore_errors=True)
    venv.create(place, with_pip=False, symlinks=True)
    _install(place, [root / file for file in ENVIRONMENTS[name]])
    (place / "stamp").write_text(stamp(root, name))
    print(f"{time.monotonic() - started:.0f} s", flush=True)


def _install(place: Path, requirements: list[Path]) -> None:
    try:
        pip = pip_source.command(place / "bin" / "python", place.parent / "cache")
    except pip_source.NoPipError as error:
        raise BootstrapError(str(error)) from error
    # The files name every package, so pip has nothing to work out; and Python compiles what it imports.
    options = ["--quiet", "--no-input", "--disable-pip-version-check", "--no-deps", "--no-compile"]
    files = [option for file in requirements for option in ("-r", str(file))]
    command = [*pip, "install", *options, *files]
    done = subprocess.run(command, env=pip_source.surroundings(), capture_output=True, text=True, check=False)
    if done.returncode:
        reasons = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or [done.stderr.strip()]
        names = ", ".join(file.name for file in requirements)
        raise BootstrapError(f"pip could not install {names}: {reasons[0].removeprefix('ERROR: ')[:400]}")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Held by one process at a time, and given up by a process that dies; `path` is a file for this alone."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def main() -> int:
    """Makes the environments named on the command line; 1 and one sentence when that fails."""
    parser = argparse.ArgumentParser(description="Make Facet's Python environments under .facet/.")
    parser.add_argument("names", nargs="+", choices=sorted(ENVIRONMENTS), metavar="|".join(ENVIRONMENTS))
    try:
        for name in parser.parse_args().names:
            ensure(ROOT, name)
    except (BootstrapError, OSError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; the next run begins this environment again.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
