"""Taking back what one row of a job did, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from chalicelib.domain.consents import commands as consents
from chalicelib.domain.consents.model import Consent
from chalicelib.domain.customers.commands import Desk, bring_back, put_away, writable, write_doc
from chalicelib.domain.customers.model import MOST_TAGS, Customer, CustomerFields
from chalicelib.domain.customers.rules import require_active
from chalicelib.domain.errors import Busy, Conflict, Invalid
from chalicelib.domain.jobs.model import RowResult
from chalicelib.domain.undo.former import former, former_words
from chalicelib.domain.undo.trace import Trace, read_trace
from chalicelib.domain.work import Change

MOST_NAMED = 10


@dataclass(frozen=True)
class Remains:
    """What there is of a customer whom the job made.

    `since` names what others did with the customer; `put_away` says that this undo has archived them already.
    """

    customer: Customer
    since: Sequence[str] = ()
    put_away: bool = False


class Creations(Protocol):
    """Customers whom the job made, within one transaction."""

    def look(self, customer_id: str, words: Sequence[str]) -> Remains | None:
        """What there is of the customer and their consents (ids of the job's own words); None when they are gone."""

    def remove(self, remains: Remains) -> None:
        """Remove an archived customer with everything that lies with them."""


class Words(Protocol):
    """What customers agreed to."""

    def all_of(self, customer_id: str) -> Sequence[Consent]:
        """Every word of a customer."""


class Marks(Protocol):
    """What was imported."""

    def forget(self, digest: str) -> None:
        """Let a row of this content be imported again."""


@dataclass(frozen=True)
class UndoDesk:
    """What one row is taken back with."""

    customers: Desk
    consents: consents.Desk
    creations: Creations
    words: Words
    marks: Marks


def prepare(desk: UndoDesk, row: RowResult) -> None:
    """Archive a customer who is to be removed, so that nobody works with them while it is decided."""
    trace = read_trace(row.trace or {})
    remains = desk.creations.look(row.customer_id or "", trace.consents)
    if remains and not remains.since and remains.customer.status == "active":
        put_away(desk.customers, remains.customer)


def undo_row(desk: UndoDesk, row: RowResult) -> RowResult:
    """Take back what the row did to its customer, as far as nobody did anything with it since.

    Raises:
        NotFound: the customer is gone.
        Conflict: the customer is archived, or (on commit) a number belongs to another by now.
        Invalid, ValidationError: the customer would not be acceptable.
    """
    trace = read_trace(row.trace or {})
    if trace.did == "created":
        return _remove(desk, row, trace)
    before = desk.customers.customers.get(row.customer_id or "")
    if trace.did == "archived":
        return _restore(desk, row, before, trace)
    return _give_back(desk, row, before, trace)


def _remove(desk: UndoDesk, row: RowResult, trace: Trace) -> RowResult:
    remains = desk.creations.look(row.customer_id or "", trace.consents)
    if remains is None:
        return RowResult(row.row, "unchanged", row.customer_id)
    if remains.since:
        if remains.put_away and remains.customer.status == "archived":
            bring_back(desk.customers, remains.customer, share=True)
        named = ", ".join(sorted(set(remains.since))[:MOST_NAMED])
        return RowResult(row.row, "kept", row.customer_id, reason=f"has been worked with since: {named}")
    if remains.customer.status == "active":
        raise Busy("The customer is being changed.")
    desk.creations.remove(remains)
    desk.customers.work.audit(Change("customer.remove", remains.customer.id))
    _forget(desk, trace)
    return RowResult(row.row, "undone", row.customer_id)


def _restore(desk: UndoDesk, row: RowResult, before: Customer, trace: Trace) -> RowResult:
    if before.status == "active":
        return RowResult(row.row, "unchanged", before.id)
    if before.version != trace.version:
        raise Conflict("was restored and archived again since")
    bring_back(desk.customers, before, share=False)
    return RowResult(row.row, "undone", before.id)


def _give_back(desk: UndoDesk, row: RowResult, before: Customer, trace: Trace) -> RowResult:
    require_active(before)
    was = former(before.doc, before.tags, desk.customers.shop.tags, trace)
    CustomerFields.model_validate(writable(was.doc))
    if len(was.tags) > max(MOST_TAGS, len(before.tags)):
        raise Invalid.field("/tags", f"would give the customer more than {MOST_TAGS} tags")
    after = write_doc(desk.customers, before, was.doc, was.tags, share=False)
    said = _words_back(desk, before.id, trace)
    done = bool(said) or after != before
    if done or not was.stays:
        _forget(desk, trace)
    if not was.stays:
        return RowResult(row.row, "undone" if done else "unchanged", before.id)
    reason = f"changed since, and left as they are: {', '.join(was.stays)}"
    return RowResult(row.row, "undone" if done else "kept", before.id, was.stays[0], reason)


def _words_back(desk: UndoDesk, customer_id: str, trace: Trace) -> Sequence[Consent]:
    if not trace.consents:
        return ()
    words = former_words(desk.words.all_of(customer_id), trace.consents)
    return consents.record_all(desk.consents, customer_id, words)


def _forget(desk: UndoDesk, trace: Trace) -> None:
    if trace.digest:
        desk.marks.forget(trace.digest)
