"""Records of a file of all data, on their way into the table: compared with what is there, or written anew.

What is there is never overwritten. Every key is made of ids and addresses whose shape was checked.
"""

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.domain.errors import Conflict, Invalid
from chalicelib.domain.restore.records import CustomerRecord, SettingsRecord, SuppressionRecord
from chalicelib.domain.shop.shapes import SettingsFields, TagFields
from chalicelib.domain.suppressions.model import Suppression
from chalicelib.domain.templates.model import Template
from chalicelib.domain.text import folded_key
from chalicelib.domain.work import Change
from chalicelib.repos import keys, restore_customers, restore_decided, restore_history, suppression_items
from chalicelib.repos import templates as template_items
from chalicelib.repos.compact import compact
from chalicelib.repos.record_lines import Line
from chalicelib.repos.restore_compare import known, wanted
from chalicelib.repos.restore_customers import ordered
from chalicelib.repos.table import Item
from chalicelib.repos.transaction import Transaction, again

_OF_CUSTOMERS = {**restore_history.WRITERS, **restore_decided.WRITERS}
FREE = "attribute_not_exists(pk)"
RESTORED = "record.restore"


def restore(work: Transaction, record: Any, given: Line) -> bool:
    """Write a record that is not there, with its audit entry; False when it is there as the file has it.

    `given` is the line as it stands in the file.

    Raises:
        Conflict: it is there, and differs; or (on commit) another record holds what it needs.
        NotFound (on commit): its customer is not there.
        Invalid: it cannot be there.
    """
    # The usual record is not there, which a condition checks. A mapping lies under its name, and few are saved.
    there = known(work, record) if work.attempt or record.record == "import_mapping" else None
    if there is not None:
        if there != wanted(record):
            raise Conflict("It is there already, and differs. What is there stays.", code="differs")
        return False
    after = _write(work, record, given)
    work.audit(Change(RESTORED, _entity(record), after={"record": record.record, **after}))
    return True


def _entity(record: Any) -> str:
    return str(getattr(record, "customer_id", None) or getattr(record, "id", None) or record.record)


def _without(line: Line, names: set[str]) -> Line:
    return {name: value for name, value in line.items() if name not in names}


def _write(work: Transaction, record: Any, given: Line) -> Line:
    """Write the record; returns what the audit says of it."""
    if isinstance(record, CustomerRecord):
        return restore_customers.write(work, record)
    if record.record in _OF_CUSTOMERS:
        _OF_CUSTOMERS[record.record](work, record)
        return _named(record)
    return _OF_THE_SHOP[record.record](work, record, given)


def _named(record: Any) -> Line:
    """What the audit says of a record whose words stay out of it."""
    if record.record == "findings":
        return {"ids": [finding.id for finding in record.items], "version": record.version}
    return {"id": record.said[0].id if record.record == "consents" else record.id}


def _fields(record: Any, given: Line, shape: Any = None) -> Line:
    """What of a record lies in the item's document, in the order of the file."""
    whole = record.model_dump(by_alias=True, include=set(shape.model_fields) if shape else None)
    return _without(ordered(given, whole), {"record", "id", "version"})


def _write_settings(work: Transaction, record: SettingsRecord, given: Line) -> Line:
    doc = _fields(record, given, SettingsFields)
    work.put(keys.settings(), {"version": record.version, "doc": compact(doc)}, condition=FREE)
    home = record.default_location
    if home is not None:
        work.check(keys.location(home), "attribute_exists(pk)", otherwise=_no_location)
    return doc


def _write_location(work: Transaction, record: Any, given: Line) -> Line:
    doc = _fields(record, given)
    work.put(keys.location(record.id), {"version": record.version, "doc": compact(doc)}, condition=FREE)
    return doc


def _write_tag(work: Transaction, record: Any, given: Line) -> Line:
    doc = _fields(record, given, TagFields)
    work.put(keys.tag(record.id), {"version": record.version, "doc": compact(doc)}, condition=FREE)
    name = keys.tag_name(folded_key(record.name))
    work.put(name, {"tag_id": record.id}, condition=FREE, otherwise=_tag_taken)
    return doc


def _write_template(work: Transaction, record: Any, given: Line) -> Line:
    """A version; the newest one, which comes first, is the one in use."""
    facts = record.model_dump(exclude={"record", "built_in"})
    template = Template(**facts)
    attributes = template_items.attributes(template)
    work.put(keys.template_version(template.id, template.version), attributes, condition=FREE)
    in_use = work.table.get(keys.template(template.id))
    if in_use is None and template.status == "active":
        work.put(keys.template(template.id), attributes, condition=FREE)
        name = template_items.name_key(template)
        work.put(name, {"template_id": template.id}, condition=FREE, otherwise=_template_taken)
    return {"id": record.id, "version": record.version, "name": given["name"]}


def _write_suppression(work: Transaction, record: SuppressionRecord, _: Line) -> Line:
    facts = record.model_dump(exclude={"record", "by", "marked"})
    suppression = Suppression(by=record.by.signature(), marked=tuple(record.marked), **facts)
    place, attributes = suppression_items.key(suppression), suppression_items.attributes(suppression)
    work.put(place, attributes, condition=FREE, otherwise=again)
    return {"id": record.id}


_OF_THE_SHOP: Mapping[str, Callable[[Transaction, Any, Line], Line]] = {
    "settings": _write_settings,
    "location": _write_location,
    "tag": _write_tag,
    "template": _write_template,
    "suppression": _write_suppression,
}


def _no_location(_: Item | None) -> Exception:
    return Invalid.field("/default_location", "is not a location of this shop")


def _tag_taken(held: Item | None) -> Exception:
    owner = str(held["tag_id"]) if held else None
    return Conflict("Another tag has this name.", code="duplicate_tag", conflict_id=owner)


def _template_taken(held: Item | None) -> Exception:
    owner = str(held["template_id"]) if held else None
    return Conflict("Another template has this name.", code="duplicate_template", conflict_id=owner)
