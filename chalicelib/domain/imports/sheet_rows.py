"""The rows of a sheet, one in memory at a time.

openpyxl reads each row and knows what its cells are. Its own loop keeps an empty element of every row that has been
read (270 MB for a million), and leaves out what lies beyond the size that a sheet claims to have; so the loop is ours.
"""

from collections.abc import Generator, Mapping
from contextlib import closing
from typing import Any
from xml.etree.ElementTree import Element, iterparse  # nosec B405  # a sheet with a document type is refused before

from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.worksheet._reader import DATA_TAG, ROW_TAG, WorkSheetParser

from chalicelib.domain.imports.cell_text import text_of
from chalicelib.domain.imports.records import MOST_COLUMNS
from chalicelib.domain.imports.unreadable import Unreadable
from chalicelib.domain.spreadsheets import unescaped

MOST_ROWS = 1_048_576  # of a sheet, as Excel has it


def rows_of(sheet: Any) -> Generator[tuple[int, tuple[str, ...]], None, None]:
    """Each row that has cells, by its number in the sheet, its cells as text.

    Raises:
        Unreadable: a row lies beyond the end of any sheet, or a cell has a value beyond the last column we read.
    """
    book = sheet.parent
    with closing(sheet._get_source()) as source:
        parser = WorkSheetParser(
            source,
            sheet._shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for element in _elements(source):
            number, cells = parser.parse_row(element)
            parser.row_dimensions.clear()  # heights and styles of rows, which it would keep
            if not 0 < number <= MOST_ROWS:
                raise Unreadable(f"Row {number} lies beyond the end of any sheet.")
            yield number, _texts(sheet, number, cells)


def _elements(source: Any) -> Generator[Element, None, None]:
    """The rows, each dropped from the tree as soon as the next one is wanted."""
    data: Element | None = None
    for event, element in iterparse(source, ("start", "end")):  # nosec B314  # noqa: S314 -- as above
        if event == "start":
            data = element if element.tag == DATA_TAG else data
        elif element.tag == ROW_TAG:
            yield element
            if data is not None:
                data.clear()
        elif element.tag == DATA_TAG:
            return


def _texts(sheet: Any, number: int, cells: list[Mapping[str, Any]]) -> tuple[str, ...]:
    texts: list[str] = []
    for cell in cells:
        column, value = cell["column"], cell["value"]
        if value is None:
            continue
        if column > MOST_COLUMNS:
            raise Unreadable(f"Row {number} has more than {MOST_COLUMNS} columns.")
        texts += [""] * (column - 1 - len(texts))
        text = unescaped(value) if isinstance(value, str) else text_of(ReadOnlyCell(sheet, **cell))
        texts[column - 1 :] = [text]
    return tuple(texts)
