"""Stores: added, changed, closed."""

from collections.abc import Mapping
from typing import Any

from chalicelib.domain import ids
from chalicelib.domain.customers.contact import normalized_email
from chalicelib.domain.customers.rules import changed_fields
from chalicelib.domain.errors import Conflict, NotFound
from chalicelib.domain.merge_patch import merge_patch
from chalicelib.domain.shop.model import Location, Shop
from chalicelib.domain.shop.office import Office, kept
from chalicelib.domain.shop.settings import is_default_location
from chalicelib.domain.shop.shapes import LocationFields, NewLocation
from chalicelib.domain.versions import require_version
from chalicelib.domain.work import Change

MOST_LOCATIONS = 2000
STAMPS = frozenset(("created_at", "updated_at"))


def shown(location: Location) -> dict[str, Any]:
    """The store as the API gives it."""
    return {"id": location.id, "version": location.version, **location.doc}


def find(shop: Shop, location_id: str) -> Location:
    """The store of this id.

    Raises:
        NotFound: there is none.
    """
    location = shop.locations.get(location_id)
    if location is None:
        raise NotFound("There is no such location.")
    return location


def add(office: Office, fields: NewLocation) -> Location:
    """Add a store.

    Raises:
        Conflict: the shop has 2,000 already.
        Invalid: sender_email is not an address.
    """
    if len(office.shop.locations) >= MOST_LOCATIONS:
        raise Conflict(f"A shop has at most {MOST_LOCATIONS} locations.", code="too_many")
    _check_sender(fields)
    doc = {**fields.model_dump(), "status": "active"}
    stamps = {"created_at": office.call.at, "updated_at": office.call.at}
    location = Location(ids.new_id("loc", office.call.now), 1, doc | stamps)
    office.store.put_location(location)
    office.work.audit(Change("location.create", location.id, after=doc))
    return location


def change(office: Office, location_id: str, patch: Mapping[str, Any], if_match: frozenset[int] | None) -> Location:
    """Apply a JSON Merge Patch; a patch that changes nothing writes nothing.

    Raises:
        NotFound, Stale: there is no such store, or not at the version of If-Match.
        ValidationError, Invalid: a field is not acceptable.
        Conflict: the default location cannot be closed.
    """
    before = find(office.shop, location_id)
    require_version(before.version, if_match)
    stored = {name: value for name, value in before.doc.items() if name not in STAMPS}
    fields = LocationFields.model_validate(merge_patch(kept(stored), patch))
    old, new = changed_fields(stored, fields.model_dump())
    if not new:
        return before
    if "sender_email" in new:
        _check_sender(fields)
    if new.get("status") == "closed":
        _require_not_default(office, location_id)
    after = Location(before.id, before.version + 1, {**before.doc, **new, "updated_at": office.call.at})
    office.store.put_location(after)
    office.work.audit(Change("location.change", after.id, before=old, after=new))
    return after


def _check_sender(fields: NewLocation) -> None:
    if fields.sender_email is not None:
        normalized_email(fields.sender_email, "/sender_email")


def _require_not_default(office: Office, location_id: str) -> None:
    if is_default_location(office.shop, location_id):
        detail = "This is the default location. Choose another in the settings first."
        raise Conflict(detail, code="default_location", conflict_id=location_id)
    office.store.require_settings(office.shop.settings_version)
