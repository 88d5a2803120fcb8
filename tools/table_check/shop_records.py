"""Reference data, staff, mappings and suppressions: each is as far as its audit entries say."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence

from chalicelib.domain.instants import parse_instant
from chalicelib.domain.shop.model import DEFAULT_SETTINGS, Shop
from chalicelib.domain.shop.settings import ENTITY
from chalicelib.domain.staff.rules import withdrawn_from
from chalicelib.repos import keys
from chalicelib.repos.keys import Key
from chalicelib.repos.restore import RESTORED
from tools.table_check.aggregate import Aggregate
from tools.table_check.finding import Finding, change, put, remove
from tools.table_check.items import Items
from tools.table_check.rule import Rule

VERSIONED = (
    *("settings.change", "location.create", "location.change"),
    *("user.entered", "user.invite", "user.change", "user.moved_in_console"),
)
ENTERED = frozenset(("user.entered", "user.invite"))
SHOP_ITSELF = "sys_shop"
CUSTOMER = "cus_"


def shop(items: Items) -> Shop:
    """The shop's settings, for rules that depend on them."""
    item = items.get(keys.settings())
    return Shop({**DEFAULT_SETTINGS, **json.loads(item["doc"])} if item else DEFAULT_SETTINGS)


class ShopRecords(Rule):
    """Records that are missing, older than what was told of them, or of which nothing was told."""

    def prepare(self) -> None:
        """What there is, and what the audit tells of it."""
        suppressed = self.items.under(keys.suppressions(""))
        self._mappings = {item["id"]: key for key, item in self.items.under(keys.MAPPINGS)}
        self._suppressed = {json.loads(item["doc"])["id"]: key for key, item in suppressed}
        self._ready_made = False
        self._entered: set[str] = set()

    def look(self, record: Aggregate) -> Iterator[Finding]:
        """One record, by what its audit entries say."""
        if record.pk.startswith(CUSTOMER):
            return
        entries = [item for _, item in record.of(keys.AUDIT)]
        actions = [item["action"] for item in entries]
        self._ready_made |= any(item.get("actor_id") == SHOP_ITSELF or item["action"] == RESTORED for item in entries)
        if record.pk.startswith("usr_") and ENTERED & {*actions}:
            self._entered.add(record.pk)
        yield from _versions(self.items, record.pk, Counter(actions))
        yield from _signed_out(self.items, record)
        yield from _there(record.pk, actions, "import_mapping.delete", self._mappings, "shop")
        yield from _there(record.pk, actions, "suppression.lift", self._suppressed, "suppressions")

    def end(self) -> Iterator[Finding]:
        """What is there is told of."""
        yield from _defaults(self.items, made=self._ready_made)
        yield from _staff(self.items, self._entered)
        yield from _untold(self.items)


def _there(pk: str, actions: Sequence[str], ends: str, places: dict[str, Key], rule: str) -> Iterator[Finding]:
    """What was made is there until it is told to be gone; of what is told to be gone, whoever looks decides."""
    told = [action for action in actions if action.startswith(ends.partition(".")[0] + ".")]
    if told and told[-1] == ends and pk in places:
        yield Finding(rule, Key(places[pk].pk, pk), "was taken away, and is there")
    elif told and told[-1] != ends and pk not in places:
        yield Finding(rule, Key(pk, "RECORD"), "was written, and is not there")


def _defaults(items: Items, *, made: bool) -> Iterator[Finding]:
    """That the ready-made tags were made is marked, so that one deleted later stays deleted."""
    place = keys.shop_defaults()
    marked = items.get(place) is not None
    if made and not marked:
        mend = put(place, {"at": "1970-01-01T00:00:00.000Z"}, None)
        yield Finding("shop", place, "the ready-made tags would be made again", mend)
    elif marked and not made:  # an export brings tags of its own
        yield Finding("shop", place, "the ready-made tags were never made", remove(place))


def _versions(items: Items, pk: str, actions: Counter[str]) -> Iterator[Finding]:
    places = {ENTITY[:3]: keys.settings(), "loc": keys.location(pk), "usr": keys.staff(pk)}
    place, told = places.get(pk[:3]), sum(actions[action] for action in VERSIONED)
    there = items.get(place) if place and told else None
    if place is None or not told:
        return
    if there is None or there["version"] < told:
        yield Finding("shop", place, f"was written {told} times, and is not as far")
    elif there["version"] > told and not actions[RESTORED]:
        yield Finding("shop", place, "was written more often than its audit entries tell")


def _signed_out(items: Items, record: Aggregate) -> Iterator[Finding]:
    """Tokens from before somebody was signed out stay refused."""
    out = [item["at"] for _, item in record.of(keys.AUDIT) if item["action"] == "user.sign_out"]
    place = keys.staff(record.pk)
    there = items.get(place) if out else None
    since = withdrawn_from(int(parse_instant(max(out)).timestamp())) if out else 0
    if there is not None and there["tokens_valid_from"] < since:
        mend = change(place, {"tokens_valid_from": since})
        yield Finding("shop", place, "was signed out, and older tokens are accepted", mend)


def _staff(items: Items, entered: set[str]) -> Iterator[Finding]:
    staff = {key.sk for key, _ in items.under(keys.STAFF)}
    for user_id in sorted(entered ^ staff):
        what = "is in the directory, and nobody entered them" if user_id in staff else "was entered, and is not there"
        yield Finding("shop", keys.staff(user_id), what)


def _untold(items: Items) -> Iterator[Finding]:
    """Reference data without any audit entry."""
    for key, entity in _audited_records(items):
        if not any(sk.startswith(keys.AUDIT) for sk in items.partition(entity)):
            yield Finding("shop", Key(key.pk, entity), "no audit entry tells of it")


def _audited_records(items: Items) -> Iterator[tuple[Key, str]]:
    if items.get(keys.settings()) is not None:
        yield keys.settings(), ENTITY
    for key, _ in items.under(keys.SHOP):
        if key.sk.startswith(keys.location("").sk):
            yield key, key.sk.partition("#")[2]
    for key, item in items.under(keys.MAPPINGS):
        yield key, item["id"]
    for key, item in items.under(keys.suppressions("")):
        yield key, json.loads(item["doc"])["id"]
