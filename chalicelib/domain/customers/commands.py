"""What staff do with customers. Each command is one transaction of the work it is given."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from pydantic import ValidationError

from chalicelib.domain import ids
from chalicelib.domain.call import Call
from chalicelib.domain.customers.model import MOST_TAGS, Customer, CustomerFields, NewCustomer
from chalicelib.domain.customers.rules import (
    changed_fields,
    first_contact,
    kept_fields,
    require_active,
)
from chalicelib.domain.errors import Invalid
from chalicelib.domain.jobs.model import named
from chalicelib.domain.merge_patch import merge_patch
from chalicelib.domain.shop.model import Shop
from chalicelib.domain.versions import require_version
from chalicelib.domain.work import Change, Event, Work

COMPUTED = {"phones": "e164", "emails": "normalized"}


class CustomerStore(Protocol):
    """Customers within one transaction."""

    def get(self, customer_id: str) -> Customer: ...

    def by_external(self, external_id: str) -> Customer | None: ...

    def add(self, customer: Customer, *, share: bool) -> None: ...

    def change(self, before: Customer, after: Customer, *, share: bool = False) -> None: ...

    def archive(self, before: Customer, after: Customer) -> None: ...

    def restore(self, before: Customer, after: Customer, *, share: bool) -> None: ...

    def set_tags(self, before: Customer, after: Customer) -> None: ...


@dataclass(frozen=True)
class Desk:
    """What a customer command works with: who calls, the store, the work, the shop, and ids of the staff.

    `job_id` names the import or bulk change that the command is a row of: its events say so and are not published one
    by one; of an import also `row` and, when people named it, `file_name`.
    """

    call: Call
    customers: CustomerStore
    work: Work
    shop: Shop
    staff: Container[str]
    job_id: str | None = None
    row: int | None = None
    file_name: str | None = None

    def record(self, event: Event) -> str:
        """Write an event of a customer; returns its id."""
        if self.job_id:
            row = {} if self.row is None else {"row": self.row}
            event = replace(event, data={**event.data, **named(self.job_id), **row}, publish=False)
        return self.work.record(event)

    def audit(self, change: Change) -> None:
        """Write an audit entry."""
        self.work.audit(change)

    def told(self, text: str) -> str:
        """The summary of an event, with where it came from: `Imported (list.csv, row 17)`."""
        return text if self.row is None else f"{text} ({', '.join(filter(None, (self.file_name, f'row {self.row}')))})"


def create(desk: Desk, fields: NewCustomer, tags: Sequence[str], customer_id: str | None = None) -> Customer:
    """Add a customer with tags (ids).

    Raises:
        Invalid: a field is not acceptable.
        Conflict (on commit): another active customer holds a number or address.
    """
    doc = kept_fields(fields, desk.shop, desk.staff)
    at = desk.call.at
    customer = Customer(
        id=customer_id or ids.new_id("cus", desk.call.now),
        doc=doc,
        version=1,
        status="active",
        created_at=at,
        updated_at=at,
        tags=tuple(tags),
        last_contact_at=first_contact(doc["source"], at),
    )
    desk.customers.add(customer, share=fields.allow_duplicate)
    data = {"customer_id": customer.id, "source": doc["source"], "tag_ids": list(tags)}
    kind, text = ("customer_imported", "Imported") if desk.job_id else ("customer_created", "Customer added")
    desk.record(Event(customer.id, kind, desk.told(text), data))
    desk.work.audit(Change("customer.create", customer.id, after={**doc, "tags": list(tags)}))
    return customer


def change(desk: Desk, customer_id: str, patch: Mapping[str, Any], if_match: frozenset[int] | None) -> Customer:
    """Apply a JSON Merge Patch; a patch that changes nothing writes nothing and keeps the version.

    Raises:
        Stale: the customer is not at the version of If-Match.
        Conflict: the customer is archived, or (on commit) a number belongs to another.
        ValidationError, Invalid: the patched customer is not acceptable.
    """
    before = desk.customers.get(customer_id)
    require_version(before.version, if_match)
    require_active(before)
    share = patch.get("allow_duplicate") is True
    fields = CustomerFields.model_validate(merge_patch(writable(before.doc), without_consent(patch)))
    return write_change(desk, before, fields, share=share)


def replace_by_external_id(
    desk: Desk,
    external_id: str,
    fields: NewCustomer,
    tags: Sequence[str],
    if_match: frozenset[int] | None = None,
) -> tuple[Customer, bool]:
    """Create the customer that another system knows by this id, or make it what the fields say (upsert).

    Returns the customer and whether it is new. Tags are added to those the customer has.

    Raises:
        Stale: the customer is not at the version of If-Match, or there is none yet.
        Conflict: the customer is archived.
    """
    fields = fields.model_copy(update={"external_id": external_id})
    before = desk.customers.by_external(external_id)
    require_version(0 if before is None else before.version, if_match)
    if before is None:
        return create(desk, fields, tags), True
    require_active(before)
    return write_change(desk, before, fields, share=fields.allow_duplicate, tags=tags), False


def archive(desk: Desk, customer_id: str, if_match: frozenset[int] | None = None) -> Customer:
    """Take a customer out of lists, search and sweeps; reversible, and done once.

    Raises:
        Stale: the customer is not at the version of If-Match.
    """
    before = desk.customers.get(customer_id)
    require_version(before.version, if_match)
    return before if before.status == "archived" else put_away(desk, before)


def put_away(desk: Desk, before: Customer) -> Customer:
    """Archive an active customer."""
    after = replace(before, status="archived", version=before.version + 1, updated_at=desk.call.at)
    desk.customers.archive(before, after)
    desk.record(Event(after.id, "customer_archived", "Customer archived", {"customer_id": after.id}))
    desk.work.audit(Change("customer.archive", after.id))
    return after


def restore(desk: Desk, customer_id: str, if_match: frozenset[int] | None = None, *, share: bool) -> Customer:
    """Bring an archived customer back.

    Raises:
        Stale: the customer is not at the version of If-Match.
        Conflict (on commit): a number was taken meanwhile, and `share` does not accept that.
    """
    before = desk.customers.get(customer_id)
    require_version(before.version, if_match)
    return before if before.status == "active" else bring_back(desk, before, share=share)


def bring_back(desk: Desk, before: Customer, *, share: bool) -> Customer:
    """Restore an archived customer.

    Raises:
        Conflict (on commit): a number was taken meanwhile, and `share` does not accept that.
    """
    after = replace(before, status="active", version=before.version + 1, updated_at=desk.call.at)
    desk.customers.restore(before, after, share=share)
    desk.record(Event(after.id, "customer_restored", "Customer restored", {"customer_id": after.id}))
    desk.work.audit(Change("customer.restore", after.id))
    return after


def set_tags(desk: Desk, customer_id: str, tags: Sequence[str], if_match: frozenset[int] | None = None) -> Customer:
    """Give the customer exactly these tags (ids) out of those that the caller sees; hidden ones stay.

    Raises:
        Stale: the customer is not at the version of If-Match.
        Conflict: the customer is archived.
    """
    before = desk.customers.get(customer_id)
    require_version(before.version, if_match)
    require_active(before)
    roles = desk.call.actor.roles
    unseen = [t for t in before.tags if t in desk.shop.tags and not desk.shop.tags[t].visible_to(roles)]
    return retag(desk, before, (*unseen, *tags))


def retag(desk: Desk, before: Customer, tags: Sequence[str]) -> Customer:
    """Give an active customer exactly these tags (ids); the same ones again write nothing."""
    after = replace(before, tags=tuple(dict.fromkeys(tags)))
    if set(after.tags) == set(before.tags):
        return before
    desk.customers.set_tags(before, after)
    _record_tags(desk, before, after)
    return after


def writable(doc: Mapping[str, Any]) -> dict[str, Any]:
    """A stored document as a client would write it: without computed forms, and without what is not set."""
    written = {name: value for name, value in doc.items() if value is not None}
    for name, computed in COMPUTED.items():
        written[name] = [{k: v for k, v in entry.items() if k != computed} for entry in doc[name]]
    return written


def without_consent(patch: Mapping[str, Any]) -> dict[str, Any]:
    """The patch without its flag, which is no field of the customer."""
    flag = patch.get("allow_duplicate", False)
    if not isinstance(flag, bool):
        problem: Any = {"type": "bool_type", "loc": ("allow_duplicate",), "input": flag}
        raise ValidationError.from_exception_data("Customer", [problem])
    return {name: value for name, value in patch.items() if name != "allow_duplicate"}


def write_change(
    desk: Desk, before: Customer, fields: CustomerFields, *, share: bool, tags: Sequence[str] = ()
) -> Customer:
    """Make an active customer what the fields say, and add tags (ids); without a difference nothing is written.

    Raises:
        Invalid: a field is not acceptable, or the tags become too many.
        Conflict (on commit): another active customer holds a number or address.
    """
    doc = kept_fields(fields, desk.shop, desk.staff, before.doc)
    return write_doc(desk, before, doc, with_more_tags(before, tags), share=share)


def write_doc(desk: Desk, before: Customer, doc: Mapping[str, Any], tags: Sequence[str], *, share: bool) -> Customer:
    """Write an active customer with this document, as it is stored, and exactly these tags (ids), where they differ.

    Raises:
        Conflict (on commit): another active customer holds a number or address.
    """
    if doc == before.doc:
        return retag(desk, before, tags)
    after = replace(before, tags=tuple(tags)).changed(doc, desk.call.at)
    desk.customers.change(before, after, share=share)
    old, new = changed_fields(before.doc, doc)
    data = {"customer_id": after.id, "fields": sorted(new), "version": after.version}
    desk.record(Event(after.id, "customer_changed", desk.told("Details changed"), data))
    desk.work.audit(Change("customer.change", after.id, before=old, after=new))
    if after.tags != before.tags:
        _record_tags(desk, before, after)
    return after


def with_more_tags(customer: Customer, tags: Sequence[str]) -> tuple[str, ...]:
    """The customer's tags and these (ids).

    Raises:
        Invalid: they become too many.
    """
    together = tuple(dict.fromkeys((*customer.tags, *tags)))
    if len(together) > max(MOST_TAGS, len(customer.tags)):
        raise Invalid.field("/tags", f"would give the customer more than {MOST_TAGS} tags")
    return together


def _record_tags(desk: Desk, before: Customer, after: Customer) -> None:
    """Names stand on the timeline, which everybody at the counter reads: a tag for managers goes by its id only."""
    added, removed = _names(desk, after, before), _names(desk, before, after)
    data = {
        "customer_id": after.id,
        "added": added,
        "removed": removed,
        "added_ids": [tag for tag in after.tags if tag not in before.tags],
        "removed_ids": [tag for tag in before.tags if tag not in after.tags],
    }
    signs = [*(f"+{name}" for name in added), *(f"-{name}" for name in removed)]
    summary = f"Tags: {', '.join(signs)}" if signs else "Tags changed"
    desk.record(Event(after.id, "tag_changed", summary, data))
    desk.work.audit(Change("customer.tags", after.id, {"tags": list(before.tags)}, {"tags": list(after.tags)}))


def _names(desk: Desk, having: Customer, lacking: Customer) -> list[str]:
    tags = (desk.shop.tags.get(tag_id) for tag_id in having.tags if tag_id not in lacking.tags)
    return sorted(tag.name for tag in tags if tag and tag.visibility == "everyone")
