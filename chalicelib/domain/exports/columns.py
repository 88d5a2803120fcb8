"""The columns of an export: those that an import reads, and some that only tell."""

from collections.abc import Iterable, Sequence

from chalicelib.domain.imports.columns import (
    ADDRESS_KINDS,
    ADDRESS_PARTS,
    CONTACTS,
    CUSTOM,
    MOST_NAME,
    PLAIN,
    label_of,
    numbered,
)

FIRST = "id"
MOST_COLUMNS = 200  # as many as a mapping of an import may name
LAST = ("status", "created_at", "updated_at", "last_contact_at")  # an import reads over them
STANDARD = (
    FIRST,
    *PLAIN,
    "tags",
    *(each for contact in CONTACTS for column in numbered(contact) for each in (column, label_of(column))),
    *(f"{kind}_{part}" for kind in ADDRESS_KINDS for part in ADDRESS_PARTS),
    *LAST,
)
ALWAYS = frozenset((FIRST, "given_name", "family_name", "company", "phone", "email", "tags", *LAST))
MOST_CUSTOM = MOST_COLUMNS - len(STANDARD)
_PLACES = {column: place for place, column in enumerate(STANDARD)}


def is_column(name: str) -> bool:
    """Whether an export can have a column of this name."""
    return name in _PLACES or (name.startswith(CUSTOM) and fits_a_header(name[len(CUSTOM) :]))


def fits_a_header(field: str) -> bool:
    """Whether a custom field's name comes back from a header as it went in."""
    name = f"{CUSTOM}{field}"
    return bool(field) and len(name) <= MOST_NAME and name.isprintable() and name == name.strip()


def with_columns(known: Sequence[str], used: Iterable[str]) -> tuple[str, ...]:
    """The columns known so far and those that are used now; of custom ones as many as a header holds."""
    new = sorted(set(used) - set(known))
    room = MOST_CUSTOM - sum(column.startswith(CUSTOM) for column in known)
    custom = [column for column in new if column.startswith(CUSTOM)][:room]
    return (*known, *(column for column in new if not column.startswith(CUSTOM)), *custom)


def header(used: Iterable[str], chosen: Sequence[str] | None) -> tuple[str, ...]:
    """The header: what was chosen, else every column that holds something, custom fields last."""
    if chosen:
        return tuple(chosen)
    found = set(used)
    standard = (column for column in STANDARD if column in found or column in ALWAYS)
    return (*standard, *sorted(column for column in found if column.startswith(CUSTOM)))
