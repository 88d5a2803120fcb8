"""A package is unpacked once, and all processes of all functions that have it run from there.

MiniStack unpacks it for each process: six functions would unpack the same 40 MB six times, while everything else waits.
"""

from __future__ import annotations

import hashlib
import tempfile
import threading
import zipfile
from pathlib import Path

from ministack.core import lambda_runtime

_lock = threading.Lock()


class _Package(zipfile.ZipFile):
    """A package whose unpacking is a link to where it was unpacked first."""

    def extractall(self, path: object = None, *_: object) -> None:
        """Links `path`, an empty folder, to the unpacked package."""
        target, source = Path(str(path)), Path(str(self.filename))
        shared = _unpacked(source)
        target.rmdir()
        target.symlink_to(shared)
        source.unlink()  # read by nobody afterwards, and as large as it is, for each process


def _unpacked(source: Path) -> Path:
    """The folder with the content of a package, made by whoever needs it first."""
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    folder = Path(tempfile.gettempdir()) / f"code-{digest}"
    with _lock:
        if not folder.exists():
            draft = folder.with_suffix(".part")
            with zipfile.ZipFile(source) as package:
                package.extractall(draft)
            draft.rename(folder)
    return folder


class _Archives:
    """Stands for the `zipfile` module inside MiniStack's runner of functions."""

    ZipFile = _Package
    BadZipFile, LargeFileError = zipfile.BadZipFile, zipfile.LargeZipFile


def install() -> None:
    """Makes functions share what is unpacked."""
    lambda_runtime.zipfile = _Archives
