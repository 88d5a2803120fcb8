"""Saved mappings in the table: one partition, at most a hundred, read whole."""

import json
from collections.abc import Callable
from typing import Any

from chalicelib.domain.errors import Conflict, FieldError, NotFound
from chalicelib.domain.ids import is_id
from chalicelib.domain.imports.saved import PREFIX, SavedMapping
from chalicelib.domain.text import folded_key
from chalicelib.repos import keys
from chalicelib.repos.audit_log import has_entries
from chalicelib.repos.compact import compact
from chalicelib.repos.table import Item, Range, Table
from chalicelib.repos.transaction import Transaction


class MappingReader:
    """Reads of saved mappings."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def all(self) -> list[SavedMapping]:
        """All of them, by folded name, in one Query."""
        return [mapping_from(item) for item in self._table.query_all(Range(keys.MAPPINGS))]

    def get(self, mapping_id: str) -> SavedMapping:
        """One of them.

        Raises:
            NotFound: there is none with this id.
        """
        found = self.find(mapping_id)
        if found is None:
            raise NotFound("There is no such mapping.")
        return found

    def find(self, mapping_id: str) -> SavedMapping | None:
        """One of them; None when it has been removed.

        Raises:
            NotFound: there never was one with this id.
        """
        if not is_id(mapping_id, PREFIX):
            raise NotFound("There is no such mapping.")
        found = next((saved for saved in self.all() if saved.id == mapping_id), None)
        if found is None and not has_entries(self._table, mapping_id):
            raise NotFound("There is no such mapping.")
        return found


class MappingWriter(MappingReader):
    """Writes of saved mappings within one transaction."""

    def __init__(self, work: Transaction) -> None:
        super().__init__(work.table)
        self._work = work

    def add(self, mapping: SavedMapping, pointer: str = "/name") -> None:
        """Keep a mapping, whose name the caller sent at `pointer`.

        Raises (on commit):
            Conflict: another one has the name.
        """
        doc = {"name": mapping.name, "mapping": mapping.mapping, "created_by": list(mapping.created_by)}
        attributes: dict[str, Any] = {"id": mapping.id, "created_at": mapping.created_at, "doc": compact(doc)}
        self._work.put(_key(mapping), attributes, condition="attribute_not_exists(pk)", otherwise=_taken(pointer))

    def remove(self, mapping: SavedMapping) -> None:
        """Remove a mapping, unless another has taken its place meanwhile."""
        self._work.delete(_key(mapping), condition="id = :id", values={":id": mapping.id})


def _key(mapping: SavedMapping) -> keys.Key:
    return keys.saved_mapping(folded_key(mapping.name))


def mapping_from(item: Item) -> SavedMapping:
    """The mapping that is kept so."""
    doc = json.loads(item["doc"])
    by, name = doc["created_by"]
    return SavedMapping(item["id"], doc["name"], doc["mapping"], item["created_at"], (by, name))


def _taken(pointer: str) -> Callable[[Item | None], Exception]:
    def refusal(held: Item | None) -> Exception:
        errors = [FieldError(pointer, "is taken")]
        owner = str(held["id"]) if held else None
        return Conflict("Another mapping has this name.", code="duplicate_mapping", errors=errors, conflict_id=owner)

    return refusal
