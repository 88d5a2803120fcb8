"""A note as counter staff see it."""

from typing import Any

from chalicelib.domain.notes.guidance import hints
from chalicelib.domain.notes.model import Note


def shown(note: Note) -> dict[str, Any]:
    """The note with its author, its fate and hints."""
    return {
        "id": note.id,
        "customer_id": note.customer_id,
        "version": note.version,
        "text": note.text,
        "kind": note.kind,
        "status": "withdrawn" if note.withdrawn else "kept",
        "author": note.author.person(),
        "at": note.author.at,
        "corrected_at": note.corrected.at if note.corrected else None,
        "corrected_by": note.corrected.person() if note.corrected else None,
        "withdrawn_at": note.withdrawn.at if note.withdrawn else None,
        "withdrawn_by": note.withdrawn.person() if note.withdrawn else None,
        "guidance": [hint.model_dump() for hint in hints(note.text)],
    }
