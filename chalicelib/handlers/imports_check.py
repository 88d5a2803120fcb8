"""The dry run of an import: the same commands as the rows themselves, on a disk that stands over the table."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from chalicelib.domain.call import Call
from chalicelib.domain.errors import Busy, DomainError, Unavailable
from chalicelib.domain.imports import commands
from chalicelib.domain.imports.identity import Identified
from chalicelib.domain.imports.rows import Row
from chalicelib.domain.imports.unreadable import Unreadable
from chalicelib.domain.jobs.model import Job, RowResult, StoredFile
from chalicelib.handlers.imports_rows import Task, refused, task_of
from chalicelib.repos.job_rows import add_checked
from chalicelib.repos.known import Found, look_up
from chalicelib.repos.rehearsal import Over, Rehearsal
from chalicelib.repos.transaction import Transaction, commit_with_retry
from chalicelib.wiring import imports, jobs
from chalicelib.wiring.store import table


class Check:
    """One turn's dry run."""

    def __init__(self, import_id: str, now: Callable[[], datetime]) -> None:
        self._import_id, self._now = import_id, now
        self._folder = tempfile.TemporaryDirectory(prefix="facet-import-")
        self._path = Path(self._folder.name) / "seen.sqlite"
        self._rehearsal = Rehearsal(self._path)

    def resume(self, seen: Mapping[str, Any] | None) -> int:
        """Take up what was kept; the number of the last row that it knows, 0 when it begins anew."""
        if not seen:
            return 0
        self._rehearsal.close()
        try:
            imports.fetch_seen(self._import_id, StoredFile(**seen["file"]), self._path)
        except Unreadable:
            return 0
        finally:
            self._rehearsal = Rehearsal(self._path)
        return int(seen["done"])

    def check(self, job: Job, rows: Sequence[Row]) -> list[RowResult]:
        """What would become of these rows, one after the other.

        Raises:
            Busy, Unavailable: the store did not say what is needed for it.
        """
        task = task_of(job)
        identified = task.identified(rows)
        found = jobs.patiently(lambda: look_up(table(), [identity for _, identity in identified]))
        return [self._one(task, row, found) for row in identified]

    def tell(self, job: Job, results: Sequence[RowResult]) -> None:
        """Write these results down."""

        def command(work: Transaction) -> None:
            for result in results:
                add_checked(work, job, result)

        call = Call(job.actor, self._now(), f"{job.id}.check")
        jobs.patiently(lambda: commit_with_retry(table(), call, command))

    def keep(self, done: int) -> dict[str, Any]:
        """Put what it knows where a later turn finds it."""
        self._rehearsal.close()
        kept = imports.keep_seen(self._import_id, self._path)
        self._rehearsal = Rehearsal(self._path)
        return {"file": asdict(kept), "done": done}

    def close(self) -> None:
        """Leave nothing on the disk."""
        self._rehearsal.close()
        self._folder.cleanup()

    def _one(self, task: Task, row: Identified, found: Found) -> RowResult:
        try:
            result = self._done(task, row, found)
        except (Busy, Unavailable):  # says nothing of the row; the next turn begins with what was kept
            raise
        except (DomainError, ValidationError) as refusal:
            return refused(row[0], refusal)
        made = result.customer_id and result.customer_id.startswith(imports.MADE)
        return replace(result, customer_id=None if made else result.customer_id, trace=None)

    def _done(self, task: Task, row: Identified, found: Found) -> RowResult:
        over = Over(self._rehearsal, found)
        prepared = commands.prepare(over, *row, task.options)
        work = Transaction(table(), task.call(row, self._now()))  # nothing is put into it, and it is never committed
        desk = imports.rehearsal_desk(work, task.job, row[0].number, over)
        return commands.do_row(desk, prepared, imports.rehearsed_tags(prepared.tags))
