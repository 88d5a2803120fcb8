"""Which run over all customers is the newest."""

from chalicelib.domain.duplicates.starting import Newest
from chalicelib.domain.errors import NotFound
from chalicelib.domain.jobs.model import Job
from chalicelib.repos import keys
from chalicelib.repos.jobs import JobReader
from chalicelib.repos.transaction import Transaction


class RunWriter:
    """The newest run within one transaction."""

    def __init__(self, work: Transaction) -> None:
        self._work = work

    def newest(self) -> tuple[Newest, Job | None] | None:
        """The newest run, with its job while that is kept; two reads."""
        item = self._work.table.get(keys.duplicate_run())
        if item is None:
            return None
        newest = Newest(item["job_id"], item.get("day"))
        try:
            return newest, JobReader(self._work.table).get(newest.job_id, "duplicates", self._work.call.now)
        except NotFound:
            return newest, None

    def set_newest(self, before: Newest | None, after: Newest) -> None:
        """Write which run is the newest; the command is run again when another one came in between."""
        self._work.put(
            keys.duplicate_run(),
            {"job_id": after.job_id, "day": after.day},
            condition="job_id = :before" if before else "attribute_not_exists(pk)",
            values={":before": before.job_id} if before else None,
        )
