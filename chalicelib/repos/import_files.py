"""The files that an import leaves behind: the result of every row, and the rejected rows to be mended."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import IO, Any

from chalicelib.domain.imports.mapping import ERROR_COLUMN
from chalicelib.domain.jobs.model import RowResult
from chalicelib.domain.spreadsheets import inert

RESULT_HEADER = ("row", "result", "customer_id", "field", "reason")
NEVER = RowResult(0, "")
Cells = Sequence[str]


def write_result(results: Iterable[RowResult], file: IO[bytes]) -> None:
    """All row results as CSV, one in memory at a time."""
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(RESULT_HEADER)
    for found in results:
        cells = (found.customer_id, found.field, found.reason)
        writer.writerow((found.row, found.result, *(inert(cell or "") for cell in cells)))
    text.flush()
    text.detach()


def rejected(results: Iterable[RowResult], records: Iterable[Cells]) -> Iterator[tuple[Cells, str]]:
    """The cells of the rejected rows, as they came, each with its reason. Both go row by row from the first on."""
    results = iter(results)
    result = next(results, NEVER)
    for number, cells in enumerate(records, start=1):
        if result.row == number:
            if result.result == "rejected":
                yield cells, f"{result.field}: {result.reason}" if result.field else str(result.reason)
            result = next(results, NEVER)
        if result is NEVER:
            return


def write_csv(header: Cells, rows: Iterable[tuple[Cells, str]], delimiter: str, file: IO[bytes]) -> None:
    """The rows below their own header, with what is wrong; what an import reads when they come again.

    It begins with the mark by which spreadsheets know UTF-8.
    """
    kept = [place for place, name in enumerate(header) if name.lower() != ERROR_COLUMN]
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow([*(inert(header[place]) for place in kept), ERROR_COLUMN])
    for cells, reason in rows:
        own = [inert(cells[place]) if place < len(cells) else "" for place in kept]
        writer.writerow([*own, inert(reason), *map(inert, cells[len(header) :])])
    text.flush()
    text.detach()


def write_json_lines(header: Cells, rows: Iterable[tuple[Cells, str]], file: IO[bytes]) -> None:
    """The rows as JSON lines, with what is wrong."""
    for cells, reason in rows:
        line = {**_object(header, cells), ERROR_COLUMN: reason}
        file.write(json.dumps(line, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n")


def _object(header: Cells, cells: Cells) -> Mapping[str, Any]:
    if tuple(header) != ("json",):
        return {name: cell for name, cell in zip(header, cells, strict=False) if cell and name != ERROR_COLUMN}
    try:
        body = json.loads(cells[0])
    except ValueError:
        body = None
    return body if isinstance(body, dict) else {"json": cells[0] if cells else ""}
