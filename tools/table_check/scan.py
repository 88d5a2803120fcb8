"""Reads a whole table, several parts of it side by side."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from chalicelib.repos.table import Table
from tools.table_check.items import OnDisk

PARTS = 8  # as many Scans side by side; each reads pages of 1 MB


def read(table: Table, path: Path, parts: int = PARTS) -> OnDisk:
    """All items in a file at `path`, which holds personal data: the caller removes it.

    Raises:
        Unavailable: the store did not answer in time.
    """
    items = OnDisk(path)
    positions: dict[int, dict[str, Any] | None] = dict.fromkeys(range(parts))
    with ThreadPoolExecutor(parts) as pool:
        while positions:
            pages = {pool.submit(_page, table, part, parts, after): part for part, after in positions.items()}
            for done in as_completed(pages):
                answer, part = done.result(), pages[done]
                items.add(answer["Items"])
                positions[part] = answer.get("LastEvaluatedKey")
            positions = {part: after for part, after in positions.items() if after is not None}
    return items


def _page(table: Table, part: int, parts: int, after: dict[str, Any] | None) -> Any:
    further = {"ExclusiveStartKey": after} if after else {}
    return table.send("scan", ConsistentRead=True, Segment=part, TotalSegments=parts, **further)
