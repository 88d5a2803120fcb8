"""Customers to write history about."""

import uuid
from dataclasses import replace
from typing import Any

from chalicelib.domain.customers.model import Customer

ASHA = Customer(
    id="cus_01k0000000000000000000000a",
    doc={"given_name": "Asha", "phones": [], "emails": [], "home_location": None, "assignee": None},
    version=1,
    status="active",
    created_at="2026-01-01T00:00:00.000Z",
    updated_at="2026-01-01T00:00:00.000Z",
)


def archived(customer: Customer = ASHA) -> Customer:
    """The customer, archived."""
    return replace(customer, status="archived")


def a_number() -> str:
    """A number that nobody else has."""
    return f"+9197{uuid.uuid4().int % 10**8:08d}"


def made(api: Any, **fields: Any) -> str:
    """The path of a new customer who was never in touch."""
    body = {"given_name": "Asha", "family_name": "Rao", "phones": [{"number": a_number()}], "source": "online"}
    reply = api.post("/v1/customers", {**body, **fields})
    assert reply.status == 201, reply.text
    return str(reply.headers["Location"])


def timeline(api: Any, path: str) -> list[dict[str, Any]]:
    """The timeline, newest first."""
    items: list[dict[str, Any]] = api.get(f"{path}/timeline?limit=100").json["items"]
    return items


def kinds(api: Any, path: str) -> list[str]:
    """What happened, newest first."""
    return [entry["kind"] for entry in timeline(api, path)]
