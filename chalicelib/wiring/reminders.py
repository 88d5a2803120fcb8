"""What reminder routes work with."""

from chalicelib.domain.reminders.commands import Desk
from chalicelib.repos.reminders import ReminderReader, ReminderWriter
from chalicelib.repos.reminders_due import RemindersDue
from chalicelib.repos.transaction import Transaction
from chalicelib.wiring import staff
from chalicelib.wiring.store import table


def desk(work: Transaction, assignee: object = None) -> Desk:
    """The desk at which one command runs; `assignee` is whom the request names."""
    return Desk(work.call, work, ReminderWriter(work), staff.directory(assignee))


def reader() -> ReminderReader:
    """Reads of single reminders and of one customer's."""
    return ReminderReader(table())


def due() -> RemindersDue:
    """Lists across customers."""
    return RemindersDue(table())
