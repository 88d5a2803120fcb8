"""Which column of a foreign file says what of a customer: checked against a header, then applied row by row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, TypeAdapter, model_validator

from chalicelib.domain.errors import FieldError, Invalid
from chalicelib.domain.fields import Model, Text, refuse_controls, wrong
from chalicelib.domain.imports.columns import ONLY_TOLD, known
from chalicelib.domain.imports.dates import DateFormat, order_of
from chalicelib.domain.imports.plan import Cell, Plan
from chalicelib.domain.imports.targets import JSON, contradictions, is_target
from chalicelib.domain.imports.values import DATES, reader_for

ERROR_COLUMN = "facet_error"  # why a row was rejected, in the file that is given back; read over when it comes again
READ_OVER = frozenset((ERROR_COLUMN, *ONLY_TOLD))
NO_TARGET = "is nothing that a column can say of a customer"


class MappedColumn(Model):
    """A column, by its name or by its place (1 is the first), and how to read it."""

    column: Text | None = None
    position: Annotated[int, Field(ge=1)] | None = None
    date_format: DateFormat | None = Field(default=None, description="Of this column; else options.date_format")
    separator: Annotated[str, Field(min_length=1, max_length=3), AfterValidator(refuse_controls)] | None = Field(
        default=None, description="Between the tags of one cell, when it is neither | nor ;"
    )
    values: Annotated[dict[Text, Text], Field(max_length=200)] = Field(
        default={}, description='What a cell says, and how to read it: {"abonniert": "yes"}'
    )

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.column is None) == (self.position is None):
            raise wrong("needs one of column, position")
        return self


FieldMapping = Annotated[dict[Text, Text | MappedColumn], Field(min_length=1, max_length=200)]
_MAPPING: TypeAdapter[dict[str, str | MappedColumn]] = TypeAdapter(FieldMapping)


@dataclass(frozen=True)
class ValueOptions:
    """How cells are read. `today` is the day on which two-digit years are read; `consents`: their proof was given."""

    today: date
    date_format: DateFormat | None = None
    consents: bool = False


def own_mapping(header: Sequence[str]) -> dict[str, Any] | None:
    """The mapping of a header that names nothing but our own columns, each once; else None."""
    if tuple(header) == (JSON,):
        return {JSON: JSON}
    named = [cell for cell in header if cell and cell.lower() not in READ_OVER]
    targets = [known(cell) for cell in named]
    if not named or None in targets or len(set(targets)) < len(targets):
        return None
    return dict(zip(map(str, targets), named, strict=True))


def check_targets(mapping: Mapping[str, Any]) -> None:
    """Whether a mapping can be kept for a file that is not known yet.

    Raises:
        Invalid: names `/mapping/<target>`: no such target, or targets that contradict one another.
    """
    _refuse([FieldError(_pointer(target), NO_TARGET) for target in mapping if not is_target(target)])
    _refuse([*contradictions(mapping, proof=True)])


def resolve(
    mapping: Mapping[str, Any], header: Sequence[str], options: ValueOptions, dates: Mapping[str, Any] | None = None
) -> Plan:
    """The plan by which the rows of this file are read.

    `mapping` goes from target to column (a FieldMapping, in JSON's own types or not); `dates` are the facts of
    DateEvidence.

    Raises:
        Invalid: names `/mapping/<target>`: no such target, no such column, targets that contradict one another;
            `/options/consents`: consents without proof; code `ambiguous_dates`: a column's dates can be read in two
            ways, and no date_format says which.
    """
    said = {target: given if isinstance(given, MappedColumn) else _mapped(given) for target, given in mapping.items()}
    places = _places(said, header)
    _refuse([*contradictions(places, proof=options.consents)])
    cells = tuple(
        _cell(target, position, said[target], options, (dates or {}).get(str(position)))
        for target, position in places.items()
    )
    used = set(places.values())
    unmapped = tuple(
        name for position, name in enumerate(header) if position not in used and name.lower() != ERROR_COLUMN
    )
    return Plan(tuple(header), cells, unmapped)


def _pointer(target: str) -> str:
    return f"/mapping/{target.replace('~', '~0').replace('/', '~1')}"


def _mapped(given: Any) -> MappedColumn:
    return MappedColumn.model_construct(column=given) if isinstance(given, str) else MappedColumn.model_validate(given)


def _places(said: Mapping[str, MappedColumn], header: Sequence[str]) -> dict[str, int]:
    """The index of the column of each target."""
    errors: list[FieldError] = []
    places: dict[str, int] = {}
    for target, column in said.items():
        found = _found(column, header) if is_target(target) else NO_TARGET
        if isinstance(found, str):
            errors.append(FieldError(_pointer(target), found))
        else:
            places[target] = found
    _refuse(errors)
    return places


def _found(said: MappedColumn, header: Sequence[str]) -> int | str:
    """The index of a column, or why there is none."""
    if said.position is not None:
        beyond = f"is column {said.position}, but the header has {len(header)}"
        return said.position - 1 if said.position <= len(header) else beyond
    wanted = str(said.column).strip()
    exact = [position for position, name in enumerate(header) if name == wanted]
    alike = exact or [position for position, name in enumerate(header) if name.casefold() == wanted.casefold()]
    if len(alike) == 1:
        return alike[0]
    if not alike:
        return f"names the column {wanted[:50]!r}, which the header does not have"
    first, second, *_ = (position + 1 for position in alike)
    twice = f"which the header has twice, as columns {first} and {second}; say which by its position"
    return f"names the column {wanted[:50]!r}, {twice}"


def _cell(
    target: str, position: int, said: MappedColumn, options: ValueOptions, evidence: Mapping[str, Any] | None
) -> Cell:
    order = said.date_format or options.date_format
    if target in DATES and order is None:
        try:
            order = order_of(evidence)
        except ValueError as unclear:
            detail = f"reads column {position + 1}, which {unclear}"
            raise Invalid.field(f"/mapping/{target}", detail, code="ambiguous_dates") from unclear
    return Cell(target, position, reader_for(target, order, options.today), said.values, said.separator)


def _refuse(errors: Sequence[FieldError]) -> None:
    if errors:
        first = errors[0]
        raise Invalid(f"{first.pointer} {first.detail}.", errors=errors)
