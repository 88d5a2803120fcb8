"""Runs the commands of a document as its reader would: in one shell, from the top to the bottom."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.docs.documents import Step
from tests.support.emulator import ROOT

SECONDS = 60
STAND_IN = (sys.executable, str(Path(__file__).with_name("curl.py")))
_MARK = "--- end of block ---"


def run(steps: list[Step], folder: Path, environment: dict[str, str]) -> list[str]:
    """What each step wrote to stdout; fewer when a command failed, and then the last is its stderr."""
    tools = folder / "tools"
    _make_tools(tools)
    script = "\n".join(f"{step.commands.text}\necho\necho '{_MARK}'" for step in steps)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        env={**os.environ, **environment, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    outputs = done.stdout.split(f"\n{_MARK}\n")
    return outputs[:-1] if done.returncode == 0 else [*outputs[:-1], outputs[-1] + done.stderr]


def _make_tools(tools: Path) -> None:
    """`make` as if typed in the project's folder, and on a machine without curl what stands in for it."""
    tools.mkdir()
    _script(tools / "make", f'cd "{ROOT}" && exec "{shutil.which("make")}" "$@"')
    if shutil.which("curl") is None:
        _script(tools / "curl", f'exec {" ".join(STAND_IN)} "$@"')


def _script(path: Path, command: str) -> None:
    path.write_text(f"#!/bin/sh\n{command}\n")
    path.chmod(0o755)
