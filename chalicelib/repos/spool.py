"""Files of JSON lines that one step of a job writes and later steps read from any line on."""

import json
import tempfile
from collections.abc import Iterable, Iterator
from typing import Any

from chalicelib.domain.jobs.model import StoredFile
from chalicelib.repos.files import Files, Uploaded

JSON_LINES = "application/jsonl"


class Spool:
    """One file of JSON lines in the bucket. It passes through the disk, so its size does not matter to memory."""

    def __init__(self, files: Files, key: str) -> None:
        self._files, self._key = files, key

    def write(self, values: Iterable[Any]) -> StoredFile:
        """Write these values, one a line; what was there before is replaced.

        Raises:
            Unavailable: no answer.
        """
        with tempfile.TemporaryFile() as file:
            for value in values:
                file.write(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
            return self._files.put(self._key, file, JSON_LINES)

    def read(self, file: StoredFile, offset: int = 0) -> Iterator[tuple[Any, int]]:
        """The values from the line that begins at `offset` (bytes), each with the byte after its line.

        Raises:
            Unreadable: the file is gone, or another one has taken its place.
            Unavailable: no answer.
        """
        rest = b""
        for block in Uploaded(self._files, self._key).blocks(file, offset):
            *lines, rest = (rest + block).split(b"\n")
            for line in lines:
                offset += len(line) + 1
                yield json.loads(line), offset
