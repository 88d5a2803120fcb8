"""What note routes work with."""

from chalicelib.domain.notes.commands import Desk
from chalicelib.repos.notes import NoteReader, NoteWriter
from chalicelib.repos.transaction import Transaction
from chalicelib.wiring.store import table


def desk(work: Transaction) -> Desk:
    """The desk at which one command runs."""
    return Desk(work.call, work, NoteWriter(work))


def reader() -> NoteReader:
    """Reads of notes."""
    return NoteReader(table())
