"""What the timeline and the audit say about a reminder."""

from typing import Any

from chalicelib.domain.reminders.model import Reminder
from chalicelib.domain.reminders.types import NAMES
from chalicelib.domain.work import Change, Event, Work

FIELDS = ("type", "due_at", "note", "assignee", "status")


def record_set(work: Work, reminder: Reminder) -> None:
    """A new reminder."""
    summary = f"Reminder set: {NAMES[reminder.type].lower()}"
    _event(work, reminder, "reminder_set", summary, with_note=True)
    work.audit(Change("reminder.set", reminder.customer_id, after=_audited(reminder)))


def record_changes(work: Work, before: Reminder, after: Reminder) -> None:
    """One event for each thing that changed: done or open again, when, and the rest."""
    if after.done and not before.done:
        _event(work, after, "reminder_completed", f"Reminder completed: {NAMES[after.type].lower()}")
    elif before.done and not after.done:
        _event(work, after, "reminder_reopened", f"Reminder reopened: {NAMES[after.type].lower()}")
    if after.due_at != before.due_at:
        _event(work, after, "reminder_rescheduled", "Reminder rescheduled", {"due_before": before.due_at})
    if (after.type, after.note, after.assignee) != (before.type, before.note, before.assignee):
        _event(work, after, "reminder_changed", "Reminder changed", with_note=after.note != before.note)
    work.audit(Change("reminder.change", after.customer_id, _audited(before), _audited(after)))


def record_cancelled(work: Work, reminder: Reminder) -> None:
    """A reminder that is not needed any more."""
    _event(work, reminder, "reminder_cancelled", f"Reminder cancelled: {NAMES[reminder.type].lower()}")
    work.audit(Change("reminder.cancel", reminder.customer_id, before=_audited(reminder)))


def _event(
    work: Work,
    reminder: Reminder,
    kind: str,
    summary: str,
    more: dict[str, Any] | None = None,
    *,
    with_note: bool = False,
) -> None:
    data = {
        "customer_id": reminder.customer_id,
        "reminder_id": reminder.id,
        "type": reminder.type,
        "due_at": reminder.due_at,
        "assignee": reminder.assignee,
        **(more or {}),
    }
    content = {"note": reminder.note} if with_note and reminder.note else None
    work.record(Event(reminder.customer_id, kind, summary, data, content))


def _audited(reminder: Reminder) -> dict[str, Any]:
    return {"reminder_id": reminder.id, **{name: getattr(reminder, name) for name in FIELDS}}
