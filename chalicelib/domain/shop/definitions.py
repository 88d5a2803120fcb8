"""Definitions of tags: what they are called, look like and mean, and who sees them."""

from collections.abc import Mapping
from typing import Any

from chalicelib.domain import ids
from chalicelib.domain.customers.rules import changed_fields
from chalicelib.domain.errors import Conflict, FieldError, NotFound
from chalicelib.domain.merge_patch import merge_patch
from chalicelib.domain.permissions import PERMISSIONS
from chalicelib.domain.shop.model import Shop, Tag
from chalicelib.domain.shop.office import Office, kept
from chalicelib.domain.shop.shapes import TagFields
from chalicelib.domain.shop.tags import MOST_TAGS
from chalicelib.domain.versions import require_version
from chalicelib.domain.work import Change

FIELDS = tuple(TagFields.model_fields)


def shown(tag: Tag) -> dict[str, Any]:
    """The tag as the API gives it."""
    return {"id": tag.id, "version": tag.version, **fields_of(tag)}


def fields_of(tag: Tag) -> dict[str, Any]:
    """What of a tag can be changed."""
    return {name: getattr(tag, name) for name in FIELDS}


def listed(shop: Shop, roles: frozenset[str]) -> list[Tag]:
    """The tags these roles may know of; who defines tags also knows the hidden ones, to show them again."""
    defines = not roles.isdisjoint(PERMISSIONS["tags.define"])
    return [tag for tag in shop.tags.values() if defines or tag.visible_to(roles)]


def find(shop: Shop, tag_id: str, roles: frozenset[str]) -> Tag:
    """The tag of this id.

    Raises:
        NotFound: there is none that these roles may know of.
    """
    found = [tag for tag in listed(shop, roles) if tag.id == tag_id]
    if not found:
        raise NotFound("There is no such tag.")
    return found[0]


def add(office: Office, fields: TagFields) -> Tag:
    """Define a tag.

    Raises:
        Conflict: a tag has this name, also one that differs in case or accents only; or there are 1,000 tags.
    """
    if len(office.shop.tags) >= MOST_TAGS:
        raise Conflict(f"A shop has at most {MOST_TAGS} tags.", code="too_many")
    _require_free_name(office.shop, fields.name)
    tag = Tag(id=ids.new_id("tag", office.call.now), version=1, **fields.model_dump())
    office.store.put_tag(tag)
    office.work.audit(Change("tag.create", tag.id, after=fields_of(tag)))
    return tag


def change(office: Office, tag_id: str, patch: Mapping[str, Any], if_match: frozenset[int] | None) -> Tag:
    """Apply a JSON Merge Patch. Customers keep the tag, as they hold its id; nothing changed writes nothing.

    Raises:
        NotFound, Stale: there is no such tag, or not at the version of If-Match.
        ValidationError: a field is not acceptable.
        Conflict: another tag has the name.
    """
    before = find(office.shop, tag_id, office.call.actor.roles)
    require_version(before.version, if_match)
    fields = TagFields.model_validate(merge_patch(kept(fields_of(before)), patch))
    old, new = changed_fields(fields_of(before), fields.model_dump())
    if not new:
        return before
    if "name" in new:
        _require_free_name(office.shop, fields.name, tag_id)
    after = Tag(id=before.id, version=before.version + 1, **fields.model_dump())
    office.store.put_tag(after, old_name=before.name)
    office.work.audit(Change("tag.change", after.id, before=old, after=new))
    return after


def remove(office: Office, tag: Tag, mark: str) -> None:
    """Remove a tag that is marked for removal and that no active customer has."""
    office.store.delete_tag(tag, mark)
    office.work.audit(Change("tag.delete", tag.id, before=fields_of(tag)))


def _require_free_name(shop: Shop, name: str, tag_id: str | None = None) -> None:
    other = shop.tag_named(name)
    if other and other.id != tag_id:
        errors = [FieldError("/name", "is the name of another tag")]
        raise Conflict("Another tag has this name.", code="duplicate_tag", errors=errors, conflict_id=other.id)
