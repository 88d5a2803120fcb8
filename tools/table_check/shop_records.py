"""Reference data, staff and mappings: each is as far as its audit entries say."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

from chalicelib.domain.shop.model import DEFAULT_SETTINGS, Shop
from chalicelib.domain.shop.settings import ENTITY
from chalicelib.repos import keys
from chalicelib.repos.keys import Key
from chalicelib.repos.restore import RESTORED
from tools.table_check.aggregate import Aggregate
from tools.table_check.finding import Finding, put, remove
from tools.table_check.items import Items
from tools.table_check.rule import Rule

VERSIONED = ("settings.change", "location.create", "location.change")
SHOP_ITSELF = "sys_shop"
CUSTOMER = "cus_"


def shop(items: Items) -> Shop:
    """The shop's settings, for rules that depend on them."""
    item = items.get(keys.settings())
    return Shop({**DEFAULT_SETTINGS, **json.loads(item["doc"])} if item else DEFAULT_SETTINGS)


class ShopRecords(Rule):
    """Records that are missing, older than what was told of them, or of which nothing was told."""

    def prepare(self) -> None:
        """What the audit tells of reference data."""
        self._mappings = {item["id"] for _, item in self.items.under(keys.MAPPINGS)}
        self._ready_made = False
        self._entered: set[str] = set()

    def look(self, record: Aggregate) -> Iterator[Finding]:
        """One record, by what its audit entries say."""
        if record.pk.startswith(CUSTOMER):
            return
        entries = [item for _, item in record.of(keys.AUDIT)]
        actions = Counter(item["action"] for item in entries)
        self._ready_made |= any(item.get("actor_id") == SHOP_ITSELF for item in entries)
        yield from _versions(self.items, record.pk, actions)
        if (
            "import_mapping.create" in actions
            and not actions["import_mapping.delete"]
            and record.pk not in self._mappings
        ):
            yield Finding("shop", Key(record.pk, "MAPPING"), "a saved mapping is not there")
        if record.pk.startswith("usr_") and actions.keys() & {"user.entered", "user.invite"}:
            self._entered.add(record.pk)

    def end(self) -> Iterator[Finding]:
        """What is there is told of."""
        yield from _defaults(self.items, made=self._ready_made)
        yield from _staff(self.items, self._entered)
        yield from _untold(self.items)


def _defaults(items: Items, *, made: bool) -> Iterator[Finding]:
    """That the ready-made tags were made is marked, so that one deleted later stays deleted."""
    place = keys.shop_defaults()
    marked = items.get(place) is not None
    if made and not marked:
        mend = put(place, {"at": "1970-01-01T00:00:00.000Z"}, None)
        yield Finding("shop", place, "the ready-made tags would be made again", mend)
    elif marked and not made:
        yield Finding("shop", place, "the ready-made tags were never made", remove(place))


def _versions(items: Items, pk: str, actions: Counter[str]) -> Iterator[Finding]:
    told = sum(actions[action] for action in VERSIONED)
    place = keys.settings() if pk == ENTITY else keys.location(pk) if pk.startswith("loc_") else None
    there = items.get(place) if place else None
    if place is not None and told and (there is None or there["version"] < told):
        yield Finding("shop", place, f"was written {told} times, and is not as far")
    elif place is not None and there is not None and there["version"] > told and not actions[RESTORED]:
        yield Finding("shop", place, "was written more often than its audit entries tell")


def _staff(items: Items, entered: set[str]) -> Iterator[Finding]:
    staff = {key.sk for key, _ in items.under(keys.STAFF)}
    for user_id in sorted(entered ^ staff):
        what = "is in the directory, and nobody entered them" if user_id in staff else "was entered, and is not there"
        yield Finding("shop", keys.staff(user_id), what)


def _untold(items: Items) -> Iterator[Finding]:
    """Reference data without any audit entry."""
    for key, entity in _audited_records(items):
        if not any(sk.startswith(keys.AUDIT) for sk in items.partition(entity)):
            yield Finding("shop", key, "no audit entry tells of it")


def _audited_records(items: Items) -> Iterator[tuple[Key, str]]:
    if items.get(keys.settings()) is not None:
        yield keys.settings(), ENTITY
    for key, _ in items.under(keys.SHOP):
        if key.sk.startswith(keys.location("").sk):
            yield key, key.sk.partition("#")[2]
    for key, item in items.under(keys.MAPPINGS):
        yield Key(key.pk, item["id"]), item["id"]
    for key, item in items.under(keys.suppressions("")):
        yield key, json.loads(item["doc"])["id"]
