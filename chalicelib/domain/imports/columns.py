"""Our own column names: what a header may say, and what each cell becomes in the body of a customer."""

from collections.abc import Iterator
from functools import cache

from chalicelib.domain.customers.model import MOST_CONTACTS

CUSTOM = "custom."
ID = "id"  # of the customer whom the row is about, as our exports have it
MOST_COLUMNS = 200  # that an export may be asked for
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


@cache  # asked for each row
def numbered(contact: str) -> tuple[str, ...]:
    """`phone`, `phone_2`, … as far as a customer may have them."""
    return contact, *(f"{contact}_{number}" for number in range(2, MOST_CONTACTS + 1))


def label_of(column: str) -> str:
    """The column that says what a number or address is for."""
    return f"{column}_label"


def _known() -> Iterator[str]:
    yield from (ID, *PLAIN, "tags", "allow_duplicate")
    for contact in CONTACTS:
        for column in numbered(contact):
            yield from (column, label_of(column))
    yield from (f"{kind}_{part}" for kind in ADDRESS_KINDS for part in ADDRESS_PARTS)


KNOWN = frozenset(_known())
ONLY_TOLD = frozenset(("status", "created_at", "updated_at", "last_contact_at"))  # our exports say it beside


def known(name: str) -> str | None:
    """Our own column of this name, whatever its case (but for the name of a custom field); None when there is none."""
    if name.lower().startswith(CUSTOM) and name.lower() != CUSTOM and len(name) <= MOST_NAME and name.isprintable():
        return CUSTOM + name[len(CUSTOM) :]
    return name.lower() if name.lower() in KNOWN else None
