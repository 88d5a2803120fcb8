"""Events as the outreach queue brings them to the worker."""

import json
from datetime import UTC, date, datetime
from typing import Any

from chalicelib.domain import ids, instants
from chalicelib.domain.messages.model import Message
from chalicelib.handlers import worker
from chalicelib.repos import keys, message_items
from chalicelib.repos.table import Range
from chalicelib.wiring.store import table
from tests.support.letters import agrees, reachable

NOON = datetime(2027, 3, 15, 12, tzinfo=UTC)


def birthday(customer_id: str, at: datetime = NOON, **data: Any) -> dict[str, Any]:
    """A birthday that is due at this instant."""
    facts = {"customer_id": customer_id, "year": at.year, "date": at.date().isoformat(), "location_id": None}
    return event("birthday_due", customer_id, at, {**facts, "by_hand": False, **data})


def digest(staff_id: str, at: datetime = NOON, day: date | None = None, **data: Any) -> dict[str, Any]:
    """A digest that is due at this instant."""
    lists: dict[str, Any] = {
        name: [] for name in ("reminder_ids", "inquiry_ids", "inquiry_customer_ids", "birthday_ids")
    }
    facts = {"staff_id": staff_id, "date": (day or at.date()).isoformat(), "location_id": None}
    return event("digest_due", staff_id, at, {**facts, **lists, **data})


def event(kind: str, aggregate: str, at: datetime, data: dict[str, Any]) -> dict[str, Any]:
    """An event as it is relayed."""
    return {
        "id": ids.new_id("evt", at),
        "kind": kind,
        "aggregate": aggregate,
        "at": instants.to_text(at),
        "data": data,
        "request_id": ids.new_id("req", at),
    }


def batch(*bodies: Any) -> dict[str, Any]:
    """Queue messages, numbered from 0; a text is sent as it is."""
    texts = [body if isinstance(body, str) else json.dumps(body) for body in bodies]
    return {"Records": [{"messageId": str(number), "body": text} for number, text in enumerate(texts)]}


def delivered(*events: dict[str, Any], at: datetime = NOON) -> list[str]:
    """Hand events to the worker in one batch; the numbers of those that failed."""
    bodies = [{"purpose": "outreach", "event": each} for each in events]
    return failed(worker.handle(batch(*bodies), None, lambda: at))


def failed(answer: dict[str, Any]) -> list[str]:
    """Which messages of a batch are to be delivered again."""
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def celebrating(api: Any, **fields: Any) -> dict[str, Any]:
    """A customer who agreed to be congratulated by email."""
    customer = reachable(api, **{"birthday": "--03-15", "time_zone": "UTC", **fields})
    agrees(api, customer["id"])
    return customer


def of(recipient_id: str) -> list[Message]:
    """The messages of a customer or of a member of staff."""
    items = table().query_all(Range(recipient_id, begins=keys.MESSAGE))
    return [message_items.from_item(item) for item in items]


def the_only(recipient_id: str) -> Message:
    """The one message that they have."""
    (message,) = of(recipient_id)
    return message
