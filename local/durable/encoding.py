"""Service state as JSON texts; long byte strings (objects, function code) go into files of their own, once each."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from ministack.core import persistence

from local.records import sync_folder

_OWN_FILE = 2048  # bytes from which a byte string is kept beside the journal


class Blobs:
    """Byte strings in files named by their digest: written once, synced before a record names them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[int, tuple[bytes, str]] = {}  # by identity, so that unchanged code is not hashed again
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def put(self, data: bytes) -> str:
        """The digest under which `data` is kept."""
        known = self._known.get(id(data))
        if known is not None and known[0] is data:
            return known[1]
        digest = hashlib.sha256(data).hexdigest()
        if not (self._folder / digest).exists():
            self._write(digest, data)
        self._remember(data, digest)
        return digest

    def _remember(self, data: bytes, digest: str) -> None:
        if len(self._known) > 256:
            self._known.clear()
        self._known[id(data)] = (data, digest)

    def _write(self, digest: str, data: bytes) -> None:
        draft = self._folder / f"{digest}.tmp"
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(self._folder / digest)
        sync_folder(self._folder)

    def get(self, digest: str) -> bytes:
        """The bytes of a digest. Raises FileNotFoundError or ValueError when the file is gone or changed."""
        for data, known in self._known.values():  # all functions have the same code, of 15 MB
            if known == digest:
                return data
        data = (self._folder / digest).read_bytes()
        if hashlib.sha256(data).hexdigest() != digest:
            raise ValueError(f"{self._folder / digest} is damaged")
        self._remember(data, digest)
        return data

    def keep_only(self, digests: set[str]) -> None:
        """Removes the files that nothing names any more."""
        for path in self._folder.iterdir():
            if path.name not in digests:
                path.unlink()


class Codec:
    """Values to JSON texts and back, with the byte strings in `blobs`."""

    def __init__(self, blobs: Blobs) -> None:
        self.blobs = blobs
        self.named: set[str] = set()

    def _default(self, value: Any) -> Any:
        if isinstance(value, (bytes, bytearray)) and len(value) >= _OWN_FILE:
            digest = self.blobs.put(bytes(value))
            self.named.add(digest)
            return {"__blob__": digest}
        if isinstance(value, (set, frozenset)):
            return {"__set__": sorted(value)}
        return persistence._json_default(value)

    def _hook(self, value: dict[str, Any]) -> Any:
        if "__blob__" in value:
            return self.blobs.get(value["__blob__"])
        if "__set__" in value:
            return set(value["__set__"])
        return persistence._json_object_hook(value)

    def dump(self, value: Any) -> bytes:
        """The text of a value."""
        return json.dumps(value, separators=(",", ":"), default=self._default).encode()

    def load(self, raw: bytes) -> Any:
        """The value of a text."""
        return json.loads(raw, object_hook=self._hook)
