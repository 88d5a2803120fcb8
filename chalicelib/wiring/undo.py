"""What undo routes and the undo job work with."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.consents.commands import Desk as ConsentDesk
from chalicelib.domain.consents.model import Consent
from chalicelib.domain.errors import NotFound
from chalicelib.domain.jobs.model import Job, RowResult, kind_of
from chalicelib.domain.jobs.run import Failed
from chalicelib.domain.undo.rows import UndoDesk
from chalicelib.repos.consents import ConsentReader, ConsentWriter
from chalicelib.repos.removal import CreationWriter, MarkEraser
from chalicelib.repos.transaction import Transaction
from chalicelib.wiring import customers, jobs
from chalicelib.wiring.store import table

CHANGING = ("created", "updated", "changed")
WORDS_A_PAGE = 100


@dataclass(frozen=True)
class Words:
    """What customers agreed to, word for word."""

    reader: ConsentReader

    def all_of(self, customer_id: str) -> Sequence[Consent]:
        """Every word of a customer, the newest first."""
        found: list[Consent] = []
        position = None
        while True:
            page = self.reader.history(customer_id, WORDS_A_PAGE, position, channel=None, purpose=None)
            found += page.consents
            if page.next is None:
                return found
            position = page.next


def desk(work: Transaction, job: Job) -> UndoDesk:
    """The desk at which one row is taken back."""
    return UndoDesk(
        customers=replace(customers.desk(work), job_id=job.id),
        consents=ConsentDesk(work.call, work, ConsentWriter(work)),
        creations=CreationWriter(work, job.id, job.request["of"]),
        words=Words(ConsentReader(table())),
        marks=MarkEraser(work),
    )


def total(job: Job, now: datetime) -> int:
    """How many rows of the other job changed something.

    Raises:
        Failed: its results are kept no longer.
    """
    of = job.request["of"]
    try:
        origin = jobs.reader().get(of, kind_of(of) or "bulk", now)
    except NotFound as gone:
        raise Failed("What is to be taken back is too long ago.") from gone
    return sum(origin.counts.get(outcome, 0) for outcome in CHANGING)


def rows(job: Job, below: int | None, limit: int) -> list[RowResult]:
    """The rows of the other job below a number, the last first."""
    return jobs.rows().backwards(job.request["of"], below, limit)
