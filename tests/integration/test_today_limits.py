"""Of each list of today so many are shown, the first ones, and it is said that there are more."""

from typing import Any

import pytest

from chalicelib.handlers import today
from tests.support.sweeping import customer
from tests.support.world import World
from tests.support.world.arrangement import made

LISTS = ("reminders", "inquiries", "birthdays", "upcoming")
SHOWN = 2


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(today, "MOST", SHOWN)


def fill(world: World, name: str, count: int) -> list[str]:
    """Give a colleague so many things of one list; their ids, or those of the customers, in the order of the list."""
    sales, ravi = world.api("sales"), made(world.api("ravi").get("/v1/me"))["id"]
    if name in ("birthdays", "upcoming"):
        day = "--11-23" if name == "birthdays" else "--11-25"
        return sorted(customer(sales, day, assignee=ravi) for _ in range(count))
    path = f"/v1/customers/{world.records['cus'][0]}/{name}"
    bodies: dict[str, dict[str, Any]] = {
        "reminders": {"type": "other", "due_at": "2026-11-23T12:00:00Z", "assignee": ravi},
        "inquiries": {"text": "Any studs?", "channel": "web", "assignee": ravi},
    }
    return [made(sales.post(path, bodies[name]))["id"] for _ in range(count)]


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("more", [0, 1])
def test_so_many_are_shown(world: World, name: str, more: int) -> None:
    ids = fill(world, name, SHOWN + more)
    found = made(world.api("ravi").get("/v1/today"))
    shown = [each["customer"]["id"] if name in ("birthdays", "upcoming") else each["id"] for each in found[name]]
    assert (shown, found["truncated"]) == (ids[:SHOWN], bool(more))
    assert [each for each in LISTS if found[each]] == [name]
