"""Code that runs inside the local AWS: under its interpreter, with every mend, and without its server."""

import subprocess
from pathlib import Path

from tests.local.emulated import FUNCTIONS, PYTHON, ROOT

_BEFORE = """
import asyncio, json, os, sys
from pathlib import Path
sys.path.insert(0, os.getcwd())
from local import emulator
emulator._environment(Path(sys.argv[1]), "20000")
from local.reaper import load_items
load_items()
from local.serving import mend
from local.mends import signatures
mend(sys.argv[2], signatures.Signer(Path(sys.argv[1]) / "keys", "http://127.0.0.1:20000"))
"""


def said_by(code: str, folder: Path) -> str:
    """What the code prints."""
    command = [str(PYTHON), "-c", _BEFORE + code, str(folder), str(FUNCTIONS)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
