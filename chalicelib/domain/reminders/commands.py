"""What staff do with reminders. Each command is one transaction of the work it is given."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from chalicelib.domain import ids, instants
from chalicelib.domain.call import Call
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.customers.rules import require_active
from chalicelib.domain.errors import Conflict, Invalid
from chalicelib.domain.merge_patch import merge_patch
from chalicelib.domain.reminders.events import record_cancelled, record_changes, record_set
from chalicelib.domain.reminders.model import NewReminder, Reminder, ReminderState
from chalicelib.domain.signature import Signature
from chalicelib.domain.staff.members import Directory, require_member
from chalicelib.domain.versions import require_version
from chalicelib.domain.work import Work

OVERDUE_ALLOWED = timedelta(days=1)  # something noticed late today still counts; an older instant is a mistake


class ReminderStore(Protocol):
    """Reminders of customers within one transaction; each write fails on commit when the customer is archived."""

    def customer(self, customer_id: str) -> Customer: ...

    def get(self, reminder_id: str) -> Reminder: ...

    def add(self, customer: Customer, reminder: Reminder) -> None: ...

    def change(self, before: Reminder, after: Reminder) -> None: ...


@dataclass(frozen=True)
class Desk:
    """What a reminder command works with."""

    call: Call
    work: Work
    reminders: ReminderStore
    staff: Directory


def set_reminder(desk: Desk, customer_id: str, fields: NewReminder) -> Reminder:
    """Set a reminder for the caller or a colleague.

    Raises:
        Invalid: long past, or the assignee is not an enabled member of staff.
        NotFound: there is no such customer.
        Conflict: the customer is archived.
    """
    due_at = _due(fields.due_at, desk.call.now)
    assignee = require_member(desk.staff, fields.assignee or desk.call.actor.id, "/assignee")
    customer = desk.reminders.customer(customer_id)
    require_active(customer)
    reminder = Reminder(
        id=ids.new_owned_id("rem", customer_id, desk.call.now),
        customer_id=customer_id,
        version=1,
        type=fields.type,
        due_at=due_at,
        note=fields.note,
        assignee=assignee,
        created=Signature.of(desk.call),
    )
    desk.reminders.add(customer, reminder)
    record_set(desk.work, reminder)
    return reminder


def change(desk: Desk, reminder_id: str, patch: Mapping[str, Any], if_match: frozenset[int] | None) -> Reminder:
    """Apply a JSON Merge Patch: complete, reopen, reschedule, reassign; one that changes nothing writes nothing.

    Raises:
        Invalid: rescheduled into the past, or to nobody.
        NotFound: there is no such reminder.
        Stale: the reminder is not at the version of If-Match.
        Conflict: the reminder was cancelled, or (on commit) the customer is archived.
        ValidationError: the patched reminder is not acceptable.
    """
    before = desk.reminders.get(reminder_id)
    require_version(before.version, if_match)
    if before.cancelled:
        raise Conflict("The reminder was cancelled. Set a new one.", code="cancelled", conflict_id=before.id)
    after = _changed(desk, before, ReminderState.model_validate(merge_patch(_written(before), patch)))
    if after == before:
        return before
    after = replace(after, version=before.version + 1)
    desk.reminders.change(before, after)
    record_changes(desk.work, before, after)
    return after


def cancel(desk: Desk, reminder_id: str, if_match: frozenset[int] | None) -> None:
    """Take a reminder off every list; that there was one stays. Done once.

    Raises:
        NotFound: there is no such reminder.
        Stale: the reminder is not at the version of If-Match.
        Conflict (on commit): the customer is archived.
    """
    before = desk.reminders.get(reminder_id)
    if before.cancelled:
        return
    require_version(before.version, if_match)
    after = replace(before, version=before.version + 1, cancelled=Signature.of(desk.call))
    desk.reminders.change(before, after)
    record_cancelled(desk.work, after)


def _due(sent: str, now: datetime) -> str:
    moment = instants.parse_instant(sent)
    if moment < now - OVERDUE_ALLOWED:
        raise Invalid.field("/due_at", "must not be more than a day in the past")
    return instants.to_text(moment)


def _written(reminder: Reminder) -> dict[str, Any]:
    return {name: getattr(reminder, name) for name in ("type", "due_at", "note", "assignee", "status")}


def _changed(desk: Desk, before: Reminder, wanted: ReminderState) -> Reminder:
    due_at = instants.to_text(instants.parse_instant(wanted.due_at))
    if due_at != before.due_at:
        due_at = _due(wanted.due_at, desk.call.now)
    if wanted.assignee != before.assignee:
        require_member(desk.staff, wanted.assignee, "/assignee")
    done = before.done
    if wanted.status != before.status:
        done = Signature.of(desk.call) if wanted.status == "done" else None
    return replace(before, type=wanted.type, due_at=due_at, note=wanted.note, assignee=wanted.assignee, done=done)
