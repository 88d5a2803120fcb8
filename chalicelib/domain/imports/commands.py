"""Doing one row of an import."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Protocol

from pydantic import Field

from chalicelib.domain.customers.commands import Desk, create, writable, write_change
from chalicelib.domain.customers.model import MOST_TAGS, Customer, CustomerFields, NewCustomer
from chalicelib.domain.customers.rules import require_active
from chalicelib.domain.errors import Invalid
from chalicelib.domain.fields import Model, Text
from chalicelib.domain.imports.rows import Row, patch_of
from chalicelib.domain.jobs.model import RowResult
from chalicelib.domain.merge_patch import merge_patch

SOURCE = "import"


class KnownCustomers(Protocol):
    """Reads of customers."""

    def get(self, customer_id: str) -> Customer: ...

    def id_by_external(self, external_id: str) -> str | None: ...


class _Extras(Model):
    """What a row says that is no field of the customer."""

    tags: Annotated[list[Text], Field(max_length=MOST_TAGS, default_factory=list)]
    allow_duplicate: bool = False


@dataclass(frozen=True)
class Prepared:
    """A row that is acceptable in itself; `before` is the customer whom its external id names."""

    row: int
    before: Customer | None
    fields: CustomerFields
    tags: Sequence[str]
    share: bool


def prepare(customers: KnownCustomers, row: Row) -> Prepared:
    """Check a row: as a new customer, or, when its external id is known, with its filled cells over theirs.

    Raises:
        Invalid, ValidationError: the row is not acceptable.
        Conflict: the customer is archived.
    """
    if row.fault:
        raise Invalid(row.fault)
    extras = _Extras.model_validate({name: row.body[name] for name in _Extras.model_fields if name in row.body})
    external_id = row.body.get("external_id")
    known = customers.id_by_external(external_id) if external_id else None
    if known is None:
        new = NewCustomer.model_validate({"source": SOURCE, **row.body})
        return Prepared(row.number, None, new, extras.tags, extras.allow_duplicate)
    before = customers.get(known)
    require_active(before)
    patched = merge_patch(writable(before.doc), patch_of(row.body, before.doc["addresses"]))
    fields = CustomerFields.model_validate(patched)
    return Prepared(row.number, before, fields, extras.tags, extras.allow_duplicate)


def do_row(desk: Desk, prepared: Prepared, tags: Sequence[str]) -> RowResult:
    """Write the customer of a row, with tags (ids).

    Raises:
        Invalid: a field is not acceptable.
        Conflict (on commit): another active customer holds a number or address.
    """
    before = prepared.before
    if before is None:
        made = create(desk, NewCustomer.model_validate(prepared.fields), tags)
        return RowResult(prepared.row, "created", made.id)
    after = write_change(desk, before, prepared.fields, share=prepared.share, tags=tags)
    return RowResult(prepared.row, "unchanged" if after == before else "updated", before.id)
