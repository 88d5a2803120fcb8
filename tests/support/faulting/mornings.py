"""The morning after the made-up shop was built: birthdays, reminders and inquiries that fall due."""

from datetime import UTC, datetime
from typing import Any

from tests.support.world import World
from tests.support.world.arrangement import made

MORNING = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)  # half past nine in Mumbai
NIGHT = MORNING.replace(hour=2)  # when the audit of the day before is sealed


def born(world: World, number: int, **fields: Any) -> str:
    """A customer who has their birthday tomorrow and wants to hear of it; their id."""
    sales = world.api("sales")
    body = {
        "given_name": f"Usha{'abcdef'[number]}",
        "phones": [{"number": f"+91981000030{number}"}],
        "emails": [{"address": f"usha{number}@shop.example"}],
        "birthday": "1990-11-24",
        **fields,
    }
    customer_id = str(made(sales.post("/v1/customers", body))["id"])
    word = {"channel": "email", "purpose": "birthday", "granted": True, "source": "in_store"}
    made(sales.post(f"/v1/customers/{customer_id}/consents", word))
    return customer_id


def next_morning(world: World) -> None:
    """Two birthdays, a reminder and an inquiry; it is half past nine."""
    meera = f"/v1/customers/{born(world, 0, assignee=user(world, 'sales'))}"
    born(world, 1)
    sales = world.api("sales")
    made(sales.post(f"{meera}/inquiries", {"text": "Any rubies?", "channel": "web"}))
    made(sales.post(f"{meera}/reminders", {"type": "other", "due_at": "2026-11-24T09:00:00Z", "note": "Call"}))
    world.deliver()
    world.clock.set(MORNING)


def user(world: World, name: str) -> str:
    """The id of one of the people."""
    return str(world.api(name).get("/v1/me").json["id"])
