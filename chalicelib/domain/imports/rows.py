"""From the cells of a row to the body of a customer, and from its pointers back to the columns."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain.errors import DomainError, FieldError, Invalid
from chalicelib.domain.imports.columns import (
    ADDRESS_KINDS,
    ADDRESS_PARTS,
    CONTACTS,
    CUSTOM,
    ID,
    PLAIN,
    label_of,
    numbered,
)
from chalicelib.domain.jobs.model import RowResult
from chalicelib.domain.jobs.refusals import pointer_of, reason_of

_TAGS = re.compile(r"[|;]")
YES_NO = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True)
class Row:
    """A row of the file: its number, what it says of a customer, and which column said what.

    `fault` is what makes the row unreadable as a whole, `wrong` the first cell that says nothing we understand.
    `consents` are what the row says of consent: {"channel", "purpose", "granted"}. `slots` are the places of the
    columns that its phones and emails come from: (1,) when it has a phone_2 and no phone.
    """

    number: int
    body: Mapping[str, Any] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    fault: str | None = None
    wrong: FieldError | None = None
    consents: Sequence[Mapping[str, Any]] = ()
    slots: Mapping[str, Sequence[int]] = field(default_factory=dict)

    def require_readable(self) -> None:
        """Raises:
        Invalid: the row has a fault, or a cell that says nothing we understand.
        """
        if self.fault:
            raise Invalid(self.fault)
        if self.wrong:
            raise Invalid.field(self.wrong.pointer, self.wrong.detail)

    def column(self, pointer: str) -> str | None:
        """The column that a JSON pointer into the body leads to; None for the row as a whole."""
        while pointer:
            if pointer in self.columns:
                return self.columns[pointer]
            pointer = pointer.rpartition("/")[0]
        return None


def read_row(number: int, columns: Sequence[str], cells: Sequence[str]) -> Row:
    """The row that these cells make. Cells are trimmed; an empty or absent one says nothing."""
    if len(cells) > len(columns):
        return Row(number, fault=f"has {len(cells)} cells, but the header has {len(columns)}")
    given = {column: cell.strip() for column, cell in zip(columns, cells, strict=False) if cell.strip()}
    body: dict[str, Any] = {}
    places: dict[str, str] = {}
    for column in (ID, *PLAIN):
        if column in given:
            body[column] = given[column]
            places[f"/{column}"] = column
    slots = _contacts(given, body, places)
    _addresses(given, body, places)
    _others(given, body, places)
    return Row(number, body, places, slots=slots)


def _contacts(given: Mapping[str, str], body: dict[str, Any], places: dict[str, str]) -> dict[str, list[int]]:
    slots: dict[str, list[int]] = {}
    for contact, (name, part) in CONTACTS.items():
        found: list[dict[str, str]] = []
        for slot, column in enumerate(numbered(contact)):
            sources = {part: column, "label": label_of(column)}
            entry = {key: given[source] for key, source in sources.items() if source in given}
            if entry:
                place = f"/{name}/{len(found)}"
                places |= {place: column} | {f"{place}/{key}": sources[key] for key in sources}
                found.append(entry)
                slots.setdefault(name, []).append(slot)
        if found:
            body[name] = found
            places[f"/{name}"] = contact
    return slots


def _addresses(given: Mapping[str, str], body: dict[str, Any], places: dict[str, str]) -> None:
    found: list[dict[str, str]] = []
    for kind in ADDRESS_KINDS:
        sources = {part: f"{kind}_{part}" for part in ADDRESS_PARTS}
        parts = {part: given[source] for part, source in sources.items() if source in given}
        if parts:
            place = f"/addresses/{len(found)}"
            places |= {f"{place}/{part}": source for part, source in sources.items()}
            found.append({"kind": kind, **parts})
    if found:
        body["addresses"] = found


def _others(given: Mapping[str, str], body: dict[str, Any], places: dict[str, str]) -> None:
    custom = {column.removeprefix(CUSTOM): cell for column, cell in given.items() if column.startswith(CUSTOM)}
    if custom:
        body["custom"] = custom
        places["/custom"] = CUSTOM + next(iter(custom)) if len(custom) == 1 else CUSTOM.rstrip(".")
    if "tags" in given:
        body["tags"] = [tag.strip() for tag in _TAGS.split(given["tags"]) if tag.strip()]
        places["/tags"] = "tags"
    if "allow_duplicate" in given:
        said = given["allow_duplicate"]
        body["allow_duplicate"] = YES_NO.get(said.lower(), said)
        places["/allow_duplicate"] = "allow_duplicate"


def rejected(row: Row, refusal: DomainError) -> RowResult:
    """The result of a row that was refused, with the first field that is wrong."""
    pointer = pointer_of(refusal)
    column = None if pointer is None else row.column(pointer)
    return RowResult(row.number, "rejected", None, column, reason_of(refusal))
