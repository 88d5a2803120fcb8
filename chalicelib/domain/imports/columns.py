"""Our own column names: what a header may say, and what each cell becomes in the body of a customer."""

from collections.abc import Iterator, Sequence

from chalicelib.domain.customers.model import MOST_CONTACTS
from chalicelib.domain.imports.unreadable import Unreadable

CUSTOM = "custom."
MOST_COLUMNS = 200
MOST_NAME = 200
NAMES = ("given_name", "family_name", "company")
PLAIN = (
    "title",
    *NAMES,
    "nickname",
    "birthday",
    "anniversary",
    "gender",
    "occupation",
    "source",
    "language",
    "time_zone",
    "preferred_channel",
    "home_location",
    "assignee",
    "external_id",
    "category",
)
ADDRESS_KINDS = ("home", "billing", "shipping")
ADDRESS_PARTS = ("line1", "line2", "city", "region", "postal_code", "country")
CONTACTS = {"phone": ("phones", "number"), "email": ("emails", "address")}


def numbered(contact: str) -> Iterator[str]:
    """`phone`, `phone_2`, … as far as a customer may have them."""
    yield contact
    yield from (f"{contact}_{number}" for number in range(2, MOST_CONTACTS + 1))


def label_of(column: str) -> str:
    """The column that says what a number or address is for."""
    return f"{column}_label"


def _known() -> Iterator[str]:
    yield from (*PLAIN, "tags", "allow_duplicate")
    for contact in CONTACTS:
        for column in numbered(contact):
            yield from (column, label_of(column))
    yield from (f"{kind}_{part}" for kind in ADDRESS_KINDS for part in ADDRESS_PARTS)


KNOWN = frozenset(_known())
ONLY_TOLD = frozenset(("id", "status", "created_at", "updated_at", "last_contact_at"))  # our exports say it beside


def known(name: str) -> str | None:
    """Our own column of this name, whatever its case (but for the name of a custom field); None when there is none."""
    if name.lower().startswith(CUSTOM) and name.lower() != CUSTOM and len(name) <= MOST_NAME and name.isprintable():
        return CUSTOM + name[len(CUSTOM) :]
    return name.lower() if name.lower() in KNOWN else None


def columns_of(header: Sequence[str]) -> tuple[str, ...]:
    """The columns that a header names, trimmed, in lower case (but for the name of a custom field).

    Raises:
        Unreadable: a column is unknown, without a name, or there twice; or no row could become a customer.
    """
    if len(header) > MOST_COLUMNS:
        raise Unreadable(f"The header has {len(header)} columns, over {MOST_COLUMNS}.")
    columns: list[str] = []
    for position, cell in enumerate(header, start=1):
        column = _column(cell.strip(), position)
        if column in columns:
            raise Unreadable(f"The header has column {column!r} twice.")
        columns.append(column)
    _enough(columns)
    return tuple(columns)


def _column(name: str, position: int) -> str:
    if not name:
        raise Unreadable(f"Column {position} has no name in the header.")
    column = known(name)
    if column is None:
        raise Unreadable(f"The header has an unknown column {name[:50]!r} (column {position}).")
    return column


def _enough(columns: Sequence[str]) -> None:
    if "external_id" in columns:  # its rows may be customers that are there already
        return
    if not any(name in columns for name in NAMES):
        raise Unreadable("The header needs a column given_name, family_name or company.")
    if not any(column in columns for contact in CONTACTS for column in numbered(contact)):
        raise Unreadable("The header needs a column phone or email.")
