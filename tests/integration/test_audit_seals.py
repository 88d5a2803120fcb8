"""The list of seals: what is sealed, what is missing, page after page."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.sealing import DAY, entry, own_shop, seal, seal_of

pytestmark = pytest.mark.emulator


@pytest.fixture
def bucket(deployment: dict[str, str]) -> Iterator[str]:
    with own_shop() as name:
        yield name


def noon() -> datetime:
    """Noon of the day that the requests of this test are made on."""
    return datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)


def test_days_are_listed_newest_first_with_what_is_missing(bucket: str, manager: Any) -> None:
    night = noon() - 3 * DAY + timedelta(hours=-10)
    entry(noon() - 5 * DAY)
    seal(night)
    items = manager.get("/v1/audit/seals").json["items"]
    days = [(noon() - number * DAY).date().isoformat() for number in range(6)]
    assert [item["day"] for item in items if item["status"] == "sealed"] == days[4:]
    assert [item["day"] for item in items if item["status"] == "missing"][-2:] == days[2:4]
    newest = next(item for item in items if item["status"] == "sealed")
    assert newest == {
        "day": days[4],
        "status": "sealed",
        "entries": 0,
        "digest": newest["digest"],
        "sealed_at": seal_of(bucket, days[4]).sealed_at,
    }
    missing = next(item for item in items if item["status"] == "missing")
    assert (missing["entries"], missing["digest"], missing["sealed_at"]) == (None, None, None)


def test_pages_join_without_a_gap(bucket: str, manager: Any) -> None:
    entry(noon() - 9 * DAY)
    seal(noon() - DAY)
    seen, cursor = [], ""
    while cursor is not None:
        reply = manager.get(f"/v1/audit/seals?limit=3{cursor and '&cursor=' + cursor}")
        assert reply.status == 200, reply.text
        seen += [item["day"] for item in reply.json["items"] if item["status"] == "sealed"]
        cursor = reply.json["next_cursor"]
    assert seen == [(noon() - number * DAY).date().isoformat() for number in range(2, 10)]


def test_a_shop_whose_first_seal_failed_shows_yesterday_as_missing(bucket: str, manager: Any) -> None:
    assert manager.get("/v1/audit/seals").json["items"] == []
    for days in (1, 2):  # before three in the morning yesterday is not due yet
        entry(noon() - days * DAY)
    items = manager.get("/v1/audit/seals").json["items"]
    assert {item["status"] for item in items} == {"missing"}
    assert len(items) == 1


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "cursor=x", "day=2027-03-01"])
def test_what_cannot_be_asked_is_refused(manager: Any, query: str) -> None:
    assert manager.get(f"/v1/audit/seals?{query}").status == 422
