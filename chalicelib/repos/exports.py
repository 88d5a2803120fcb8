"""Files of exports: parts as they are written, and the one file that all of them make, through the disk."""

import csv
import io
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import IO, Any

from chalicelib.domain.exports.columns import header
from chalicelib.domain.jobs.model import Job, StoredFile
from chalicelib.domain.jobs.run import Failed
from chalicelib.domain.spreadsheets import inert
from chalicelib.repos.files import MOST_WHOLE_BYTES, Files, Uploaded
from chalicelib.repos.spool import JSON_LINES, Spool

RENEWED = 10  # parts: a few seconds, of a lease of a minute
MARK = b"\xef\xbb\xbf"  # without it spreadsheet programs take UTF-8 for the local code page
TYPES = {
    "csv": "text/csv",
    "jsonl": JSON_LINES,
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Renew = Callable[[], None]


def key(export_id: str, name: str) -> str:
    """Where a file of an export lies."""
    return f"exports/{export_id}/{name}"


def file_name(job: Job) -> str:
    """The name of the file that people get."""
    return f"{job.request['kind']}.{job.request['format']}"


class ExportFiles:
    """The files of one export."""

    def __init__(self, files: Files, job: Job) -> None:
        self._files, self._job = files, job

    def write_part(self, name: str, lines: Iterator[Any]) -> StoredFile:
        """Write a part.

        Raises:
            Unavailable: no answer.
        """
        return Spool(self._files, key(self._job.id, name)).write(lines)

    def join(self, renew: Renew) -> StoredFile:
        """Make the file of all parts; `renew` is called now and then.

        Raises:
            Failed: it becomes larger than this machine or the format can hold.
            Unavailable: no answer.
        """
        parts = [(key(self._job.id, name), StoredFile(tag, size)) for name, tag, size in self._job.state["parts"]]
        if sum(part.size for _, part in parts) > MOST_WHOLE_BYTES:
            raise Failed("This becomes larger than 3 GB. Narrow it by a filter, by months of creation for example.")
        with tempfile.TemporaryFile() as file:
            JOINERS[self._job.request["format"]](self._job, file, self._lines(parts, renew))
            return self._files.put(key(self._job.id, file_name(self._job)), file, TYPES[self._job.request["format"]])

    def _lines(self, parts: Sequence[tuple[str, StoredFile]], renew: Renew) -> Iterator[bytes]:
        for number, (place, part) in enumerate(parts, start=1):
            rest = b""
            for block in Uploaded(self._files, place).blocks(part, 0):
                *lines, rest = (rest + block).split(b"\n")
                yield from lines
            if number % RENEWED == 0:
                renew()


def _jsonl(_: Job, file: IO[bytes], lines: Iterator[bytes]) -> None:
    file.writelines(line + b"\n" for line in lines)


def _csv(job: Job, file: IO[bytes], lines: Iterator[bytes]) -> None:
    file.write(MARK)
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    columns = _columns(job)
    writer.writerow(columns)  # each begins with a word of ours, and none is a formula
    writer.writerows([inert(cell) for cell in _cells(line, columns)] for line in lines)
    text.flush()
    text.detach()


def _xlsx(job: Job, file: IO[bytes], lines: Iterator[bytes]) -> None:
    from chalicelib.repos import xlsx_writer  # noqa: PLC0415 -- only who asks for xlsx pays for the library

    xlsx_writer.require_room(job.done)
    columns = _columns(job)
    with tempfile.TemporaryFile() as here:  # a workbook that is begun must be finished, so all must be here by then
        here.writelines(line + b"\n" for line in lines)
        here.seek(0)
        xlsx_writer.write(file, columns, (_cells(line, columns) for line in here))


JOINERS: Mapping[str, Callable[[Job, IO[bytes], Iterator[bytes]], None]] = {
    "csv": _csv,
    "jsonl": _jsonl,
    "xlsx": _xlsx,
}


def _columns(job: Job) -> tuple[str, ...]:
    return header(job.state.get("columns", ()), job.request["columns"])


def _cells(line: bytes, columns: Sequence[str]) -> list[str]:
    cells = json.loads(line)
    return [cells.get(column, "") for column in columns]
