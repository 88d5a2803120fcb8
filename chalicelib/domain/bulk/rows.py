"""Doing the action of a bulk change with one customer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.customers.commands import Desk, put_away, retag, with_more_tags, writable, write_change
from chalicelib.domain.customers.model import Customer, CustomerFields
from chalicelib.domain.customers.rules import require_active
from chalicelib.domain.errors import Conflict
from chalicelib.domain.jobs.model import RowResult
from chalicelib.domain.merge_patch import merge_patch
from chalicelib.domain.undo.trace import traced


@dataclass(frozen=True)
class Member:
    """A customer of the selection, and the number of the row."""

    number: int
    customer_id: str


@dataclass(frozen=True)
class Task:
    """The action as it was asked for, its tags by id, and whether a customer is one of those who are meant."""

    action: Mapping[str, Any]
    tags: Sequence[str] = ()
    meant: Callable[[Customer], bool] = lambda _: True


def do_row(desk: Desk, task: Task, member: Member) -> RowResult:
    """Do the action with one customer of the selection.

    Raises:
        NotFound: there is no such customer.
        Conflict: the customer is archived, or is not what the filter asks for any more.
        Invalid, ValidationError: the customer would not be acceptable.
    """
    before = desk.customers.get(member.customer_id)
    if before.status == "archived" and task.action["kind"] == "archive":
        return RowResult(member.number, "unchanged", before.id)
    require_active(before)
    if not task.meant(before):
        raise Conflict("The customer has changed and does not pass the filter any more.", code="stale")
    after = _ACTIONS[task.action["kind"]](desk, before, task)
    if after == before:
        return RowResult(member.number, "unchanged", before.id)
    return RowResult(member.number, "changed", before.id, trace=traced(before, after).as_json())


def _tag(desk: Desk, before: Customer, task: Task) -> Customer:
    return retag(desk, before, with_more_tags(before, task.tags))


def _untag(desk: Desk, before: Customer, task: Task) -> Customer:
    return retag(desk, before, [tag for tag in before.tags if tag not in task.tags])


def _assign(desk: Desk, before: Customer, task: Task) -> Customer:
    return _patched(desk, before, {"assignee": task.action["assignee"]})


def _change(desk: Desk, before: Customer, task: Task) -> Customer:
    return _patched(desk, before, task.action["fields"])


def _archive(desk: Desk, before: Customer, _: Task) -> Customer:
    return put_away(desk, before)


def _patched(desk: Desk, before: Customer, patch: Mapping[str, Any]) -> Customer:
    fields = CustomerFields.model_validate(merge_patch(writable(before.doc), patch))
    return write_change(desk, before, fields, share=False)


_ACTIONS: Mapping[str, Callable[[Desk, Customer, Task], Customer]] = {
    "tag": _tag,
    "untag": _untag,
    "assign": _assign,
    "change": _change,
    "archive": _archive,
}
