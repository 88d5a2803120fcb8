"""Jobs as the queue and Lambda bring them about, without waiting for either."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.domain.jobs.model import kind_of
from chalicelib.repos.table import Range
from chalicelib.wiring import jobs as wired
from chalicelib.wiring.store import table
from tests.support.imports import Turn, deliver, later

DELIVERIES = 4


def message(job_id: str) -> str:
    """What tells the function to take a job up, or to go on with it."""
    return json.dumps({"job_id": job_id})


def run(job_id: str, turn: Turn | None = None, clock: Any = None) -> None:
    """One delivery of the job's message, which must not fail."""
    assert deliver(message(job_id), turn=turn, clock=clock) == []


def rows(caller: Any, path: str, result: str | None = None) -> list[Any]:
    """All row results under a path such as `/v1/customers/bulk/blk_…`, read page by page."""
    found: list[Any] = []
    narrowed = f"&result={result}" if result else ""
    cursor = ""
    while True:
        page = caller.get(f"{path}/rows?limit=100{narrowed}{cursor}")
        assert page.status == 200, page.text
        found += page.json["items"]
        if page.json["next_cursor"] is None:
            return found
        cursor = f"&cursor={page.json['next_cursor']}"


def until_over(job_id: str) -> None:
    """Deliver the message as the queue would: again after its visibility has ended, and the lease with it."""
    for delivery in range(1, DELIVERIES):
        if _over(job_id):
            return
        deliver(message(job_id), clock=later(datetime.now(UTC) + delivery * timedelta(minutes=15)))
    assert _over(job_id)


def _over(job_id: str) -> bool:
    kind = kind_of(job_id)
    return kind is not None and wired.reader().get(job_id, kind, datetime.now(UTC)).finished


def events(partition: str) -> list[str]:
    """The kinds of all events in a partition, oldest first for each audience."""
    items = table().query_all(Range(partition))
    return [item["kind"] for item in items if item["sk"].startswith(("EVENT#", "SYSTEM#"))]
