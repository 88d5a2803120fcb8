"""Notes in the table: in the customer's partition, with the words also on the timeline's entry."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.customers.model import Customer
from chalicelib.domain.errors import NotFound
from chalicelib.domain.ids import is_id
from chalicelib.domain.notes.model import Note
from chalicelib.domain.signature import Signature
from chalicelib.repos import activity, claims, keys
from chalicelib.repos.compact import compact
from chalicelib.repos.customers import CustomerWriter
from chalicelib.repos.found import Position
from chalicelib.repos.owned import Narrowed, all_of, newest
from chalicelib.repos.table import Item, Table
from chalicelib.repos.transaction import Transaction

NOTE = "NOTE"


@dataclass(frozen=True)
class NotePage:
    """Notes and the position of the next page."""

    notes: list[Note]
    next: Position | None


class NoteReader:
    """Reads of notes."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, customer_id: str, note_id: str) -> Note:
        """The note, also a withdrawn one.

        Raises:
            NotFound: the customer has no such note.
        """
        known = is_id(customer_id, "cus") and is_id(note_id, "nte")
        item = self._table.get(keys.owned(customer_id, NOTE, note_id)) if known else None
        if item is None:
            raise NotFound("The customer has no such note.")
        return from_item(item)

    def page(
        self, customer_id: str, limit: int, position: Position | None, *, status: str, kind: str | None
    ) -> NotePage:
        """The customer's notes of a status (kept or withdrawn), newest first.

        Raises:
            NotFound: there is no such customer.
        """
        only = Narrowed.to(status=status, kind=kind)
        found = newest(self._table, customer_id, all_of(NOTE), limit, position, only)
        return NotePage([from_item(item) for item in found.items], found.next)


class NoteWriter(NoteReader):
    """Writes of notes within one transaction."""

    def __init__(self, work: Transaction) -> None:
        super().__init__(work.table)
        self._work = work
        self._customers = CustomerWriter(work)

    def customer(self, customer_id: str) -> Customer:
        """The customer."""
        return self._customers.get(customer_id)

    def add(self, customer: Customer, note: Note) -> None:
        """Write a new note and count it."""
        self._customers.touch(customer, {"notes": 1})
        self._work.put(keys.owned(note.customer_id, NOTE, note.id), attributes(note), condition=claims.FREE)

    def correct(self, before: Note, after: Note) -> None:
        """Write a corrected note, on the timeline too."""
        activity.require_active(self._work, after.customer_id)
        self._replace(before, after)

    def withdraw(self, before: Note, after: Note) -> None:
        """Take the words away, from the timeline too, and count the note no more."""
        activity.count(self._work, after.customer_id, "notes", -1)
        self._replace(before, after)

    def _replace(self, before: Note, after: Note) -> None:
        self._work.put(
            keys.owned(after.customer_id, NOTE, after.id),
            attributes(after),
            condition="version = :before",
            values={":before": before.version},
        )
        self._work.update(
            keys.event(after.customer_id, after.event_id, "staff"),
            "SET content = :content",
            {":content": compact(content(after))},
            condition="attribute_exists(pk)",
        )


def content(note: Note) -> dict[str, Any]:
    """What the timeline shows of the note."""
    if note.withdrawn:
        return {"withdrawn_at": note.withdrawn.at}
    corrected = {"corrected_at": note.corrected.at} if note.corrected else {}
    return {"text": note.text, "kind": note.kind, **corrected}


def attributes(note: Note) -> dict[str, Any]:
    """The note item's attributes."""
    doc = {
        "text": note.text,
        "author": note.author.kept(),
        "corrected": note.corrected.kept() if note.corrected else None,
        "withdrawn": note.withdrawn.kept() if note.withdrawn else None,
    }
    return {
        "version": note.version,
        "kind": note.kind,
        "status": "withdrawn" if note.withdrawn else "kept",
        "event_id": note.event_id,
        "doc": compact(doc),
    }


def from_item(item: Mapping[str, Any] | Item) -> Note:
    """The note of an item."""
    doc = json.loads(item["doc"])
    author = doc["author"]
    return Note(
        id=item["sk"].split("#", 1)[1],
        customer_id=item["pk"],
        version=int(item["version"]),
        text=doc["text"],
        kind=item["kind"],
        author=Signature(author["id"], author["name"], author["at"]),
        event_id=item["event_id"],
        corrected=Signature.read(doc["corrected"]),
        withdrawn=Signature.read(doc["withdrawn"]),
    )
