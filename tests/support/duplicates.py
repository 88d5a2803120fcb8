"""Duplicates as tests bring them about and look at them."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from chalicelib.domain.duplicates.model import pair_id
from chalicelib.domain.sweeps.places import default_zone
from chalicelib.repos import keys
from chalicelib.wiring.shop import shop
from chalicelib.wiring.store import table
from tests.proof.scenarios import customer, number, unique
from tests.support import jobs


def run(manager: Any) -> Any:
    """A whole run; its last state as the API shows it."""
    started = manager.post("/v1/duplicates/runs")
    assert started.status == 202, started.text
    jobs.run(started.json["id"])
    done = manager.get(started.headers["Location"])
    assert done.json["status"] == "done", done.text
    return done.json


def queue(manager: Any, status: str = "open", limit: int = 100) -> list[Any]:
    """The whole queue, page by page."""
    found: list[Any] = []
    cursor = ""
    while True:
        page = manager.get(f"/v1/duplicates?status={status}&limit={limit}{cursor}")
        assert page.status == 200, page.text
        found += page.json["items"]
        if page.json["next_cursor"] is None:
            return found
        cursor = f"&cursor={page.json['next_cursor']}"


def pair(manager: Any, one: Any, other: Any, status: str = "open") -> Any:
    """The pair of two customers in the queue; None when it is not there."""
    wanted = pair_id(one["id"], other["id"])
    return next((each for each in queue(manager, status) if each["id"] == wanted), None)


def twins(manager: Any, **fields: Any) -> tuple[Any, Any]:
    """One person, entered twice."""
    same = {"given_name": "Asha", "family_name": unique(), "phones": [{"number": number()}], **fields}
    return customer(manager, **same), customer(manager, **same, allow_duplicate=True)


def like(api: Any, **typed: str) -> list[Any]:
    """Who may be the person that is being entered."""
    query = "&".join(f"{field}={value.replace('+', '%2B')}" for field, value in typed.items())
    found = api.get(f"/v1/customers/duplicates?{query}")
    assert found.status == 200, found.text
    items: list[Any] = found.json["items"]
    return items


def decide(manager: Any, found: Any, status: str, **headers: str) -> Any:
    """What a person says about a pair."""
    return manager.patch(f"/v1/duplicates/{found['id']}", {"status": status}, **headers)


def noon() -> datetime:
    """Noon at the default store, of a day after all for which the schedule started a run, in a month to come."""
    newest = table().get(keys.duplicate_run()) or {}
    last = max(date.fromisoformat(newest.get("day", "2000-01-01")), datetime.now(UTC).date())
    return datetime.combine(last + timedelta(days=40), time(12), default_zone(shop.fresh()))
