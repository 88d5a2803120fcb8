"""Whose clock counts: for customers that of the store they belong to, for staff that of the store where they work."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from chalicelib.domain import instants
from chalicelib.domain.shop.model import Location, Shop, StaffMember


@dataclass(frozen=True)
class Place:
    """Customers of one home location, or the staff of one store.

    `key` is the location that they name, None when they name none; `location_id` is the open store that they belong
    to, None when the shop has no such store.
    """

    key: str | None
    location_id: str | None
    zone: ZoneInfo
    created_at: datetime | None


def default_location(shop: Shop) -> str | None:
    """The store of those who name none, None when there is none."""
    chosen = shop.settings["default_location"]
    return str(chosen) if chosen and shop.is_open(chosen) else None


def default_zone(shop: Shop) -> ZoneInfo:
    """The clock of those who belong to no store: the default store's, else the only store's, else UTC."""
    chosen = default_location(shop)
    opened = [location for location in shop.locations.values() if shop.is_open(location.id)]
    if chosen is None and len(opened) != 1:
        return ZoneInfo("UTC")
    location = shop.locations[chosen] if chosen else opened[0]
    return ZoneInfo(location.doc["time_zone"])


def zone_at(location_id: str | None, shop: Shop) -> ZoneInfo:
    """The clock of a store, the default one without a store."""
    location = shop.locations.get(location_id or "")
    return ZoneInfo(location.doc["time_zone"]) if location else default_zone(shop)


def belongs_to(home_location: str | None, shop: Shop) -> str | None:
    """The open store of customers with this home location; a closed store's belong to the default one."""
    if home_location and shop.is_open(home_location):
        return home_location
    return default_location(shop)


def homes(shop: Shop) -> list[Place]:
    """A place for the customers of each store, closed ones included, and one for those without a store."""
    stores = [_place(location.id, location, shop) for location in shop.locations.values()]
    return [*stores, Place(None, default_location(shop), default_zone(shop), None)]


def workplaces(shop: Shop) -> list[Place]:
    """A place for the staff of each open store, and one for those who work at none when the shop has no default."""
    stores = [_place(each.id, each, shop) for each in shop.locations.values() if shop.is_open(each.id)]
    return stores if default_location(shop) else [*stores, Place(None, None, default_zone(shop), None)]


def workplace_of(member: StaffMember, shop: Shop) -> str | None:
    """The store where a person works: the first open one of theirs, else the default one."""
    own = next((location_id for location_id in member.locations if shop.is_open(location_id)), None)
    return own or default_location(shop)


def staff_of(location_id: str, directory: Mapping[str, StaffMember], shop: Shop) -> set[str]:
    """The people who work at a store."""
    return {
        member.id
        for member in directory.values()
        if location_id in member.locations or workplace_of(member, shop) == location_id
    }


def _place(key: str, location: Location, shop: Shop) -> Place:
    created_at = location.doc.get("created_at")
    zone = ZoneInfo(location.doc["time_zone"]) if shop.is_open(key) else default_zone(shop)
    made = instants.parse_instant(created_at) if created_at else None
    return Place(key, belongs_to(key, shop), zone, made)
