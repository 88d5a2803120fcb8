"""What the cells of each target become: text as our own columns have it."""

import re
from collections.abc import Callable
from datetime import date
from functools import partial

from chalicelib.domain import spreadsheets
from chalicelib.domain.imports.columns import ADDRESS_KINDS, numbered
from chalicelib.domain.imports.dates import DateFormat, read_date
from chalicelib.domain.imports.words import LANGUAGES, NO, NOT_SAID, WAYS, YES, country_codes, country_names
from chalicelib.domain.text import folded_key

Reader = Callable[[str], str | None]  # None: the cell says nothing. Raises ValueError, for people

DATES = ("birthday", "anniversary")
COMPUTED = frozenset(("new", "regular", "vip"))  # categories that are worked out, never said
_EXPONENT = re.compile(r"[+-]?\d+([.,]\d+)?[eE]\+?\d+")
_WHOLE = re.compile(r"\d+\.0")
_CODE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")


def plain(cell: str) -> str:
    """The cell without the apostrophe that keeps spreadsheets from calculating it, and without spaces around it."""
    return spreadsheets.plain(cell).strip()


def reader_for(target: str, order: DateFormat | None, today: date) -> Reader:
    """How the cells of this target are read."""
    if target in DATES:
        return partial(read_date, order=order, today=today)
    if target.startswith("consents.") or target == "is_company":
        return yes_or_no
    return _READERS.get(target, str)


def number(cell: str) -> str:
    """A phone number or other number that a spreadsheet may have spoilt.

    Raises:
        ValueError: digits are lost.
    """
    cell = cell.removeprefix("'").strip()  # some systems mark all numbers as text
    if _EXPONENT.fullmatch(cell):
        raise ValueError(
            "has lost its digits in a spreadsheet; format the column as text there, enter the number again and save"
        )
    return cell[:-2] if _WHOLE.fullmatch(cell) else cell


def yes_or_no(cell: str) -> str | None:
    """`true` or `false`, in the words of several languages; None where nothing is known.

    Raises:
        ValueError: neither.
    """
    word = folded_key(cell) or cell
    if word in YES:
        return "true"
    if word in NO:
        return "false"
    if word in NOT_SAID:
        return None
    raise ValueError("is neither yes nor no; say in the mapping's values what it means")


def country(cell: str) -> str:
    """The code of a country given by code or name; what is no country stays as it is, for the field to refuse."""
    if len(cell) in (2, 3) and cell.upper() in country_codes():
        return country_codes()[cell.upper()]
    return country_names().get(folded_key(cell), cell)


def language(cell: str) -> str:
    """The tag of a language given by tag (`en_US` too) or name."""
    for name in (cell, cell.partition("(")[0], cell.partition("/")[0]):  # `English (US)`, `French / Français`
        if folded_key(name) in LANGUAGES:
            return LANGUAGES[folded_key(name)]
    return cell.replace("_", "-") if _CODE.fullmatch(cell) else cell


def way(cell: str) -> str:
    """A channel by one of its names."""
    return WAYS.get(folded_key(cell), cell)


def source(cell: str) -> str:
    """How the customer came: our own words, however they are written (`Walk-in`)."""
    return folded_key(cell).replace(" ", "_") or cell


def category(cell: str) -> str | None:
    """Only `business` is said by people; what is worked out says nothing."""
    word = folded_key(cell)
    return None if word in COMPUTED else ("business" if word in ("business", "company") else cell)


_READERS: dict[str, Reader] = {
    "external_id": number,
    "language": language,
    "preferred_channel": way,
    "source": source,
    "category": category,
    "allow_duplicate": yes_or_no,
    **dict.fromkeys(numbered("phone"), number),
    **{f"{kind}_country": country for kind in ADDRESS_KINDS},
    **{f"{kind}_postal_code": number for kind in ADDRESS_KINDS},
}
