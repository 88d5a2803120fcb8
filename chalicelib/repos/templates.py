"""Templates in the table: those in use in one partition, each with all its versions in one of its own."""

import json
from collections.abc import Callable
from typing import Any

from chalicelib.domain.errors import Conflict, FieldError, NotFound
from chalicelib.domain.ids import is_id
from chalicelib.domain.templates import builtin
from chalicelib.domain.templates.model import Template
from chalicelib.domain.templates.visible import written
from chalicelib.repos import keys
from chalicelib.repos.compact import compact
from chalicelib.repos.found import Position
from chalicelib.repos.table import Item, Range, Table
from chalicelib.repos.transaction import Transaction

FREE = "attribute_not_exists(pk)"


class TemplateReader:
    """Reads of templates, built-in ones included."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def in_use(self) -> tuple[Template, ...]:
        """The shop's own active templates, in one Query."""
        return tuple(from_item(item["sk"], item) for item in self._table.query_all(Range(keys.TEMPLATES)))

    def get(self, template_id: str) -> Template:
        """The template as it stands; of an archived one the last version.

        Raises:
            NotFound: there is none with this id.
        """
        found = _built_in(template_id)
        if found:
            return found
        item = self._table.get(keys.template(template_id)) if is_id(template_id, "tpl") else None
        if item:
            return from_item(template_id, item)
        versions, _ = self.versions(template_id, 1, None)
        return versions[0]

    def versions(
        self, template_id: str, limit: int, position: Position | None
    ) -> tuple[list[Template], Position | None]:
        """A page of the template's versions, the newest first, and the position of the next page.

        Raises:
            NotFound: there is no template with this id.
        """
        found = _built_in(template_id)
        if found:
            return [found], None
        after = (position or {}).get("k")
        wanted = Range(template_id, begins="VERSION#", newest_first=True, limit=limit, after=after)
        page = self._table.query(wanted) if is_id(template_id, "tpl") else None
        if page is None or not (page.items or position):
            raise NotFound("There is no such template.")
        return [from_item(template_id, item) for item in page.items], {"k": page.last} if page.last else None

    def version(self, template_id: str, number: int) -> Template:
        """One version of a template, which never changes.

        Raises:
            NotFound: there is no such version.
        """
        found = _built_in(template_id)
        if found and found.version == number:
            return found
        known = found is None and is_id(template_id, "tpl")
        item = self._table.get(keys.template_version(template_id, number)) if known else None
        if item is None:
            raise NotFound("There is no such version of the template.")
        return from_item(template_id, item)


class TemplateWriter(TemplateReader):
    """Writes of templates within one transaction; every version is kept."""

    def __init__(self, work: Transaction, count: Callable[[], int]) -> None:
        super().__init__(work.table)
        self._work = work
        self._count = count

    def count(self) -> int:
        """How many templates of its own the shop uses."""
        return self._count()

    def add(self, template: Template) -> None:
        """Write a new template.

        Raises (on commit):
            Conflict: there is one of this name, channel and language.
        """
        self._work.put(name_key(template), {"template_id": template.id}, condition=FREE, otherwise=_taken)
        self._work.put(keys.template(template.id), attributes(template))
        self._keep(template)

    def change(self, after: Template) -> None:
        """Write the next version, unless another one is written meanwhile."""
        self._work.put(keys.template(after.id), attributes(after))
        self._keep(after)

    def archive(self, before: Template, after: Template) -> None:
        """Take the template out of use, unless another version is written meanwhile; its name is free again."""
        self._work.delete(keys.template(before.id))
        self._work.delete(name_key(before))
        self._keep(after)

    def _keep(self, template: Template) -> None:
        """A version is written once: of two changes of one version the second is run again."""
        place = keys.template_version(template.id, template.version)
        self._work.put(place, attributes(template), condition=FREE)


def _built_in(template_id: str) -> Template | None:
    return next((template for template in builtin.templates() if template.id == template_id), None)


def name_key(template: Template) -> keys.Key:
    """Keeps the template unique in name, channel and language."""
    return keys.template_name(template.name, template.channel, template.language)


def attributes(template: Template) -> dict[str, Any]:
    """The attributes of a template's item, and of each of its versions."""
    return {
        "version": template.version,
        "status": template.status,
        "updated_at": template.updated_at,
        "doc": compact(written(template)),
    }


def from_item(template_id: str, item: Item) -> Template:
    """The template of an item."""
    return Template(
        id=template_id,
        version=int(item["version"]),
        status=item["status"],
        updated_at=item["updated_at"],
        **json.loads(item["doc"]),
    )


def _taken(held: Item | None) -> Exception:
    owner = str(held["template_id"]) if held else None
    errors = [FieldError(f"/{name}", "is taken together with the others") for name in ("name", "channel", "language")]
    detail = "There is a template of this name, channel and language. Change that one."
    return Conflict(detail, code="duplicate_template", errors=errors, conflict_id=owner)
