"""Sweeps on a table of a test's own, at whatever time the test says it is."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.config import settings
from chalicelib.handlers import sweeps_schedule
from chalicelib.repos.table import Item, Range
from chalicelib.wiring import shop, store
from tests.support import emulator, history_invariants, invariants
from tests.support.history import a_number


@contextmanager
def own_table(name: str, *, checked: bool = True) -> Iterator[None]:
    """Let everything use a fresh table; at the end it is `checked` as the shared one is, and goes."""
    import boto3

    client: Any = boto3.client("dynamodb")
    emulator.make_table(client, name)
    shared = os.environ["FACET_TABLE"]
    _use(name)
    try:
        yield
        if checked:
            invariants.check(store.table())
            history_invariants.check(store.table())
    finally:
        _use(shared)
        client.delete_table(TableName=name)


def _use(name: str) -> None:
    os.environ["FACET_TABLE"] = name
    settings.cache_clear()
    store.table.cache_clear()
    shop.forget()


@dataclass
class Context:
    """A turn of so many seconds."""

    seconds: float = 300

    def get_remaining_time_in_millis(self) -> int:
        """How long the turn lasts."""
        return int(self.seconds * 1000)


def at(text: str) -> datetime:
    """An instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def tick(sweep: str, moment: datetime | str, seconds: float = 300) -> dict[str, Any]:
    """What the schedule starts at this moment."""
    now = at(moment) if isinstance(moment, str) else moment
    return sweeps_schedule.handle({"sweep": sweep}, Context(seconds), clock=lambda: now)


def by_hand(event: dict[str, Any], moment: datetime | str) -> dict[str, Any]:
    """What a person starts in the AWS console."""
    now = at(moment) if isinstance(moment, str) else moment
    return sweeps_schedule.handle(event, Context(), clock=lambda: now)


def customer(api: Any, birthday: str | None, home: str | None = None, **fields: Any) -> str:
    """The id of a new customer with this birthday and home location."""
    body = {"given_name": "Asha", "phones": [{"number": a_number()}], "birthday": birthday, "home_location": home}
    reply = api.post("/v1/customers", body | fields)
    assert reply.status == 201, reply.text
    return str(reply.json["id"])


def location(api: Any, zone: str) -> str:
    """The id of a new store."""
    reply = api.post("/v1/locations", {"name": zone, "time_zone": zone, "country": "IN"})
    assert reply.status == 201, reply.text
    return str(reply.json["id"])


def events(partition: str, kind: str) -> list[dict[str, Any]]:
    """The data of the events of a kind in a partition, oldest first."""
    return [json.loads(item["doc"])["data"] for item in items(partition, "SYSTEM#") if item["kind"] == kind]


def items(partition: str, begins: str = "") -> list[Item]:
    """The items of a partition."""
    return list(store.table().query_all(Range(partition, begins=begins)))


def due(customer_ids: list[str]) -> list[int]:
    """How many birthday events each of these customers has."""
    return [len(events(each, "birthday_due")) for each in customer_ids]


def zone_at_noon(moment: datetime) -> tuple[str, datetime]:
    """A zone in which it is about noon, and the time there: a test that runs over midnight has no other day then."""
    ahead = 12 - moment.hour
    return f"Etc/GMT{-ahead:+d}", moment + timedelta(hours=ahead)
