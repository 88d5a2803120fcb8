"""Mappings that people keep, to use them again for the next file of the same system."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Protocol

from pydantic import AfterValidator

from chalicelib.domain import ids
from chalicelib.domain.call import Call
from chalicelib.domain.errors import Conflict
from chalicelib.domain.fields import ExampleBody, Model, Text, wrong
from chalicelib.domain.imports.mapping import FieldMapping, check_targets
from chalicelib.domain.signature import Person
from chalicelib.domain.text import folded_key
from chalicelib.domain.work import Change, Work

MOST_MAPPINGS = 100
PREFIX = "map"


def _foldable(name: str) -> str:
    if not folded_key(name):
        raise wrong("must hold a letter or a digit")
    return name


MappingName = Annotated[Text, AfterValidator(_foldable)]


class NewSavedMapping(Model):
    """The body of POST /v1/imports/mappings."""

    example: ClassVar[ExampleBody] = {
        "name": "Old till",
        "mapping": {"given_name": "First name", "family_name": "Last name", "phone": "Mobile"},
    }

    name: MappingName
    mapping: FieldMapping


class SavedMappingOut(Model):
    """A mapping that was kept, and by whom."""

    id: str
    name: str
    mapping: dict[str, Any]
    created_at: str
    created_by: Person


@dataclass(frozen=True)
class SavedMapping:
    """A mapping under a name that is unique without case and accents; never changed."""

    id: str
    name: str
    mapping: Mapping[str, Any]
    created_at: str
    created_by: tuple[str, str]  # id and name


class MappingStore(Protocol):
    """Saved mappings within one transaction."""

    def all(self) -> Sequence[SavedMapping]: ...

    def find(self, mapping_id: str) -> SavedMapping | None:
        """The mapping; None when it has been removed. Raises NotFound when there never was one."""

    def add(self, mapping: SavedMapping, pointer: str) -> None: ...

    def remove(self, mapping: SavedMapping) -> None: ...


@dataclass(frozen=True)
class Desk:
    """What a command works with."""

    call: Call
    work: Work
    mappings: MappingStore


def save(desk: Desk, name: str, mapping: Mapping[str, Any], pointer: str = "/name") -> SavedMapping:
    """Keep a mapping under a name, which the caller sent at `pointer`.

    Raises:
        Invalid: names /mapping/<target>: there is no such target, or targets contradict one another.
        Conflict: the shop has 100 mappings; or (on commit) another one has the name.
    """
    kept = NewSavedMapping.model_validate({"name": name, "mapping": mapping}).model_dump(exclude_defaults=True)
    check_targets(kept["mapping"])
    if len(desk.mappings.all()) >= MOST_MAPPINGS:
        raise Conflict(f"A shop keeps at most {MOST_MAPPINGS} mappings. Remove one.", code="too_many")
    actor = desk.call.actor
    new_id = ids.new_id(PREFIX, desk.call.now)
    saved = SavedMapping(new_id, name, kept["mapping"], desk.call.at, (actor.id, actor.name))
    desk.mappings.add(saved, pointer)
    desk.work.audit(Change("import_mapping.create", saved.id, after={"name": name, "mapping": kept["mapping"]}))
    return saved


def remove(desk: Desk, mapping_id: str) -> None:
    """Remove a mapping; removing it again does nothing.

    Raises:
        NotFound: there never was such a mapping.
    """
    saved = desk.mappings.find(mapping_id)
    if saved is None:
        return
    desk.mappings.remove(saved)
    desk.work.audit(Change("import_mapping.delete", saved.id, before={"name": saved.name, "mapping": saved.mapping}))


def shown(saved: SavedMapping) -> dict[str, Any]:
    """The mapping as managers see it."""
    by, name = saved.created_by
    return {
        "id": saved.id,
        "name": saved.name,
        "mapping": dict(saved.mapping),
        "created_at": saved.created_at,
        "created_by": {"id": by, "name": name},
    }
