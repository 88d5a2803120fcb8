"""Settings, locations, tags and staff as they are stored and asked about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from chalicelib.domain.text import folded_key

DEFAULT_SETTINGS: dict[str, Any] = {
    "default_country": None,
    "currency": "USD",
    "default_location": None,
    "languages": ["en"],
    "quiet_hours": {"from": "21:00", "to": "08:00"},
    "sweep_hour": 9,
    "shop_name": "Your jeweller",
    "verify_after_months": 24,
    "communication": {
        "cap": {"messages": 4, "days": 7},
        "transactional": ["service"],
        "sms_sender_id": None,
        "dlt_entity_id": None,
    },
}


@dataclass(frozen=True)
class Location:
    """A store."""

    id: str
    version: int
    doc: Mapping[str, Any]


@dataclass(frozen=True)
class Tag:
    """A label that staff put on customers; `visibility` is everyone, managers or hidden."""

    id: str
    version: int
    name: str
    colour: str
    icon: str | None
    meaning: str | None
    visibility: str

    def visible_to(self, roles: frozenset[str]) -> bool:
        """Whether these roles see the tag on a customer."""
        if self.visibility == "managers":
            return not roles.isdisjoint(("admin", "manager"))
        return self.visibility == "everyone"


@dataclass(frozen=True)
class Shop:
    """One reading of the shop's reference data."""

    settings: Mapping[str, Any] = field(default_factory=lambda: DEFAULT_SETTINGS)
    settings_version: int = 0
    locations: Mapping[str, Location] = field(default_factory=dict)
    tags: Mapping[str, Tag] = field(default_factory=dict)
    has_defaults: bool = False  # whether the ready-made tags were written once; they may have been deleted since

    def country_for(self, home_location: str | None) -> str | None:
        """The country that a number without + belongs to."""
        location = self.locations.get(home_location) if home_location else None
        country = location.doc["country"] if location else self.settings["default_country"]
        return country if country is None else str(country)

    def is_open(self, location_id: str) -> bool:
        """Whether this is a store of the shop that is not closed."""
        location = self.locations.get(location_id)
        return location is not None and location.doc.get("status") != "closed"

    def location_of(self, home_location: str | None) -> Location | None:
        """The customer's store: their own, or the shop's default."""
        return self.locations.get(home_location or self.settings["default_location"] or "")

    def time_zone_of(self, home_location: str | None) -> str:
        """The IANA zone whose calendar counts for the customer."""
        location = self.location_of(home_location)
        return str(location.doc["time_zone"]) if location else "UTC"

    def with_tags(self, made: Iterable[Tag]) -> "Shop":
        """The shop with these tags, too."""
        new = {tag.id: tag for tag in made}
        return replace(self, tags={**self.tags, **new}) if new else self

    def tag_named(self, name: str) -> Tag | None:
        """The tag of this name, without case and accents."""
        return self._tags_by_name.get(folded_key(name))

    @cached_property
    def _tags_by_name(self) -> dict[str, Tag]:
        """Folded once for all the rows of a list."""
        return {folded_key(tag.name): tag for tag in reversed([*self.tags.values()])}


@dataclass(frozen=True)
class StaffMember:
    """A person of the staff directory; roles come from here, not from the token.

    `tokens_valid_from` and `roles_at` are in epoch seconds: tokens from before the one are refused, and only tokens
    from after the other can tell of roles that were changed in the AWS console.
    """

    id: str
    version: int
    sub: str
    name: str
    email: str
    roles: frozenset[str]
    locations: tuple[str, ...]
    disabled: bool
    tokens_valid_from: int
    roles_at: int
    updated_at: str
    created_at: str
