"""Taking an import or a bulk change back over HTTP."""

from pydantic import Field

from chalicelib.domain.jobs.model import JobKind
from chalicelib.domain.undo.commands import begin
from chalicelib.domain.undo.model import UndoOut, UndoOutcome, UndoRowOut, UndoStarted, row_shown, shown
from chalicelib.handlers.answers import Answer, ok
from chalicelib.handlers.endpoint import Request, Routes
from chalicelib.handlers.pages import page, page_of, position
from chalicelib.handlers.parameters import Paging
from chalicelib.repos.jobs import JobWriter
from chalicelib.wiring import jobs

endpoint = Routes(__name__, "undo")
NOT_OVER = {409: "It is not finished yet, or nothing of it can be taken back"}


class RowQuery(Paging):
    """Which rows to list."""

    result: UndoOutcome | None = Field(default=None, description="Only rows that came out like this")


@endpoint(
    "POST",
    "/v1/customers/bulk/{bulk_id}/undo",
    "bulk.write",
    "Take a bulk change back",
    returns=UndoStarted,
    status=202,
    also=NOT_OVER,
)
def of_bulk(request: Request) -> Answer:
    """Gives back what is still as the change left it; a second request answers the same job.

    What somebody changed since stays, and the customer's row says so.
    """
    return _begun(request, request.path["bulk_id"], "bulk")


@endpoint(
    "POST",
    "/v1/imports/{import_id}/undo",
    "imports.write",
    "Take an import back",
    returns=UndoStarted,
    status=202,
    also=NOT_OVER,
)
def of_import(request: Request) -> Answer:
    """Removes the customers whom it made and nobody has worked with since, and gives the others back what it changed.

    A second request answers the same job. Afterwards the same file goes in as if for the first time.
    """
    return _begun(request, request.path["import_id"], "import")


def _begun(request: Request, job_id: str, kind: JobKind) -> Answer:
    origin = jobs.reader().get(job_id, kind, request.call.now)
    known = origin.state.get("undo_id")
    if known:
        job = jobs.reader().get(known, "undo", request.call.now)
    else:
        job = begin(request.call, JobWriter(request.work), request.work, origin)
    return Answer(202, {"id": job.id, "status": job.status}, {"Location": f"/v1/undos/{job.id}"})


@endpoint("GET", "/v1/undos/{undo_id}", "bulk.read", "Read an undo", returns=UndoOut)
def read(request: Request) -> Answer:
    """How far it is."""
    return ok(shown(jobs.reader().get(request.path["undo_id"], "undo", request.call.now)))


@endpoint(
    "GET",
    "/v1/undos/{undo_id}/rows",
    "bulk.read",
    "List the rows of an undo",
    query=RowQuery,
    returns=page_of(UndoRowOut),
)
def rows(request: Request) -> Answer:
    """One for each row of the other job that changed something. A page may hold fewer than `limit`."""
    job = jobs.reader().get(request.path["undo_id"], "undo", request.call.now)
    found, following = jobs.rows().page(job.id, request.query.result, request.query.limit, position(request))
    return page(request, [row_shown(row) for row in found], following)
