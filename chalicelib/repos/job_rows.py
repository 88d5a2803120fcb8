"""What became of each row of a job: a record in the table, and all of them as one file."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from chalicelib.domain.jobs.model import Job, RowResult
from chalicelib.repos import keys
from chalicelib.repos.found import Position
from chalicelib.repos.table import Item, Range, Table
from chalicelib.repos.transaction import Transaction

EXAMINED = 1000
_ROW = keys.job_row("", 0).sk.rstrip("0")
_CHECK = keys.checked_row("", 0).sk.rstrip("0")


class RowDone(Exception):
    """The row was done before; says how it came out."""

    def __init__(self, result: RowResult) -> None:
        super().__init__("the row was done before")
        self.result = result


def add_row(work: Transaction, job: Job, result: RowResult) -> None:
    """Write what became of a row; its refusal counts before that of anything else in the transaction.

    Raises (on commit):
        RowDone: the row was done before.
    """

    def done(old: Item | None) -> Exception:
        return RowDone(_row_of(old) if old else result)

    work.put(
        keys.job_row(job.id, result.row),
        _attributes(job, result),
        condition="attribute_not_exists(pk)",
        otherwise=done,
        first=True,
    )


def add_checked(work: Transaction, job: Job, result: RowResult) -> None:
    """Write what would become of a row, over what was found before."""
    work.put(keys.checked_row(job.id, result.row), _attributes(job, result))


class RowReader:
    """Reads of row results."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def page(
        self, job_id: str, result: str | None, limit: int, position: Position | None, *, checked: bool = False
    ) -> tuple[list[RowResult], Position | None]:
        """Row results in the order of the file, or those of its dry run, and where the next page begins."""
        page = self._table.query(
            Range(
                job_id,
                begins=_CHECK if checked else _ROW,
                after=(position or {}).get("k"),
                limit=EXAMINED if result else limit,
                filter="#result = :result" if result else None,
                values={":result": result} if result else None,
                names={"#result": "result"} if result else None,
            )
        )
        shown = page.items[:limit]
        last = shown[-1]["sk"] if len(page.items) > limit else page.last
        return [_row_of(item) for item in shown], {"k": last} if last else None

    def all(self, job_id: str, after: int = 0, *, checked: bool = False) -> Iterator[RowResult]:
        """All results from the row behind `after` on, in order, a page of them in memory at a time."""
        row = keys.checked_row if checked else keys.job_row
        wanted = Range(job_id, begins=_CHECK if checked else _ROW, after=row(job_id, after).sk if after else None)
        return map(_row_of, self._table.query_all(wanted))

    def backwards(self, job_id: str, below: int | None, limit: int) -> list[RowResult]:
        """The last results below this row, or of all of them, the last first."""
        after = keys.job_row(job_id, below).sk if below is not None else None
        page = self._table.query(Range(job_id, begins=_ROW, after=after, newest_first=True, limit=limit))
        return [_row_of(item) for item in page.items]


def _attributes(job: Job, result: RowResult) -> dict[str, Any]:
    attributes = {**asdict(result), "expires_at": job.expires_at}
    if result.trace is not None:
        attributes["trace"] = json.dumps(result.trace, ensure_ascii=False, separators=(",", ":"))
    return attributes


def _row_of(item: Mapping[str, Any]) -> RowResult:
    trace = json.loads(item["trace"]) if "trace" in item else None
    return RowResult(
        int(item["row"]), item["result"], item.get("customer_id"), item.get("field"), item.get("reason"), trace
    )
