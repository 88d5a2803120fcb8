"""The shop's reference data: settings, locations and tags in one partition, staff in another."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from chalicelib.domain import instants
from chalicelib.domain.errors import Conflict, FieldError
from chalicelib.domain.permissions import ADMIN
from chalicelib.domain.shop.model import DEFAULT_SETTINGS, Location, Shop, StaffMember, Tag
from chalicelib.domain.text import folded_key
from chalicelib.repos import keys
from chalicelib.repos.keys import Key
from chalicelib.repos.table import Item, Range, Table
from chalicelib.repos.transaction import Refusal, Transaction

FREE = "attribute_not_exists(pk)"
# A request lives 30 s at most, so a mark older than a minute is from one that died and no longer keeps anybody off.
REMOVAL = timedelta(minutes=1)
STAYS = "attribute_exists(pk) AND (attribute_not_exists(retiring) OR retiring < :stale)"


def read_shop(table: Table) -> Shop:
    """Settings, locations and tags in one Query."""
    settings, version = DEFAULT_SETTINGS, 0
    locations: dict[str, Location] = {}
    tags: dict[str, Tag] = {}
    has_defaults = False
    for item in table.query_all(Range(keys.SHOP)):
        kind, _, item_id = item["sk"].partition("#")
        if kind == "SETTINGS":
            settings, version = {**DEFAULT_SETTINGS, **json.loads(item["doc"])}, int(item["version"])
        elif kind == "LOCATION":
            locations[item_id] = Location(item_id, int(item["version"]), json.loads(item["doc"]))
        elif kind == "TAG":
            tags[item_id] = Tag(id=item_id, version=int(item["version"]), **json.loads(item["doc"]))
        elif kind == "DEFAULTS":
            has_defaults = True
    return Shop(settings, version, locations, tags, has_defaults)


def read_staff(table: Table) -> dict[str, StaffMember]:
    """Everybody in the staff directory, by id."""
    return {item["sk"]: _member(item) for item in table.query_all(Range(keys.STAFF))}


def _member(item: Item) -> StaffMember:
    return StaffMember(
        id=item["sk"],
        version=int(item["version"]),
        sub=item["sub"],
        name=item["name"],
        email=item["email"],
        roles=frozenset(item["roles"]),
        locations=tuple(item["locations"]),
        disabled=item["disabled"],
        tokens_valid_from=int(item["tokens_valid_from"]),
        roles_at=int(item["roles_at"]),
        updated_at=item["updated_at"],
        created_at=item["created_at"],
    )


class ShopWriter:
    """Writes of reference data within one transaction; every change is conditional on the version that was read."""

    def __init__(self, work: Transaction) -> None:
        self._work = work

    def put_settings(self, doc: Mapping[str, Any], version: int) -> None:
        """Write the settings as this version."""
        self._put(keys.settings(), {"version": version, "doc": _json(doc)}, version)

    def put_location(self, location: Location) -> None:
        """Write a location as its version."""
        attributes = {"version": location.version, "doc": _json(location.doc)}
        self._put(keys.location(location.id), attributes, location.version)

    def put_tag(self, tag: Tag, old_name: str | None = None, taken: Refusal | None = None) -> None:
        """Write a tag as its version, and keep its name unique.

        Raises (on commit):
            Conflict, or what `taken` says: another tag has the name.
        """
        doc = {name: getattr(tag, name) for name in ("name", "colour", "icon", "meaning", "visibility")}
        self._put(keys.tag(tag.id), {"version": tag.version, "doc": _json(doc)}, tag.version)
        new, old = folded_key(tag.name), folded_key(old_name or "")
        if new != old:
            self._work.put(keys.tag_name(new), {"tag_id": tag.id}, condition=FREE, otherwise=taken or _name_taken)
            if old:
                self._work.delete(keys.tag_name(old))

    def delete_tag(self, tag: Tag, mark: str) -> None:
        """Remove a tag that is marked for removal by `mark`, so that nobody can have got it meanwhile."""
        self._work.delete(
            keys.tag(tag.id),
            condition="version = :version AND retiring = :mark",
            values={":version": tag.version, ":mark": mark},
        )
        self._work.delete(keys.tag_name(folded_key(tag.name)))

    def retire_tag(self, tag: Tag, mark: str) -> None:
        """Let no more customers get the tag from this instant on."""
        values = {":mark": mark, ":version": tag.version}
        self._work.update(keys.tag(tag.id), "SET retiring = :mark", values, condition="version = :version")

    def keep_tag(self, tag: Tag, mark: str) -> None:
        """Take the mark off again."""
        self._work.update(keys.tag(tag.id), "REMOVE retiring", {":mark": mark}, condition="retiring = :mark")

    def mark_defaults(self) -> None:
        """Note that the ready-made tags were written, so that one deleted later stays deleted."""
        self._work.put(keys.shop_defaults(), {"at": self._work.call.at}, condition=FREE)

    def put_staff(self, member: StaffMember) -> None:
        """Write a member of staff as their version; tokens that were withdrawn meanwhile stay so."""
        attributes = {
            "version": member.version,
            "sub": member.sub,
            "name": member.name,
            "email": member.email,
            "roles": sorted(member.roles),
            "locations": list(member.locations),
            "disabled": member.disabled,
            "tokens_valid_from": member.tokens_valid_from,
            "roles_at": member.roles_at,
            "updated_at": member.updated_at,
            "created_at": member.created_at,
        }
        if member.version == 1:
            self._work.put(keys.staff(member.id), attributes, condition=FREE)
            return
        # A withdrawal leaves the version as it is.
        values = {":before": member.version - 1, ":from": member.tokens_valid_from}
        condition = "version = :before AND tokens_valid_from <= :from"
        self._work.put(keys.staff(member.id), attributes, condition=condition, values=values)

    def withdraw_tokens(self, member: StaffMember, valid_from: int) -> None:
        """Refuse the member's tokens from before this epoch second; their version stays."""
        values = {":from": valid_from, ":version": member.version}
        self._work.update(
            keys.staff(member.id), "SET tokens_valid_from = :from", values, condition="version = :version"
        )

    def require_admin(self, user_id: str) -> None:
        """Let the transaction run again unless this person is an enabled admin at that moment."""
        condition = "contains(#roles, :admin) AND disabled = :no"
        self._work.check(keys.staff(user_id), condition, {":admin": ADMIN, ":no": False}, names={"#roles": "roles"})

    def require_tags(self, tag_ids: tuple[str, ...]) -> None:
        """Let the transaction run again unless these tags still exist and are not being removed."""
        values = {":stale": instants.to_text(self._work.call.now - REMOVAL)}
        for tag_id in tag_ids:
            self._work.check(keys.tag(tag_id), STAYS, values)

    def require_settings(self, version: int) -> None:
        """Let the transaction run again unless the settings are still at this version."""
        if version == 0:
            self._work.check(keys.settings(), FREE)
        else:
            self._work.check(keys.settings(), "version = :version", {":version": version})

    def require_location(self, location: Location) -> None:
        """Let the transaction run again unless the store is still at this version."""
        self._work.check(keys.location(location.id), "version = :version", {":version": location.version})

    def _put(self, key: Key, attributes: Mapping[str, Any], version: int) -> None:
        if version == 1:
            self._work.put(key, attributes, condition=FREE)
        else:
            self._work.put(key, attributes, condition="version = :before", values={":before": version - 1})


def customer_with_tag(table: Table, tag_id: str) -> str | None:
    """The id of an active customer who has the tag."""
    found = table.query(Range(keys.tagged(tag_id, "").pk, limit=1)).items
    return str(found[0]["sk"]) if found else None


def _json(doc: Mapping[str, Any]) -> str:
    return json.dumps(dict(doc), ensure_ascii=False, separators=(",", ":"))


def _name_taken(held: Item | None) -> Exception:
    owner = str(held["tag_id"]) if held else None
    errors = [FieldError("/name", "is the name of another tag")]
    return Conflict("Another tag has this name.", code="duplicate_tag", errors=errors, conflict_id=owner)
