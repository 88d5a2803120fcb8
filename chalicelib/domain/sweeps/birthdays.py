"""What the birthday sweep writes for a customer."""

from dataclasses import dataclass
from datetime import date

from chalicelib.domain.work import Change, Event, Work


@dataclass(frozen=True)
class BirthdayDue:
    """A customer's birthday on a day; `by_hand` messages leave at once."""

    customer_id: str
    day: date
    location_id: str | None
    by_hand: bool = False


def record(work: Work, due: BirthdayDue) -> None:
    """Write the event from which the message is made, and its audit entry."""
    data = {
        "customer_id": due.customer_id,
        "year": due.day.year,
        "date": due.day.isoformat(),
        "location_id": due.location_id,
        "by_hand": due.by_hand,
    }
    work.record(Event(due.customer_id, "birthday_due", "Birthday due", data, audience="system"))
    work.audit(Change("birthday.due", due.customer_id, after=data))
