"""The shop's settings: read, and changed by a merge patch."""

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.currencies import MINOR_DIGITS
from chalicelib.domain.customers.rules import changed_fields
from chalicelib.domain.errors import Conflict, Invalid
from chalicelib.domain.merge_patch import merge_patch
from chalicelib.domain.shop.model import Shop
from chalicelib.domain.shop.office import Office, kept
from chalicelib.domain.shop.shapes import SettingsFields
from chalicelib.domain.versions import require_version
from chalicelib.domain.work import Change

ENTITY = "settings"


def shown(settings: Mapping[str, Any], version: int) -> dict[str, Any]:
    """The settings as the API gives them."""
    return {"version": version, **settings, "minor_digits": MINOR_DIGITS[settings["currency"]]}


def change(office: Office, patch: Mapping[str, Any], if_match: frozenset[int] | None) -> dict[str, Any]:
    """Apply a JSON Merge Patch, and show the result; the first change makes version 1.

    Raises:
        Stale: the settings are not at the version of If-Match.
        ValidationError, Invalid: a setting is not acceptable.
        Conflict: the default location is closed.
    """
    shop = office.shop
    require_version(shop.settings_version, if_match)
    fields = SettingsFields.model_validate(merge_patch(kept(shop.settings), patch))
    doc = fields.model_dump(by_alias=True)
    old, new = changed_fields(shop.settings, doc)
    if not new:
        return shown(shop.settings, shop.settings_version)
    if new.get("default_location") is not None:
        _require_open(office, new["default_location"])
    version = shop.settings_version + 1
    office.store.put_settings(doc, version)
    office.work.audit(Change("settings.change", ENTITY, before=old, after=new))
    return shown(doc, version)


def is_default_location(shop: Shop, location_id: str) -> bool:
    """Whether customers without a store of their own belong to this one."""
    return bool(shop.settings["default_location"] == location_id)


def _require_open(office: Office, location_id: str) -> None:
    location = office.shop.locations.get(location_id)
    if location is None:
        raise Invalid.field("/default_location", "is not a location of this shop")
    if location.doc["status"] != "active":
        raise Conflict("A closed location cannot be the default.", code="location_closed", conflict_id=location_id)
    office.store.require_location(location)
