"""Names that are taken once: of tags and templates; and the versions of a template."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from chalicelib.domain.text import folded_key
from chalicelib.repos import keys, templates
from chalicelib.repos.keys import Key
from chalicelib.repos.table import Item
from tools.table_check.aggregate import Aggregate
from tools.table_check.finding import Finding, facts, put, remove
from tools.table_check.items import Items
from tools.table_check.rule import Rule

TAG, TAG_NAME = keys.tag("").sk, keys.tag_name("").sk
TEMPLATE_NAMES = keys.template_name("", "", "").pk


class Names(Rule):
    """Names without a bearer or of another one, bearers without their name, templates without their version."""

    def prepare(self) -> None:
        """The newest version of each template."""
        self._newest: dict[str, Item] = {}

    def look(self, record: Aggregate) -> Iterator[Finding]:
        """Remember a template's newest version."""
        for _, item in record.of("VERSION#"):
            self._newest[record.pk] = item
        return iter(())

    def end(self) -> Iterator[Finding]:
        """Compare with names and templates in use."""
        yield from _tags(self.items)
        yield from _templates(self.items, self._newest)


def _tags(items: Items) -> Iterator[Finding]:
    names: dict[Key, Item] = {}
    for key, item in items.under(keys.SHOP):
        if key.sk.startswith(TAG):
            names[keys.tag_name(folded_key(json.loads(item["doc"])["name"]))] = {"tag_id": key.sk.removeprefix(TAG)}
    there = {key: item for key, item in items.under(keys.SHOP) if key.sk.startswith(TAG_NAME)}
    yield from _named(names, there)


def _templates(items: Items, newest: Mapping[str, Item]) -> Iterator[Finding]:
    names: dict[Key, Item] = {}
    current = {key.sk: item for key, item in items.under(keys.TEMPLATES) if key.pk == keys.TEMPLATES}
    for template_id in sorted({*current, *newest}):
        template, version = current.get(template_id), newest.get(template_id)
        yield from _versions(template_id, template, version)
        if template is not None:
            names[templates.name_key(templates.from_item(template_id, template))] = {"template_id": template_id}
    yield from _named(names, dict(items.under(TEMPLATE_NAMES)))


def _versions(template_id: str, template: Item | None, newest: Item | None) -> Iterator[Finding]:
    """The newer of both was written last, and the other one follows it."""
    known, kept = facts(template or {}), facts(newest or {})
    if known and kept.get("version", 0) < known["version"]:
        place = keys.template_version(template_id, int(known["version"]))
        yield Finding("templates", place, "the version in use is not among the versions", put(place, known, None))
    elif kept and kept["status"] == "active" and known != kept:
        place = keys.template(template_id)
        yield Finding("templates", place, "its newest version is not in use", put(place, kept, template))
    elif known and kept["status"] != "active":
        place = keys.template(template_id)
        yield Finding("templates", place, "is archived, and still in use", remove(place))


def _named(names: dict[Key, Item], there: dict[Key, Item]) -> Iterator[Finding]:
    for key in there.keys() - names.keys():
        yield Finding("names", key, "nobody has this name", remove(key))
    for key, right in names.items():
        known = there.get(key)
        if known is None or facts(known) != right:
            yield Finding("names", key, "the name belongs to nobody or to another", put(key, right, known))
