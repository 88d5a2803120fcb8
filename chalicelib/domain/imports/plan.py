"""A mapping that fits its file: from the cells of a record to a row."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain.errors import FieldError
from chalicelib.domain.imports.columns import ONLY_TOLD, label_of, numbered
from chalicelib.domain.imports.full_name import split_name
from chalicelib.domain.imports.rows import Row, read_row
from chalicelib.domain.imports.targets import CONSENTS, FULL_NAME, IS_COMPANY, JSON
from chalicelib.domain.imports.values import Reader, plain


@dataclass(frozen=True)
class Cell:
    """Which column a target is read from (0 is the first), and how."""

    target: str
    position: int
    read: Reader
    values: Mapping[str, str] = field(default_factory=dict)
    separator: str | None = None

    def value(self, cells: Sequence[str]) -> str | None:
        """What the cell says, as our own columns have it; None when it says nothing.

        Raises:
            ValueError: it says nothing that we understand; why, for people.
        """
        said = plain(cells[self.position]) if self.position < len(cells) else ""
        said = self.values.get(said, said)
        if not said:
            return None
        if self.separator:
            said = said.replace(self.separator, "|")
        return self.read(said)


@dataclass(frozen=True)
class Plan:
    """How the rows of a file are read. `unmapped` are the columns that no target reads."""

    header: tuple[str, ...]
    cells: tuple[Cell, ...]
    unmapped: tuple[str, ...]

    def row(self, number: int, cells: Sequence[str], fault: str | None = None) -> Row:
        """The row that these cells make; its `columns` are those of the file."""
        if fault:
            return Row(number, fault=fault)
        if self.cells and self.cells[0].target == JSON:
            return _whole(number, cells[self.cells[0].position])
        said: dict[str, str] = {}
        for cell in self.cells:
            try:
                value = cell.value(cells)
            except ValueError as refusal:
                pointer = f"/{cell.target}"
                return Row(number, columns={pointer: self._name(cell)}, wrong=FieldError(pointer, str(refusal)))
            if value is not None:
                said[cell.target] = value
        _once(said)
        return self._made(number, said)

    def _made(self, number: int, said: dict[str, str]) -> Row:
        consents = [_consent(target, said.pop(target)) for target in [*said] if target.startswith(CONSENTS)]
        sources = {cell.target: self._name(cell) for cell in self.cells}
        company = said.pop(IS_COMPANY, None) == "true"
        if FULL_NAME in said:
            said |= _named(said.pop(FULL_NAME), company=company, titled="title" in said)
            sources |= dict.fromkeys(("given_name", "family_name"), sources[FULL_NAME])
            sources = {"company": sources[FULL_NAME], "title": sources[FULL_NAME]} | sources
        row = read_row(number, tuple(said), tuple(said.values()))
        columns = {pointer: sources.get(target, target) for pointer, target in row.columns.items()}
        return Row(number, row.body, columns, consents=consents, slots=row.slots)

    def _name(self, cell: Cell) -> str:
        return self.header[cell.position] or f"column {cell.position + 1}"


def _once(said: dict[str, str]) -> None:
    """Lists repeat the only number of a customer in every column of numbers: each counts once."""
    for contact, form in (("phone", _digits), ("email", str.casefold)):
        seen: set[str] = set()
        for column in numbered(contact):
            if column in said:
                same = form(said[column])
                if same in seen:
                    del said[column]
                    said.pop(label_of(column), None)
                seen.add(same)


def _digits(number: str) -> str:
    """What tells numbers apart, with or without the code of their country."""
    digits = "".join(character for character in number if character.isdecimal())
    return digits[-9:] if len(digits) >= 9 else number


def _named(name: str, *, company: bool, titled: bool) -> dict[str, str]:
    if company:
        return {"company": name}
    parts = split_name(name)
    if titled:
        parts.pop("title", None)
    return parts


def _consent(target: str, said: str) -> dict[str, Any]:
    _, channel, purpose = target.split(".")
    return {"channel": channel, "purpose": purpose, "granted": said == "true"}


def _whole(number: int, text: str) -> Row:
    body = {name: value for name, value in json.loads(text).items() if name not in ONLY_TOLD}
    return Row(number, body, {f"/{name}": name for name in body})
