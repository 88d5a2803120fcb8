"""Text in cells of spreadsheets: what would begin a formula gets an apostrophe before it, and loses it coming back."""

import json
import re
from typing import Any

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # a spreadsheet would calculate these
MARK = "'"
_NO_XML = re.compile("[\ufffe\uffff]")  # what no XML can hold, of all that our texts may hold
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def inert(cell: str) -> str:
    """The cell as text for every spreadsheet. A cell that looks as if it had been marked is marked once more."""
    return f"{MARK}{cell}" if calculated(cell.lstrip(MARK)) else cell


def plain(cell: str) -> str:
    """What `inert` was given; the cell itself when it was not marked."""
    return cell.removeprefix(MARK) if calculated(cell.lstrip(MARK)) else cell


def calculated(cell: str) -> bool:
    """Whether a spreadsheet would take the cell for a formula."""
    return cell.startswith(DANGEROUS) or cell.lstrip().startswith(DANGEROUS)


def escaped(text: str) -> str:
    """The text as a string of an xlsx file, in which `_xFFFE_` stands for a character that XML has not.

    Source: ECMA-376 part 1, 22.9.2.19 (ST_Xstring), which Excel reads: what merely looks so is written with `_x005F_`.
    """
    return _NO_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", _LOOKS_ESCAPED.sub("_x005F_", text))


def unescaped(string: str) -> str:
    """The text of a string of an xlsx file. Excel writes the line breaks of others as `_x000D_` and a line feed."""
    if "_x" not in string:
        return string
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), string).replace("\r\n", "\n")


def as_text(value: Any) -> str:
    """A value of a custom field in a cell: text as it is, everything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def same(value: Any, cell: str) -> bool:
    """Whether a cell says this value: cells lose the spaces around them, and may lose one kind of line break."""
    return _loosely(as_text(value)) == _loosely(cell)


def _loosely(text: str) -> str:
    return "\n".join(text.strip().splitlines())
