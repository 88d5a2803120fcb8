"""Which column of a foreign file may say what: by its name, and by what stands in its first rows."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal

from chalicelib.domain import ids
from chalicelib.domain.fields import Model
from chalicelib.domain.imports.column_names import target_named
from chalicelib.domain.imports.columns import CONTACTS, ID, known, numbered
from chalicelib.domain.imports.dates import is_dated
from chalicelib.domain.imports.targets import CONSENTS, FULL_NAME
from chalicelib.domain.imports.templates import fitting
from chalicelib.domain.imports.values import plain

SHOWN = 3
LONGEST = 60  # characters of a sample
MOST = 0.8  # of a column's cells must look alike before they say what the column is
FEW = 0.5
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"(\+|00|0)?[\d\s().\-/]{7,20}")
Confidence = Literal["sure", "likely"]


class ProposedColumn(Model):
    """A column, what it may say, and why."""

    position: int
    column: str
    target: str | None
    confidence: Confidence | None
    why: str
    samples: list[str]


class Proposal(Model):
    """A mapping to begin with. `template` names a ready-made one that this header fits."""

    columns: list[ProposedColumn]
    mapping: dict[str, Any]
    template: str | None


def propose(header: Sequence[str], samples: Sequence[Sequence[str]]) -> Proposal:
    """What the columns may say. `samples` are the cells of the first records; what they hold is not kept elsewhere.

    Columns of consents are named, but not in the mapping: they need the proof of options.consents.
    """
    taken: set[str] = set()
    columns = [_proposed(position, header, samples, taken) for position in range(len(header))]
    columns = [_freed(column, taken) for column in columns]
    mapping = {
        str(column.target): _said(column, header, samples)
        for column in columns
        if column.target and not column.target.startswith(CONSENTS)
    }
    return Proposal(columns=columns, mapping=mapping, template=fitting(header))


def _proposed(
    position: int, header: Sequence[str], samples: Sequence[Sequence[str]], taken: set[str]
) -> ProposedColumn:
    cells = [*_filled(position, samples)]
    target, confidence, why = _judged(header[position], cells)
    if target:
        target = _free(target, taken)
        if target is None:
            confidence, why = None, "another column says it already"
        else:
            taken.add(target)
    return ProposedColumn(
        position=position + 1,
        column=header[position],
        target=target,
        confidence=confidence,
        why=why,
        samples=[cell[:LONGEST] for cell in dict.fromkeys(cells)][:SHOWN],
    )


def _freed(column: ProposedColumn, taken: set[str]) -> ProposedColumn:
    """A whole name is not needed beside its parts: then a column called `Name` is the family name."""
    if column.target != FULL_NAME:
        return column
    if {"given_name", "family_name"} <= taken:
        return column.model_copy(
            update={"target": None, "confidence": None, "why": "its parts have columns of their own"}
        )
    if "given_name" in taken:
        return column.model_copy(update={"target": "family_name", "confidence": "likely"})
    return column.model_copy(update={"target": "given_name"}) if "family_name" in taken else column


def _filled(position: int, samples: Sequence[Sequence[str]]) -> Iterator[str]:
    for cells in samples:
        cell = plain(cells[position]) if position < len(cells) else ""
        if cell:
            yield cell


def _judged(name: str, cells: Sequence[str]) -> tuple[str | None, Confidence | None, str]:
    own = known(name)
    if own and not (own == ID and cells and _share(_LOOKS[ID], cells) < FEW):  # many systems have ids of their own
        return own, "sure", "it is our own name"
    target = target_named(name)
    looks = _look(cells)
    if target and target in _LOOKS and cells and _share(_LOOKS[target], cells) < FEW:
        return (looks, "likely", f"its cells look like {looks}") if looks else (target, "likely", "by its name only")
    if target:
        return target, "sure", "by its name"
    if looks:
        return looks, "likely", f"its cells look like {looks}"
    if cells and _share(is_dated, cells) >= MOST:
        return None, None, "it holds dates; its name does not say of what"
    return None, None, "neither its name nor its cells say what it is"


def _look(cells: Sequence[str]) -> str | None:
    looking = (
        target for target, test in _LOOKS.items() if target in CONTACTS and cells and _share(test, cells) >= MOST
    )
    return next(looking, None)


def _is_phone(cell: str) -> bool:
    digits = sum(character.isdecimal() for character in cell)
    plausible = 7 <= digits <= 15 and _PHONE.fullmatch(cell) is not None and not is_dated(cell)
    return plausible and (digits >= 10 or cell.startswith(("+", "0")) or not cell.isdecimal())


_LOOKS: Mapping[str, Callable[[str], bool]] = {
    "email": lambda cell: _EMAIL.fullmatch(cell) is not None,
    "phone": _is_phone,
    "birthday": is_dated,
    "anniversary": is_dated,
    ID: lambda cell: ids.is_id(cell, "cus"),
}


def _share(test: Callable[[str], bool], cells: Sequence[str]) -> float:
    return sum(map(test, cells)) / len(cells)


def _free(target: str, taken: set[str]) -> str | None:
    """The target, or the next of its kind (`phone_2`), that no column has yet."""
    return next((each for each in (numbered(target) if target in CONTACTS else [target]) if each not in taken), None)


def _said(column: ProposedColumn, header: Sequence[str], samples: Sequence[Sequence[str]]) -> Any:
    """The column by its name, or by its place where the name is not enough; tags with what stands between them."""
    names = [name.casefold() for name in header]
    unique = bool(column.column) and names.count(column.column.casefold()) == 1 and len(column.column) <= 200
    named = {"column": column.column} if unique else {"position": column.position}
    if column.target == "tags" and not known(column.column):
        separator = _separator([*_filled(column.position - 1, samples)])
        return {**named, "separator": separator} if separator else column.column if unique else named
    return column.column if unique else named


def _separator(cells: Sequence[str]) -> str | None:
    text = "".join(cells)
    return "," if "," in text and not any(each in text for each in "|;") else None
