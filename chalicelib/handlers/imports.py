"""Imports over HTTP: begin one, see how far it is, and what became of its rows."""

from datetime import timedelta

from pydantic import Field

from chalicelib.domain import instants
from chalicelib.domain.imports.model import (
    FILE_DAYS,
    ImportOut,
    ImportRowOut,
    ImportStarted,
    NewImport,
    RowOutcome,
    row_shown,
    shown,
)
from chalicelib.domain.jobs import commands
from chalicelib.domain.jobs.model import Job
from chalicelib.handlers.answers import Answer, created, ok
from chalicelib.handlers.endpoint import Request, Routes
from chalicelib.handlers.pages import page, page_of, position
from chalicelib.handlers.parameters import Paging
from chalicelib.repos.files import result_key, upload_key
from chalicelib.repos.jobs import JobWriter
from chalicelib.wiring import imports, jobs

endpoint = Routes(__name__, "imports")


class RowQuery(Paging):
    """Which rows to list."""

    result: RowOutcome | None = Field(default=None, description="Only rows that came out like this")


def _result_url(request: Request, job: Job) -> str | None:
    """The link to the results while the file is kept."""
    if job.status != "done" or job.finished_at is None:
        return None
    if request.call.now - instants.parse_instant(job.finished_at) > timedelta(days=FILE_DAYS):
        return None
    return imports.files().download_link(result_key(job.id), f"{job.id}.csv")


@endpoint(
    "POST",
    "/v1/imports",
    "imports.write",
    "Begin an import",
    body=NewImport,
    returns=ImportStarted,
    status=201,
)
def create(request: Request) -> Answer:
    """Send the file to `upload.url` as a form within 15 minutes (CSV in UTF-8, 50 MB at most); then it runs by itself.

    The header names our own fields: `given_name`, `phone`, `phone_2`, `home_city`, `custom.ring_size` and so on. A row
    whose `external_id` is known changes that customer: its filled cells replace theirs, tags are added.
    """
    asked = request.body.model_dump(mode="json")
    job = commands.make(request.call, JobWriter(request.work), request.work, "import", asked)
    form = imports.files().upload_form(upload_key(job.id))
    return created(f"/v1/imports/{job.id}", {"id": job.id, "status": job.status, "upload": form})


@endpoint("GET", "/v1/imports", "imports.read", "List imports", query=Paging, returns=page_of(ImportOut))
def listing(request: Request) -> Answer:
    """Newest first; imports are kept for 90 days."""
    found, following = jobs.reader().page("import", request.query.limit, position(request), request.call.now)
    return page(request, [shown(job, _result_url(request, job)) for job in found], following)


@endpoint("GET", "/v1/imports/{import_id}", "imports.read", "Read an import", returns=ImportOut)
def read(request: Request) -> Answer:
    """How far it is, and when done a link to the result of every row."""
    job = jobs.reader().get(request.path["import_id"], "import", request.call.now)
    return ok(shown(job, _result_url(request, job)))


@endpoint(
    "GET",
    "/v1/imports/{import_id}/rows",
    "imports.read",
    "List the rows of an import",
    query=RowQuery,
    returns=page_of(ImportRowOut),
)
def rows(request: Request) -> Answer:
    """In the order of the file. A page may hold fewer than `limit` while next_cursor is set."""
    job = jobs.reader().get(request.path["import_id"], "import", request.call.now)
    found, following = jobs.rows().page(job.id, request.query.result, request.query.limit, position(request))
    return page(request, [row_shown(row) for row in found], following)
