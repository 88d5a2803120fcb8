"""The zip: what may be in it, the same bytes from the same files, and proof that it can be imported alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

PACKED_LIMIT = 60 * 1024 * 1024
UNPACKED_LIMIT = 240 * 1024 * 1024  # Lambda's own limit is 250 MB
OUR_TYPES = {".py", ".json", ".txt", ".csv", ".html", ".css", ".js", ".svg"}
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip can hold
INSTALLER_FILES = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"}

IMPORT_ALONE = """
import sys
artefact, runtime = sys.argv[1:]
sys.path[:0] = [artefact]
sys.path.append(runtime)
import app
given = {"boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3"}
for name, module in sorted(sys.modules.items()):
    file = getattr(module, "__file__", None) or ""
    if file.startswith(runtime) and name.partition(".")[0] not in given:
        sys.exit(f"{name} is imported but does not ship.")
"""


class ArtefactError(Exception):
    """The package must not be deployed: one sentence."""


@dataclass(frozen=True)
class Size:
    """Bytes in the zip, and of its files."""

    packed: int
    unpacked: int

    def __str__(self) -> str:
        return f"{self.packed / 1e6:.1f} MB, {self.unpacked / 1e6:.1f} MB unpacked"


def assemble(source: Path, packages: Path, place: Path, foreign: set[str]) -> None:
    """Makes the folder `place` of what ships of Chalice's zip `source` and of the folder `packages`.

    `foreign` names top-level entries of `source` that are not ours. Raises ArtefactError for files that are neither
    theirs nor the application's.
    """
    with zipfile.ZipFile(source) as content:
        names = [name for name in content.namelist() if ships(name)]
        for name in names:
            _refuse_extraneous(name, foreign)
        content.extractall(place, names)
    compile_all(place)
    shutil.copytree(packages, place, dirs_exist_ok=True)


def compile_all(folder: Path) -> None:
    """Compiles every module: Lambda cannot keep what it compiles, and compiling is half of a cold start's import."""
    # Unchecked, so that no time of a file matters; without the folder's own path and with one hash seed, so that the
    # same sources give the same bytes. What cannot be compiled (a template of a package) is left as it is.
    options = ["-q", "-q", "--invalidation-mode", "unchecked-hash", "-s", str(folder), "-p", "/var/task"]
    surroundings = {**os.environ, "PYTHONHASHSEED": "0"}
    subprocess.run([sys.executable, "-m", "compileall", *options, str(folder)], env=surroundings, check=False)


def pack(folder: Path, target: Path) -> Size:
    """Zips the folder, always in the same way; raises ArtefactError when it is over the limits."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as content:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            info = zipfile.ZipInfo(path.relative_to(folder).as_posix(), LONG_AGO)
            info.external_attr = 0o644 << 16
            content.writestr(info, path.read_bytes(), zipfile.ZIP_DEFLATED)
        unpacked = sum(info.file_size for info in content.infolist())
    size = Size(target.stat().st_size, unpacked)
    if size.packed > PACKED_LIMIT or size.unpacked > UNPACKED_LIMIT:
        raise ArtefactError(f"The package is too large for Lambda: {size}.")
    return size


def ships(name: str) -> bool:
    """Whether this path is of use on Lambda; licences are, tests and what others compiled are not."""
    parts = name.split("/")
    if name.endswith(("/", ".pyc", ".pyi")) or "__pycache__" in parts or "tests" in parts[:-1]:
        return False
    return not (parts[0].endswith((".dist-info", ".data")) and parts[-1] in INSTALLER_FILES)


def _refuse_extraneous(name: str, foreign: set[str]) -> None:
    top = name.partition("/")[0]
    ours = top in {"app.py", "chalicelib"}
    if ours and Path(name).suffix not in OUR_TYPES:
        raise ArtefactError(f"{name} is no kind of file that ships; move it out of chalicelib/.")
    if not ours and top != "chalice" and top not in foreign:
        raise ArtefactError(f"{name} belongs neither to the application nor to requirements.txt.")


def import_alone(artefact: Path, python: Path) -> None:
    """Imports app from the unpacked zip with nothing beside it but what Lambda's runtime has.

    `python` is the interpreter of the web environment, whose boto3 stands for the runtime's. Raises
    ArtefactError.
    """
    found = subprocess.run(
        [str(python), "-I", "-c", "import boto3, pathlib; print(pathlib.Path(boto3.__file__).parents[1])"],
        capture_output=True,
        text=True,
        check=True,
    )
    command = [str(python), "-I", "-S", "-B", "-c", IMPORT_ALONE, str(artefact), found.stdout.strip()]
    # No settings on purpose: importing must not need them.
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={"PATH": os.defpath})
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise ArtefactError(f"The package cannot be imported by itself: {last}")


def replace_folder(new: Path, place: Path) -> None:
    """Puts the folder `new` where `place` is or was."""
    if place.exists():
        old = place.with_name(f"{place.name}.old")
        shutil.rmtree(old, ignore_errors=True)
        place.rename(old)
        new.rename(place)
        shutil.rmtree(old)
    else:
        new.rename(place)
