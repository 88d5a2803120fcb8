"""What an import of all data works with."""

import tempfile

from chalicelib.domain.jobs.model import Job
from chalicelib.repos.files import Uploaded, result_key, upload_key
from chalicelib.repos.import_files import write_result as write_rows
from chalicelib.wiring import imports, jobs


def uploaded(import_id: str) -> Uploaded:
    """The file of an import."""
    return Uploaded(imports.files(), upload_key(import_id))


def write_result(job: Job) -> None:
    """Put the results of all lines into one file; they pass through the disk, not through memory."""
    with tempfile.TemporaryFile() as file:
        write_rows(jobs.rows().all(job.id), file)
        imports.files().put(result_key(job.id), file)
