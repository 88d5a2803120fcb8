"""What staff do with notes. Each command is one transaction of the work it is given."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from chalicelib.domain import ids
from chalicelib.domain.call import Call
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.customers.rules import require_active
from chalicelib.domain.errors import Conflict
from chalicelib.domain.merge_patch import merge_patch
from chalicelib.domain.notes.model import Note, NoteFields
from chalicelib.domain.signature import Signature
from chalicelib.domain.versions import require_version
from chalicelib.domain.work import Change, Event, Work


class NoteStore(Protocol):
    """Notes of customers within one transaction; each write fails on commit when the customer is archived."""

    def customer(self, customer_id: str) -> Customer: ...

    def get(self, customer_id: str, note_id: str) -> Note: ...

    def add(self, customer: Customer, note: Note) -> None: ...

    def correct(self, before: Note, after: Note) -> None: ...

    def withdraw(self, before: Note, after: Note) -> None: ...


@dataclass(frozen=True)
class Desk:
    """What a note command works with."""

    call: Call
    work: Work
    notes: NoteStore


def add(desk: Desk, customer_id: str, fields: NoteFields) -> Note:
    """Add a note.

    Raises:
        NotFound: there is no such customer.
        Conflict: the customer is archived.
    """
    customer = desk.notes.customer(customer_id)
    require_active(customer)
    note_id = ids.new_id("nte", desk.call.now)
    content = {"text": fields.text, "kind": fields.kind}
    event = Event(customer_id, "note_added", "Note added", _data(customer_id, note_id), content)
    note = Note(note_id, customer_id, 1, fields.text, fields.kind, Signature.of(desk.call), desk.work.record(event))
    desk.notes.add(customer, note)
    desk.work.audit(Change("note.add", customer_id, after={"note_id": note_id, **content}))
    return note


def correct(
    desk: Desk, customer_id: str, note_id: str, patch: Mapping[str, Any], if_match: frozenset[int] | None
) -> Note:
    """Apply a JSON Merge Patch to text and kind; the timeline's entry follows, and keeps no former text.

    Raises:
        NotFound: there is no such note.
        Stale: the note is not at the version of If-Match.
        Conflict: the note was withdrawn, or (on commit) the customer is archived.
        ValidationError: the corrected note is not acceptable.
    """
    before = desk.notes.get(customer_id, note_id)
    require_version(before.version, if_match)
    if before.withdrawn:
        raise Conflict("The note was withdrawn. Add a new one.", code="withdrawn", conflict_id=note_id)
    written = {"text": before.text, "kind": before.kind}
    fields = NoteFields.model_validate(merge_patch(written, patch)).model_dump()
    if fields == written:
        return before
    after = replace(before, **fields, version=before.version + 1, corrected=Signature.of(desk.call))
    desk.notes.correct(before, after)
    data = {**_data(customer_id, note_id), "version": after.version}
    desk.work.record(Event(customer_id, "note_corrected", "Note corrected", data))
    names = {"note_id": note_id}
    desk.work.audit(Change("note.correct", customer_id, {**names, **written}, {**names, **fields}))
    return after


def withdraw(desk: Desk, customer_id: str, note_id: str, if_match: frozenset[int] | None) -> None:
    """Take a note's text away, from the timeline too; who wrote and who withdrew it stays. Done once.

    Raises:
        NotFound: there is no such note.
        Stale: the note is not at the version of If-Match.
        Conflict (on commit): the customer is archived.
    """
    before = desk.notes.get(customer_id, note_id)
    if before.withdrawn:
        return
    require_version(before.version, if_match)
    after = replace(before, text=None, version=before.version + 1, withdrawn=Signature.of(desk.call))
    desk.notes.withdraw(before, after)
    desk.work.record(Event(customer_id, "note_withdrawn", "Note withdrawn", _data(customer_id, note_id)))
    gone = {"note_id": note_id, "text": before.text, "kind": before.kind}
    desk.work.audit(Change("note.withdraw", customer_id, before=gone))


def _data(customer_id: str, note_id: str) -> dict[str, str]:
    return {"customer_id": customer_id, "note_id": note_id}
