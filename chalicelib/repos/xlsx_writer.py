"""Writing xlsx a row at a time: every cell is text, so a spreadsheet calculates none of them."""

from collections.abc import Iterable, Sequence
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from chalicelib.domain.jobs.run import Failed
from chalicelib.domain.spreadsheets import MARK, calculated, escaped, inert

MOST_ROWS = 200_000  # below the header; a sheet holds five times as many, but a turn of the function ends
TEXT = "@"  # the format of a cell that stays text when somebody edits it
SHEET = "Customers"


def require_room(rows: int) -> None:
    """Raises:
    Failed: so many rows do not fit.
    """
    if rows > MOST_ROWS:
        raise Failed(f"An xlsx file holds {MOST_ROWS:,} customers at most. Take csv, or narrow it by a filter.")


def write(file: IO[bytes], columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write header and rows; they pass through the disk."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(SHEET)
    sheet.freeze_panes = "A2"
    sheet.append([escaped(column) for column in columns])
    for row in rows:
        sheet.append([_cell(sheet, text) for text in row])
    book.save(file)


def _cell(sheet: Any, text: str) -> Any:
    """A cell of text, which needs no mark; one that looks marked gets another, as an import takes one off."""
    if text.startswith(MARK):
        text = inert(text)
    if not text or not calculated(text):
        return escaped(text) or None
    cell = WriteOnlyCell(sheet, value=escaped(text))
    cell.data_type, cell.number_format = "s", TEXT
    return cell
