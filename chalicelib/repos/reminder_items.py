"""How a reminder lies in the table: with its customer, in the list of its status, and while open beside the profile."""

import json
from typing import Any

from chalicelib.domain.reminders.model import Reminder
from chalicelib.domain.signature import Signature
from chalicelib.repos import keys
from chalicelib.repos.compact import compact
from chalicelib.repos.keys import Key
from chalicelib.repos.open_items import preview
from chalicelib.repos.table import Item

REMINDER = "REMINDER"


def key(customer_id: str, reminder_id: str) -> Key:
    """The reminder in the customer's partition."""
    return keys.owned(customer_id, REMINDER, reminder_id)


def attributes(reminder: Reminder) -> dict[str, Any]:
    """The reminder's attributes."""
    doc = {
        "type": reminder.type,
        "note": reminder.note,
        "assignee": reminder.assignee,
        "created": reminder.created.kept(),
        "done": reminder.done.kept() if reminder.done else None,
        "cancelled": reminder.cancelled.kept() if reminder.cancelled else None,
    }
    return {
        "version": reminder.version,
        "status": reminder.status,
        "due_at": reminder.due_at,
        "doc": compact(doc),
    }


def from_item(item: Item) -> Reminder:
    """The reminder of an item."""
    doc = json.loads(item["doc"])
    created = doc["created"]
    return Reminder(
        id=item["sk"].split("#", 1)[1],
        customer_id=item["pk"],
        version=int(item["version"]),
        type=doc["type"],
        due_at=item["due_at"],
        note=doc["note"],
        assignee=doc["assignee"],
        created=Signature(created["id"], created["name"], created["at"]),
        done=Signature.read(doc["done"]),
        cancelled=Signature.read(doc["cancelled"]),
    )


def entries(reminder: Reminder) -> dict[Key, dict[str, Any]]:
    """Its place in the list of its status and, while open, its marker; none when it is cancelled."""
    if reminder.status == "cancelled":
        return {}
    listed = {"customer_id": reminder.customer_id, "assignee": reminder.assignee}
    found: dict[Key, dict[str, Any]] = {keys.due(reminder.status, reminder.due_at, reminder.id): listed}
    if reminder.status == "open":
        marker = {
            "type": reminder.type,
            "due_at": reminder.due_at,
            "note": preview(reminder.note),
            "assignee": reminder.assignee,
        }
        found[keys.open_item(reminder.customer_id, reminder.id)] = {"doc": compact(marker)}
    return found
