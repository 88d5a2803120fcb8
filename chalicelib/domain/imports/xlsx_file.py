"""A sheet of an Excel workbook as a table, row by row, its cells as the text that a person sees."""

import warnings
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from itertools import islice
from typing import IO, Any

from openpyxl import load_workbook

from chalicelib.domain.imports.cell_text import ERRORS
from chalicelib.domain.imports.records import ReadOptions, Record, Table, below, header_of
from chalicelib.domain.imports.sheet_rows import rows_of
from chalicelib.domain.imports.unreadable import Unreadable
from chalicelib.domain.imports.workbook import require_harmless

LOOKED_AT = 1_000  # rows of a sheet in which data would show
MOST_TEXT = 40_000  # characters of a cell; Excel's own limit is 32,767


def table_of(file: IO[bytes], options: ReadOptions) -> Table:
    """The table in the sheet that is named, else in the first one that shows and holds anything.

    Raises:
        Unreadable: no workbook that can be read, no such sheet, or an empty one.
    """
    require_harmless(file)
    sheets = _sheets(file)
    name = _named(options.sheet, sheets) if options.sheet is not None else _first_with_data(file, sheets)
    with closing(_records(file, name)) as records:
        header = header_of(records)
    facts = {"format": "xlsx", "sheet": name, "sheets": [title for title, _ in sheets][:50]}
    return Table(header, facts, lambda: below(header, _records(file, name)))


@contextmanager
def _opened(file: IO[bytes]) -> Iterator[Any]:
    """The workbook, read row by row; values that formulas had when it was saved. The file stays open."""
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what a list does not need: styles, validations, print areas
            yield load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except Unreadable:
        raise
    except Exception as wrong:  # the library raises whatever a damaged part leads it to
        raise Unreadable("The workbook is damaged: a part of it cannot be read.") from wrong


def _sheets(file: IO[bytes]) -> list[tuple[str, bool]]:
    """The sheets by name, and whether each shows."""
    with _opened(file) as workbook:
        return [(sheet.title, sheet.sheet_state == "visible") for sheet in workbook.worksheets]


def _named(said: str, sheets: list[tuple[str, bool]]) -> str:
    for name, _ in sheets:
        if name.strip().casefold() == said.strip().casefold():
            return name
    names = ", ".join(repr(name[:31]) for name, _ in sheets[:10])
    raise Unreadable(f"The workbook has no sheet {said[:31]!r}; it has {names}.")


def _first_with_data(file: IO[bytes], sheets: list[tuple[str, bool]]) -> str:
    for name, shown in sheets:
        if shown:
            with closing(_records(file, name)) as records:
                if any(not record.empty for record in islice(records, LOOKED_AT)):
                    return name
    raise Unreadable("The workbook has no sheet with anything in it.")


def _records(file: IO[bytes], sheet: str) -> Generator[Record, None, None]:
    with _opened(file) as workbook, closing(rows_of(workbook[sheet])) as rows:
        for number, cells in rows:
            yield _record(number, cells)


def _record(number: int, cells: tuple[str, ...]) -> Record:
    for position, cell in enumerate(cells, start=1):
        if len(cell) > MOST_TEXT:
            return Record(number, (cell[:100],), f"has a cell over {MOST_TEXT} characters, in column {position}")
        if cell in ERRORS:
            return Record(number, cells, f"holds the error {cell}, in column {position}")
    return Record(number, cells)
