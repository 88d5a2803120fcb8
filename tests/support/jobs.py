"""Jobs as the queue and Lambda bring them about, without waiting for either."""

import json
from typing import Any

from tests.support.imports import Turn, deliver


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
