"""Text in cells of spreadsheets: what would begin a formula gets an apostrophe before it, and loses it coming back."""

import json
from typing import Any

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # a spreadsheet would calculate these
MARK = "'"


def inert(cell: str) -> str:
    """The cell as text for every spreadsheet. A cell that looks as if it had been marked is marked once more."""
    return f"{MARK}{cell}" if calculated(cell.lstrip(MARK)) else cell


def plain(cell: str) -> str:
    """What `inert` was given; the cell itself when it was not marked."""
    return cell.removeprefix(MARK) if calculated(cell.lstrip(MARK)) else cell


def calculated(cell: str) -> bool:
    """Whether a spreadsheet would take the cell for a formula."""
    return cell.startswith(DANGEROUS) or cell.lstrip().startswith(DANGEROUS)


def as_text(value: Any) -> str:
    """A value of a custom field in a cell: text as it is, everything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def same(value: Any, cell: str) -> bool:
    """Whether a cell says this value: cells lose the spaces around them, and may lose one kind of line break."""
    return _loosely(as_text(value)) == _loosely(cell)


def _loosely(text: str) -> str:
    return "\n".join(text.strip().splitlines())
