"""The files of the journal: records with checksums, files that are there whole or not at all."""

from __future__ import annotations

import json
import mmap
import os
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

Head = dict[str, Any]
Record = tuple[Head, Sequence[bytes]]
Apply = Callable[[Head, memoryview], None]

_MAGIC = b"FCT1"
_PREFIX = struct.Struct("<4sIII")  # magic, bytes of head, bytes of tail, checksum of both
_CHECK = struct.Struct("<I")  # checksum of the prefix, so that a wrong length is not taken for a torn record
_OVERHEAD = _PREFIX.size + _CHECK.size
_FORMAT = 1


class DamagedFolder(Exception):
    """The folder holds bytes that no crash leaves behind; the text names the file."""


def pack(head: Head, tail: Sequence[bytes] = ()) -> bytes:
    """One record as it stands in the file."""
    text = json.dumps(head, separators=(",", ":"), ensure_ascii=False).encode()
    body = b"".join((text, *tail))
    prefix = _PREFIX.pack(_MAGIC, len(text), len(body) - len(text), zlib.crc32(body))
    return b"".join((prefix, _CHECK.pack(zlib.crc32(prefix)), body))


def _unpack(view: memoryview, at: int, path: Path) -> tuple[Head, memoryview, int] | None:
    """The record at `at` and the offset after it; None when a crash cut it off. Raises DamagedFolder."""
    left = len(view) - at
    if left < _OVERHEAD:
        return None
    prefix = view[at : at + _PREFIX.size]
    magic, head_size, tail_size, checksum = _PREFIX.unpack(prefix)
    known = _CHECK.unpack_from(view, at + _PREFIX.size)[0] == zlib.crc32(prefix)
    if not known or magic != _MAGIC:
        if not any(view[at:]):
            return None
        raise DamagedFolder(f"{path} is damaged at byte {at}")
    end = at + _OVERHEAD + head_size + tail_size
    if end > len(view):
        return None
    body = view[at + _OVERHEAD : end]
    if zlib.crc32(body) != checksum:
        if not any(body[-min(len(body), 4096) :]) and end == len(view):
            return None
        raise DamagedFolder(f"{path} is damaged at byte {at}")
    return json.loads(bytes(body[:head_size])), body[head_size:], end


def scan(path: Path, apply: Apply) -> int:
    """Gives every whole record of a file to `apply`; returns the offset after the last. Raises DamagedFolder."""
    if path.stat().st_size == 0:
        return 0
    at = 0
    with path.open("rb") as file:
        view = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    while (found := _unpack(view, at, path)) is not None:
        head, tail, end = found
        if at == 0:
            _expect_header(head, path)
        else:
            apply(head, tail)
        at = end
    return at


def header(path: Path) -> Head:
    """The head of a file's first record, which says what the file is."""
    kind, _, generation = path.name.partition("-")
    return {"format": _FORMAT, "kind": kind, "generation": int(generation)}


def _expect_header(head: Head, path: Path) -> None:
    if head != header(path):
        raise DamagedFolder(f"{path} does not begin as a {header(path)['kind']} of this version does")


def sync_folder(folder: Path) -> None:
    """Makes names created, renamed or removed in the folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def whole(path: Path, records: Iterable[Record]) -> Iterator[bytes]:
    """The parts of a snapshot: its header, its records, its end."""
    yield pack(header(path))
    for head, tail in records:
        yield pack(head, tail)
    yield pack({"end": True})


def write_file(path: Path, parts: Iterable[bytes], step: Callable[[str], None]) -> None:
    """Writes a file that is either whole under its name or not there at all."""
    draft = path.with_name(path.name + ".tmp")
    with draft.open("wb", buffering=1 << 20) as file:
        os.fchmod(file.fileno(), 0o600)
        for part in parts:
            file.write(part)
            step("writing")
        file.flush()
        os.fsync(file.fileno())
    step("written")
    draft.rename(path)
    sync_folder(path.parent)
