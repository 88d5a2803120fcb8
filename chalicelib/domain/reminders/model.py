"""The reminder as clients write it, and as the shop keeps it."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from pydantic import Field

from chalicelib.domain.fields import ExampleBody, Instant, Model, OptionalLongText, Text
from chalicelib.domain.signature import Person, Signature

ReminderKind = Literal["follow_up_call", "birthday", "anniversary", "restock_check", "new_arrival", "other"]
ReminderStatus = Literal["open", "done"]


class NewReminder(Model):
    """The body of POST …/reminders."""

    example: ClassVar[ExampleBody] = {
        "type": "follow_up_call",
        "due_at": "2027-03-08T10:00:00Z",
        "note": "Ask about the ring",
    }

    type: ReminderKind
    due_at: Instant = Field(examples=["2027-03-08T10:00:00Z"])
    note: OptionalLongText = ""
    assignee: Text | None = Field(default=None, description="Who shall be reminded; the caller when it is left out")


class ReminderState(Model):
    """What of a reminder can be changed."""

    type: ReminderKind
    due_at: Instant
    note: OptionalLongText = ""
    assignee: Text
    status: ReminderStatus


class ReminderPatch(Model):
    """Complete, reopen, reschedule, or change it."""

    example: ClassVar[ExampleBody] = {"status": "done"}

    type: ReminderKind | None = None
    due_at: Instant | None = None
    note: OptionalLongText | None = None
    assignee: Text | None = None
    status: ReminderStatus | None = None


class ReminderOut(Model):
    """A reminder and what became of it."""

    id: str
    customer_id: str
    version: int
    type: ReminderKind
    due_at: str
    note: str
    assignee: str
    status: Literal["open", "done", "cancelled"]
    created_at: str
    created_by: Person
    done_at: str | None
    done_by: Person | None
    cancelled_at: str | None
    cancelled_by: Person | None


class CustomerName(Model):
    """Whom a reminder is about."""

    id: str
    name: str


class ListedReminder(ReminderOut):
    """A reminder on the screen of all reminders."""

    customer: CustomerName


@dataclass(frozen=True)
class Reminder:
    """A reminder; open until it is done or cancelled."""

    id: str
    customer_id: str
    version: int
    type: str
    due_at: str
    note: str
    assignee: str
    created: Signature
    done: Signature | None = None
    cancelled: Signature | None = None

    @property
    def status(self) -> str:
        """Open, done or cancelled."""
        if self.cancelled:
            return "cancelled"
        return "done" if self.done else "open"
