"""What managers do with templates. Each command is one transaction of the work it is given."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from chalicelib.domain import ids
from chalicelib.domain.call import Call
from chalicelib.domain.customers.rules import changed_fields
from chalicelib.domain.errors import Conflict
from chalicelib.domain.merge_patch import merge_patch
from chalicelib.domain.templates import rules
from chalicelib.domain.templates.model import MOST_TEMPLATES, MOST_VERSIONS, Template, TemplateFields
from chalicelib.domain.templates.visible import written
from chalicelib.domain.versions import require_version
from chalicelib.domain.work import Change, Work

_WORDS = ("text", "html")  # the versions keep them; the audit only says that they changed


class TemplateStore(Protocol):
    """Templates within one transaction; each write fails on commit when another one was first."""

    def count(self) -> int: ...

    def get(self, template_id: str) -> Template: ...

    def add(self, template: Template) -> None: ...

    def change(self, after: Template) -> None: ...

    def archive(self, before: Template, after: Template) -> None: ...


@dataclass(frozen=True)
class Desk:
    """What a template command works with."""

    call: Call
    work: Work
    templates: TemplateStore


def add(desk: Desk, fields: TemplateFields) -> Template:
    """Write a template.

    Raises:
        Invalid: the fields do not fit the channel or the name.
        Conflict: there are 300 templates; or (on commit) there is one of this name, channel and language.
    """
    rules.check(fields)
    if desk.templates.count() >= MOST_TEMPLATES:
        raise Conflict(f"A shop has at most {MOST_TEMPLATES} templates.", code="too_many")
    template = Template(id=ids.new_id("tpl", desk.call.now), version=1, updated_at=desk.call.at, **fields.model_dump())
    desk.templates.add(template)
    desk.work.audit(Change("template.create", template.id, after=_facts(written(template), template)))
    return template


def change(desk: Desk, template_id: str, patch: Mapping[str, Any], if_match: frozenset[int] | None) -> Template:
    """Apply a JSON Merge Patch; the result is a new version, and nothing changed writes nothing.

    Raises:
        NotFound, Stale: there is no such template, or not at the version of If-Match.
        Conflict: it is built in or archived, or has 9,998 versions.
        ValidationError, Invalid: a field is not acceptable.
    """
    before = desk.templates.get(template_id)
    rules.require_changeable(before)
    require_version(before.version, if_match)
    was = written(before)
    fields = TemplateFields.model_validate(merge_patch({n: v for n, v in was.items() if v is not None}, patch))
    rules.check(fields)
    rules.require_same_identity(before, fields)
    old, new = changed_fields(was, fields.model_dump())
    if not new:
        return before
    if before.version >= MOST_VERSIONS - 1:  # the last number is the one under which it is archived
        raise Conflict("The template has been changed too often. Write a new one.", code="too_many")
    after = replace(before, version=before.version + 1, updated_at=desk.call.at, **new)
    desk.templates.change(after)
    desk.work.audit(Change("template.change", after.id, before=_facts(old, before), after=_facts(new, after)))
    return after


def archive(desk: Desk, template_id: str, if_match: frozenset[int] | None) -> None:
    """Take a template out of use; its versions stay readable. Archiving again does nothing.

    Raises:
        NotFound, Stale: there is no such template, or not at the version of If-Match.
        Conflict: it is built in.
    """
    before = desk.templates.get(template_id)
    if before.status == "archived":
        return
    rules.require_changeable(before)
    require_version(before.version, if_match)
    after = replace(before, version=before.version + 1, status="archived", updated_at=desk.call.at)
    desk.templates.archive(before, after)
    old, new = {"status": before.status}, {"status": after.status}
    desk.work.audit(Change("template.archive", after.id, before=_facts(old, before), after=_facts(new, after)))


def _facts(fields: Mapping[str, Any], template: Template) -> dict[str, Any]:
    """The version and its short fields; of long texts only that they are other ones."""
    short = {name: value for name, value in fields.items() if name not in _WORDS}
    long = sorted(name for name in _WORDS if fields.get(name) is not None)
    return {"version": template.version, **short, **({"words": long} if long else {})}
