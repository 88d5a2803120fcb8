"""What is open with a customer: a marker for each inquiry and reminder, sorted right behind the profile.

One Query reads the profile and the markers; inquiries come first, the oldest first.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.consents.model import Consents
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.errors import NotFound
from chalicelib.domain.ids import is_id
from chalicelib.repos import keys
from chalicelib.repos.consent_items import from_state
from chalicelib.repos.customer_items import from_item
from chalicelib.repos.table import Item, Range, Table

PREVIEW = 500
OPEN = f"{keys.PROFILE}#OPEN#"
CONSENTS = keys.consents("").sk
OTHERS = 8  # consents, devices and recent sends lie beside the markers


@dataclass(frozen=True)
class OpenItems:
    """A customer with what is open: each marker as it was written, with its `id`; and what they agree to."""

    customer: Customer
    inquiries: list[dict[str, Any]]
    reminders: list[dict[str, Any]]
    consents: Consents


def read(table: Table, customer_id: str, limit: int | None = None) -> OpenItems:
    """The customer and what is open, at most `limit` markers and 1 MB of them.

    Raises:
        NotFound: there is no such customer.
    """
    if not is_id(customer_id, "cus"):
        raise _unknown()
    most = None if limit is None else limit + OTHERS
    items = table.query(Range(customer_id, begins=keys.PROFILE, limit=most)).items
    if not items or items[0]["sk"] != keys.PROFILE:
        raise _unknown()
    markers = [_marker(item) for item in items if item["sk"].startswith(OPEN)][:limit]
    return OpenItems(
        from_item(items[0]),
        [marker for marker in markers if marker["id"].startswith("inq_")],
        [marker for marker in markers if marker["id"].startswith("rem_")],
        from_state(next((item for item in items if item["sk"] == CONSENTS), None)),
    )


def preview(text: str) -> str:
    """The beginning of a text, as markers keep it."""
    return text if len(text) <= PREVIEW else f"{text[: PREVIEW - 1]}…"


def _marker(item: Item) -> dict[str, Any]:
    facts: Mapping[str, Any] = json.loads(item["doc"])
    return {"id": item["sk"].rsplit("#", 1)[1], **facts}


def _unknown() -> NotFound:
    return NotFound("There is no such customer.")
