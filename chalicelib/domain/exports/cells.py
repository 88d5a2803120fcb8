"""What a customer says in the cells of a spreadsheet, in the words that an import reads back."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chalicelib.domain.customers.model import Customer
from chalicelib.domain.exports.columns import FIRST, fits_a_header
from chalicelib.domain.imports.columns import ADDRESS_KINDS, ADDRESS_PARTS, CONTACTS, CUSTOM, PLAIN, label_of, numbered
from chalicelib.domain.spreadsheets import as_text

BETWEEN_TAGS = "|"
_SPLITTING = frozenset("|;")  # an import divides a cell of tags at these


def cells(customer: Customer, tags: Sequence[str]) -> dict[str, str]:
    """The filled cells of a customer, by column; `tags` are names. What no column holds stays out: further
    addresses of one kind, and important dates.
    """
    found = {FIRST: customer.id, **dict(_plain(customer.doc)), **dict(_contacts(customer.doc))}
    found |= {**dict(_addresses(customer.doc["addresses"])), **dict(_custom(customer.doc.get("custom") or {}))}
    readable = [tag for tag in tags if _SPLITTING.isdisjoint(tag)]
    found |= {"tags": BETWEEN_TAGS.join(readable), "status": customer.status, "created_at": customer.created_at}
    found |= {"updated_at": customer.updated_at, "last_contact_at": customer.last_contact_at or ""}
    return {column: cell for column, cell in found.items() if cell}


def body(customer: Customer, tags: Sequence[str]) -> dict[str, Any]:
    """The customer as a line of JSON: the body that POST /v1/customers takes, with what only tells around it."""
    return {
        FIRST: customer.id,
        "status": customer.status,
        "created_at": customer.created_at,
        "updated_at": customer.updated_at,
        "last_contact_at": customer.last_contact_at,
        **customer.doc,
        "tags": list(tags),
    }


def left_out(customer: Customer) -> int:
    """How many custom fields have names that no header can hold."""
    return sum(not fits_a_header(name) for name in customer.doc.get("custom") or {})


def _plain(doc: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for column in PLAIN:
        if doc.get(column):
            yield column, str(doc[column])


def _contacts(doc: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for contact, (name, part) in CONTACTS.items():
        for column, entry in zip(numbered(contact), doc[name], strict=False):
            yield column, entry[part]
            yield label_of(column), entry.get("label") or ""


def _addresses(addresses: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for kind in ADDRESS_KINDS:
        first = next((address for address in addresses if address["kind"] == kind), {})
        for part in ADDRESS_PARTS:
            yield f"{kind}_{part}", first.get(part) or ""


def _custom(custom: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in custom.items():
        if fits_a_header(name) and value is not None:
            yield f"{CUSTOM}{name}", as_text(value)
