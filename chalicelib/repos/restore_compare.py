"""Whether a record of a file of all data is in the table already, and the same."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.domain.shop.model import DEFAULT_SETTINGS, Location, Tag
from chalicelib.domain.text import folded_key
from chalicelib.repos import consent_items, duplicate_items, keys, record_lines, restore_decided, restore_history
from chalicelib.repos import templates as template_items
from chalicelib.repos.import_mappings import mapping_from
from chalicelib.repos.keys import Key
from chalicelib.repos.record_lines import Line
from chalicelib.repos.restore_customers import customer_of
from chalicelib.repos.table import Item
from chalicelib.repos.transaction import Transaction

_COMES_BESIDE = frozenset(("owns", "shared", "suppressed", "marks", "sends"))  # it changes without a new version
_LATER = frozenset(("verified_at",))  # a file of an earlier version does not say it


def _unseen(record: Any) -> frozenset[str]:
    """What is not compared."""
    said: set[str] = record.model_fields_set
    return _COMES_BESIDE | (_LATER - said)


def _key(record: Any) -> Key:
    """Where the record lies; of words of consent the first one."""
    owner, own = getattr(record, "customer_id", ""), getattr(record, "id", "")
    places: dict[str, Callable[[], Key]] = {
        "settings": keys.settings,
        "location": lambda: keys.location(own),
        "tag": lambda: keys.tag(own),
        "template": lambda: keys.template_version(own, record.version),
        "suppression": lambda: keys.suppression(record.channel, record.address),
        "customer": lambda: keys.profile(own),
        "consents": lambda: keys.consent(owner, record.said[0].id),
        "device": lambda: keys.device(owner, own),
        "message": lambda: keys.message(owner, own),
        "event": lambda: keys.event(owner, own, record.audience),
        "findings": lambda: keys.findings(owner),
        "duplicate": lambda: keys.duplicate(own),
        "import_mapping": lambda: keys.saved_mapping(folded_key(record.name)),
    }
    return places.get(record.record, lambda: keys.owned(owner, record.record.upper(), own))()


def known(work: Transaction, record: Any) -> Line | None:
    """What is there, as a line; None when nothing is."""
    item = work.table.get(_key(record))
    if item is None:
        return None
    if record.record == "consents":
        return {"said": record_lines.said(consent_items.from_record(item))}
    return record_lines.plain(_line(record, item))


def _line(record: Any, item: Item) -> Line:
    if record.record == "customer":
        return _without(record_lines.customer(item, {}), _unseen(record))
    if record.record in _LINES_OF_THE_SHOP:
        return _LINES_OF_THE_SHOP[record.record](record.id, item)
    if record.record == "settings":
        return _settings(item)
    return _without(record_lines.of_item(item) or {}, frozenset(("told",)))


def _settings(item: Item) -> Line:
    settings = {**DEFAULT_SETTINGS, **json.loads(item["doc"])}
    return {"record": "settings", "version": int(item["version"]), **settings}


def _location(location_id: str, item: Item) -> Line:
    return record_lines.location(Location(location_id, int(item["version"]), json.loads(item["doc"])))


def _tag(tag_id: str, item: Item) -> Line:
    return record_lines.tag(Tag(id=tag_id, version=int(item["version"]), **json.loads(item["doc"])))


_LINES_OF_THE_SHOP: Mapping[str, Callable[[str, Item], Line]] = {
    "location": _location,
    "tag": _tag,
    "template": lambda template_id, item: record_lines.template(template_items.from_item(template_id, item)),
    "suppression": lambda _, item: record_lines.suppression(item),
    "duplicate": lambda _, item: record_lines.duplicate(duplicate_items.pair_of(item)),
    "import_mapping": lambda _, item: record_lines.mapping(mapping_from(item)),
}


def wanted(record: Any) -> Line:
    """The record as `known` reads it back when it is there."""
    if record.record == "consents":
        return {"said": record_lines.said(restore_history.words_of(record)[0])}
    if record.record == "message":
        return record_lines.plain(record_lines.of_message(restore_history.message_of(record)))
    if record.record == "import_mapping":
        return record_lines.plain(record_lines.mapping(restore_decided.mapping_of(record)))
    line: Line = record.model_dump(by_alias=True, exclude={*_unseen(record), "told"})
    if record.record == "customer":
        line["doc"] = dict(customer_of(record).doc)
    return line


def _without(line: Line, names: frozenset[str]) -> Line:
    return {name: value for name, value in line.items() if name not in names}
