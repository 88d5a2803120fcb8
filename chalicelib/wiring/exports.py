"""What export routes and the export job work with."""

from chalicelib.domain.jobs.model import Job
from chalicelib.repos import exports
from chalicelib.repos.exports import ExportFiles
from chalicelib.wiring import imports


def files_of(job: Job) -> ExportFiles:
    """The files of an export."""
    return ExportFiles(imports.files(), job)


def download_link(job: Job) -> str:
    """A link to the finished file, for 15 minutes."""
    name = exports.file_name(job)
    content_type = exports.TYPES[job.request["format"]]
    return imports.files().download_link(exports.key(job.id, name), f"{job.id}-{name}", content_type)
