"""Customers to write to, and messages to them."""

import uuid
from typing import Any

from tests.support.api import Reply
from tests.support.history import a_number


def an_address() -> str:
    """An email address that nobody else has."""
    return f"m{uuid.uuid4().hex[:14]}@example.com"


def reachable(api: Any, **fields: Any) -> dict[str, Any]:
    """A customer with a number and an address, who was never in touch and belongs to nobody."""
    body = {
        "given_name": "Asha",
        "family_name": "Rao",
        "phones": [{"number": a_number()}],
        "emails": [{"address": an_address()}],
        "source": "online",
    }
    reply = api.post("/v1/customers", {**body, **fields})
    assert reply.status == 201, reply.text
    made: dict[str, Any] = reply.json
    return made


def agrees(
    api: Any, customer_id: str, channel: str = "email", purpose: str = "birthday", *, granted: bool = True
) -> None:
    """Write down what the customer said."""
    body = {"channel": channel, "purpose": purpose, "granted": granted, "source": "in_store"}
    reply = api.post(f"/v1/customers/{customer_id}/consents", body)
    assert reply.status == 201, reply.text


def write(api: Any, customer_id: str, **fields: Any) -> Reply:
    """Send a message; by email in free text unless it says otherwise. A field that is None is left out."""
    words = {} if "template" in fields else {"text": "Your ring is ready."}
    if words and fields.get("channel", "email") == "email":
        words["subject"] = "Your ring"
    body = {"customer_id": customer_id, **words, **fields}
    reply: Reply = api.post("/v1/messages", {name: value for name, value in body.items() if value is not None})
    return reply


def sent(api: Any, customer_id: str, **fields: Any) -> dict[str, Any]:
    """A message that was made."""
    reply = write(api, customer_id, **fields)
    assert reply.status == 201, reply.text
    made: dict[str, Any] = reply.json
    return made


def thread(api: Any, customer_id: str, query: str = "") -> list[dict[str, Any]]:
    """The customer's messages, newest first."""
    items: list[dict[str, Any]] = api.get(f"/v1/customers/{customer_id}/messages?limit=100{query}").json["items"]
    return items
