"""Notes over HTTP: add, read, correct, withdraw, and a guide to good ones."""

from typing import Literal

from chalicelib.domain.notes import commands
from chalicelib.domain.notes.guidance import GUIDE
from chalicelib.domain.notes.model import Kind, NoteFields, NoteGuide, NoteOut, NotePatch
from chalicelib.domain.notes.visible import shown
from chalicelib.handlers.answers import Answer, created, no_content, ok
from chalicelib.handlers.endpoint import Request, Routes
from chalicelib.handlers.pages import page, page_of, position
from chalicelib.handlers.parameters import Paging
from chalicelib.wiring import notes

endpoint = Routes(__name__, "notes")
ARCHIVED = "The customer is archived, or the note was withdrawn"


class NoteQuery(Paging):
    """What the list of notes can be narrowed to."""

    kind: Kind | None = None
    status: Literal["kept", "withdrawn"] = "kept"


@endpoint(
    "POST",
    "/v1/customers/{customer_id}/notes",
    "notes.write",
    "Add a note",
    body=NoteFields,
    returns=NoteOut,
    status=201,
    also={409: ARCHIVED},
)
def add(request: Request) -> Answer:
    """Internal: customers never see notes. `guidance` says how a poor note could help more; it is kept anyway."""
    note = commands.add(notes.desk(request.work), request.path["customer_id"], request.body)
    return created(f"/v1/customers/{note.customer_id}/notes/{note.id}", shown(note), note.version)


@endpoint(
    "GET",
    "/v1/customers/{customer_id}/notes",
    "notes.read",
    "List a customer's notes",
    query=NoteQuery,
    returns=page_of(NoteOut),
)
def listing(request: Request) -> Answer:
    """Newest first. Withdrawn notes are left out unless status=withdrawn asks for them."""
    query = request.query
    customer_id = request.path["customer_id"]
    found = notes.reader().page(customer_id, query.limit, position(request), status=query.status, kind=query.kind)
    return page(request, [shown(note) for note in found.notes], found.next)


@endpoint("GET", "/v1/customers/{customer_id}/notes/{note_id}", "notes.read", "Read a note", returns=NoteOut)
def read(request: Request) -> Answer:
    """A withdrawn note shows who wrote and who withdrew it."""
    note = notes.reader().get(request.path["customer_id"], request.path["note_id"])
    return ok(shown(note), note.version)


@endpoint(
    "PATCH",
    "/v1/customers/{customer_id}/notes/{note_id}",
    "notes.write",
    "Correct a note",
    body=NotePatch,
    patch=True,
    returns=NoteOut,
    also={409: ARCHIVED},
)
def correct(request: Request) -> Answer:
    """JSON Merge Patch. The timeline shows the corrected words in place of the former ones."""
    customer_id, note_id = request.path["customer_id"], request.path["note_id"]
    note = commands.correct(notes.desk(request.work), customer_id, note_id, request.body, request.if_match)
    return ok(shown(note), note.version)


@endpoint(
    "DELETE",
    "/v1/customers/{customer_id}/notes/{note_id}",
    "notes.write",
    "Withdraw a note",
    versioned=True,
    status=204,
    also={409: "The customer is archived"},
)
def withdraw(request: Request) -> Answer:
    """The words are gone, from the timeline too; who wrote and who withdrew the note stays."""
    customer_id, note_id = request.path["customer_id"], request.path["note_id"]
    commands.withdraw(notes.desk(request.work), customer_id, note_id, request.if_match)
    return no_content()


@endpoint("GET", "/v1/guides/notes", "notes.read", "How to write good notes", returns=NoteGuide)
def guide(_: Request) -> Answer:
    """Advice, with good and poor examples."""
    return ok(GUIDE.model_dump())
