"""How an inquiry lies in the table.

What it says stands in one document; whether it is answered stands in attributes of its own, so that a call can answer
it by an update, without reading it.
"""

import json
from typing import Any

from chalicelib.domain.inquiries.model import Given, Inquiry
from chalicelib.domain.signature import Signature
from chalicelib.repos import keys
from chalicelib.repos.compact import compact
from chalicelib.repos.keys import Key
from chalicelib.repos.open_items import preview
from chalicelib.repos.table import Item

INQUIRY = "INQUIRY"


def key(inquiry: Inquiry) -> Key:
    """The inquiry in the customer's partition."""
    return keys.owned(inquiry.customer_id, INQUIRY, inquiry.id)


def attributes(inquiry: Inquiry) -> dict[str, Any]:
    """The inquiry's attributes."""
    doc = {
        "text": inquiry.text,
        "product_ids": list(inquiry.product_ids),
        "channel": inquiry.channel,
        "assignees": list(inquiry.assignees),
        "received": inquiry.received.kept(),
    }
    answered = given_attributes(inquiry.given) if inquiry.given else {}
    return {"version": inquiry.version, "status": inquiry.status, "doc": compact(doc), **answered}


def given_attributes(given: Given) -> dict[str, Any]:
    """The attributes of an answer."""
    answer = {"by": given.by.kept(), "text": given.text, "call_id": given.call_id, "message_id": given.message_id}
    return {"given": compact(answer)}


def from_item(item: Item) -> Inquiry:
    """The inquiry of an item."""
    doc = json.loads(item["doc"])
    received = doc["received"]
    return Inquiry(
        id=item["sk"].split("#", 1)[1],
        customer_id=item["pk"],
        version=int(item["version"]),
        text=doc["text"],
        product_ids=tuple(doc["product_ids"]),
        channel=doc["channel"],
        assignees=tuple(doc["assignees"]),
        received=Signature(received["id"], received["name"], received["at"]),
        given=_given(json.loads(item["given"])) if "given" in item else None,
    )


def open_entries(inquiry: Inquiry) -> dict[Key, dict[str, Any]]:
    """The marker beside the profile and the entry among all open inquiries; none when it is answered."""
    if inquiry.given:
        return {}
    marker = {
        "text": preview(inquiry.text),
        "channel": inquiry.channel,
        "at": inquiry.received.at,
        "assignee": inquiry.assignee,
        "assignees": list(inquiry.assignees),
    }
    waiting = {"customer_id": inquiry.customer_id, "assignees": list(inquiry.assignees)}
    return {
        keys.open_item(inquiry.customer_id, inquiry.id): {"doc": compact(marker)},
        keys.open_inquiry(inquiry.received.at, inquiry.id): waiting,
    }


def _given(kept: dict[str, Any]) -> Given:
    by = kept["by"]
    signature = Signature(by["id"], by["name"], by["at"])
    return Given(signature, kept["text"], kept["call_id"], kept.get("message_id"))
