"""What an import of all data works with."""

import tempfile
from collections.abc import Iterator

from chalicelib.domain.jobs.model import Job, StoredFile
from chalicelib.domain.restore.job import lines
from chalicelib.repos.files import CSV, Uploaded, mend_key, result_key, upload_key
from chalicelib.repos.import_files import write_result as write_rows
from chalicelib.repos.spool import JSON_LINES
from chalicelib.wiring import imports, jobs


def uploaded(import_id: str) -> Uploaded:
    """The file of an import."""
    return Uploaded(imports.files(), upload_key(import_id))


def write_result(job: Job) -> None:
    """Put the results of all lines into one file, and the rejected lines as they came into another one.

    They pass through the disk, not through memory.
    """
    with tempfile.TemporaryFile() as file:
        write_rows(jobs.rows().all(job.id), file)
        imports.files().put(result_key(job.id), file, CSV)
    with tempfile.TemporaryFile() as file:
        file.writelines(_rejected(job))
        imports.files().put(mend_key(job.id, "jsonl"), file, JSON_LINES)


def _rejected(job: Job) -> Iterator[bytes]:
    found = lines(uploaded(job.id).blocks(StoredFile(**job.state["source"]), 0))
    for line, row in zip(found, jobs.rows().all(job.id), strict=False):
        if row.result == "rejected":
            yield line.text + b"\n"
