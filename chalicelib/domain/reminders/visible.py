"""A reminder as counter staff see it."""

from typing import Any

from chalicelib.domain.customers.model import Customer
from chalicelib.domain.customers.naming import display_name
from chalicelib.domain.reminders.model import Reminder


def shown(reminder: Reminder) -> dict[str, Any]:
    """The reminder and what became of it."""
    done, cancelled = reminder.done, reminder.cancelled
    return {
        "id": reminder.id,
        "customer_id": reminder.customer_id,
        "version": reminder.version,
        "type": reminder.type,
        "due_at": reminder.due_at,
        "note": reminder.note,
        "assignee": reminder.assignee,
        "status": reminder.status,
        "created_at": reminder.created.at,
        "created_by": reminder.created.person(),
        "done_at": done.at if done else None,
        "done_by": done.person() if done else None,
        "cancelled_at": cancelled.at if cancelled else None,
        "cancelled_by": cancelled.person() if cancelled else None,
    }


def listed(reminder: Reminder, customer: Customer) -> dict[str, Any]:
    """The reminder with the name of its customer."""
    return {**shown(reminder), "customer": {"id": customer.id, "name": display_name(customer.doc)}}
