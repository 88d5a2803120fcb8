"""Doing one row of an import: find its customer, check it, then write it, all in the transaction of the row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Protocol

from pydantic import Field

from chalicelib.domain.consents import commands as consents
from chalicelib.domain.consents.model import Consent, NewConsent
from chalicelib.domain.customers.commands import Desk, create, write_change
from chalicelib.domain.customers.model import MOST_TAGS, Customer, CustomerFields, NewCustomer
from chalicelib.domain.customers.rules import require_active
from chalicelib.domain.errors import Conflict
from chalicelib.domain.fields import Model, Text
from chalicelib.domain.imports.identity import Identity, OwnId
from chalicelib.domain.imports.matching import Known, Match, find
from chalicelib.domain.imports.merging import NO_FIELDS, located, merged
from chalicelib.domain.imports.model import ImportOptions
from chalicelib.domain.imports.rows import Row
from chalicelib.domain.jobs.model import RowResult
from chalicelib.domain.undo.trace import Trace, traced

SOURCE = "import"


class Marks(Protocol):
    """What was imported."""

    def mark(self, digest: str, customer_id: str) -> None:
        """Remember which customer a row of this content made or changed."""


class _Extras(Model):
    """What a row says that is no field of the customer."""

    id: OwnId | None = None
    tags: Annotated[list[Text], Field(max_length=MOST_TAGS, default_factory=list)]
    allow_duplicate: bool = False


@dataclass(frozen=True)
class Prepared:
    """A row that is acceptable in itself; `before` is the customer whom it is about, if there is one.

    `result` is set when nothing is to be written.
    """

    row: int
    identity: Identity
    before: Customer | None = None
    fields: CustomerFields | None = None
    tags: Sequence[str] = ()
    share: bool = False
    consents: Sequence[NewConsent] = ()
    result: RowResult | None = None


@dataclass(frozen=True)
class RowDesk:
    """What one row is done with; a new customer gets this id, or a fresh one."""

    customers: Desk
    consents: consents.Desk
    marks: Marks
    customer_id: str | None = None


def prepare(known: Known, row: Row, identity: Identity, options: ImportOptions) -> Prepared:
    """Check a row: as a new customer, or with its filled cells over those of the customer it is about.

    Raises:
        Invalid, ValidationError: the row is not acceptable.
        Conflict: the customer is archived, or somebody else holds a number; or matches are not wanted.
    """
    row.require_readable()
    row = replace(row, body=located(row.body, options.default_country))
    defaults = options.defaults.model_dump(exclude_none=True)
    extras = _Extras.model_validate({name: row.body[name] for name in _Extras.model_fields if name in row.body})
    share = extras.allow_duplicate or options.allow_duplicate
    match = find(known, row.body, identity, share=share)
    settled = _settled(row, match, options)
    if settled:
        return Prepared(row.number, identity, result=settled)
    fields = _new(row, defaults, share=share) if match is None else _known(match, row, identity, defaults)
    return Prepared(
        row=row.number,
        identity=identity,
        before=match.customer if match else None,
        fields=fields,
        tags=tuple(dict.fromkeys((*defaults["tags"], *extras.tags))),
        share=share,
        consents=_words(row, options),
    )


def do_row(desk: RowDesk, prepared: Prepared, tags: Sequence[str]) -> RowResult:
    """Write the customer of a row, with tags (ids), what they agreed to, and the mark of the row.

    Raises:
        Invalid: a field is not acceptable.
        Conflict (on commit): another active customer holds a number or address.
    """
    if prepared.result:
        return prepared.result
    return _create(desk, prepared, tags) if prepared.before is None else _change(desk, prepared.before, prepared, tags)


def _settled(row: Row, match: Match | None, options: ImportOptions) -> RowResult | None:
    """The result of a row that writes nothing."""
    if match is None:
        return None
    if match.how == "imported":
        return RowResult(row.number, "unchanged", match.customer.id)
    require_active(match.customer)
    if options.on_match == "skip":
        return RowResult(row.number, "unchanged", match.customer.id, reason="is known, and was left as it is")
    if options.on_match == "reject":
        raise Conflict("is known already", conflict_id=match.customer.id)
    return None


def _new(row: Row, defaults: dict[str, Any], *, share: bool) -> NewCustomer:
    said = {**defaults, **row.body}
    body = {name: value for name, value in said.items() if name not in NO_FIELDS}
    return NewCustomer.model_validate({"source": SOURCE, **body, "allow_duplicate": share})


def _known(match: Match, row: Row, identity: Identity, defaults: dict[str, Any]) -> CustomerFields:
    by_id = match.how in ("id", "external_id")
    return CustomerFields.model_validate(merged(match.customer, row, identity, defaults, in_place=by_id))


def _words(row: Row, options: ImportOptions) -> list[NewConsent]:
    proof = options.consents.model_dump() if options.consents else {}
    return [NewConsent.model_validate({**said, **proof}) for said in row.consents]


def _create(desk: RowDesk, prepared: Prepared, tags: Sequence[str]) -> RowResult:
    made = create(desk.customers, NewCustomer.model_validate(prepared.fields), tags, desk.customer_id)
    said = consents.record_all(desk.consents, made.id, prepared.consents, new=True)
    digest = prepared.identity.digest
    desk.marks.mark(digest, made.id)
    trace = Trace("created", made.version, tags_added=tags, consents=_ids(said), digest=digest)
    return RowResult(prepared.row, "created", made.id, trace=trace.as_json())


def _change(desk: RowDesk, before: Customer, prepared: Prepared, tags: Sequence[str]) -> RowResult:
    assert prepared.fields  # nosec B101  # noqa: S101 -- only a row with a result has none
    after = write_change(desk.customers, before, prepared.fields, share=prepared.share, tags=tags)
    said = consents.record_all(desk.consents, before.id, prepared.consents)
    digest = prepared.identity.digest
    desk.marks.mark(digest, before.id)
    if after == before and not said:
        return RowResult(prepared.row, "unchanged", before.id)
    trace = replace(traced(before, after), consents=_ids(said), digest=digest)
    return RowResult(prepared.row, "updated", before.id, trace=trace.as_json())


def _ids(said: Iterable[Consent]) -> tuple[str, ...]:
    return tuple(word.id for word in said)
