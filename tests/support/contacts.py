"""Looks over contact details on a table of a test's own, and what must hold of findings, queue and counts."""

import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from chalicelib.repos import keys
from chalicelib.repos.table import Range
from chalicelib.wiring import store
from tests.support import jobs


def check(caller: Any, clock: Any = None) -> dict[str, Any]:
    """Look over all customers; what came of it."""
    started = caller.post("/v1/contact-checks", {})
    assert started.status == 202, started.text
    jobs.run(started.json["id"], clock=clock)
    done = caller.get(started.headers["Location"])
    assert done.json["status"] == "done", done.text
    return dict(done.json)


def findings(caller: Any, **query: str) -> list[dict[str, Any]]:
    """All findings, page by page."""
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    narrowed = "".join(f"&{name}={value}" for name, value in query.items())
    while cursor is not None:
        reply = caller.get(f"/v1/contact-findings?limit=50{narrowed}{cursor and '&cursor=' + cursor}")
        assert reply.status == 200, reply.text
        found += reply.json["items"]
        cursor = reply.json["next_cursor"]
    return found


def counts(caller: Any) -> dict[str, tuple[int, int]]:
    """Open and dismissed by kind, those that are any."""
    items = caller.get("/v1/contact-findings/counts").json["items"]
    return {each["kind"]: (each["open"], each["dismissed"]) for each in items if each["open"] or each["dismissed"]}


def consistent(customer_ids: list[str]) -> None:
    """The queue and the counts say what the items of the customers say; nothing else is in the queue."""
    kept: Counter[tuple[str, str, str]] = Counter()
    for customer_id in customer_ids:
        item = store.table().get(keys.findings(customer_id))
        kept.update((each["status"], each["kind"], each["id"]) for each in json.loads(item["doc"] if item else "[]"))
    queued = Counter(
        (status, *entry["sk"].split("#"))
        for status in ("open", "dismissed")
        for entry in store.table().query_all(Range(keys.finding_queue(status)))
    )
    assert queued == kept
    assert set(kept.values()) <= {1}
    counted: dict[tuple[str, str], int] = {}
    for item in store.table().query_all(Range(keys.CONTACT, begins=keys.FINDING_COUNT)):
        kind = item["sk"].removeprefix(keys.FINDING_COUNT)
        counted |= {("open", kind): int(item["open"]), ("dismissed", kind): int(item["dismissed"])}
    expected = Counter((status, kind) for status, kind, _ in kept)
    assert {place: number for place, number in counted.items() if number} == expected


def now() -> datetime:
    """The clock of the tests."""
    return datetime.now(UTC)
