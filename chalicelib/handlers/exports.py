"""Exports over HTTP: begin one, see how far it is, and get the link to its file."""

from chalicelib.domain.exports.commands import begin
from chalicelib.domain.exports.model import (
    ExportLine,
    ExportOut,
    ExportStarted,
    NewExport,
    kept_until,
    shown,
    with_link,
)
from chalicelib.domain.jobs.model import Job
from chalicelib.domain.work import Change
from chalicelib.handlers.answers import Answer, ok
from chalicelib.handlers.endpoint import Request, Routes
from chalicelib.handlers.pages import page, page_of, position
from chalicelib.handlers.parameters import Paging
from chalicelib.repos.jobs import JobWriter
from chalicelib.repos.transaction import commit_with_retry
from chalicelib.wiring import customers, exports, jobs
from chalicelib.wiring.store import table

endpoint = Routes(__name__, "exports")


@endpoint("POST", "/v1/exports", "exports.write", "Begin an export", body=NewExport, returns=ExportStarted, status=202)
def create(request: Request) -> Answer:
    """It runs by itself: a filtered list as csv, xlsx or jsonl, or `everything` without loss as jsonl.

    The columns of csv and xlsx are those that an import reads, so a file goes back in as it came out.
    """
    if request.body.filter:
        customers.filters(request.body.filter, request.roles)
    job = begin(request.call, JobWriter(request.work), request.work, request.body)
    return Answer(202, {"id": job.id, "status": job.status}, {"Location": f"/v1/exports/{job.id}"})


@endpoint("GET", "/v1/exports", "exports.read", "List exports", query=Paging, returns=page_of(ExportLine))
def listing(request: Request) -> Answer:
    """Newest first, kept for 90 days. The links to the files are given one by one, by reading an export."""
    found, following = jobs.reader().page("export", request.query.limit, position(request), request.call.now)
    return page(request, [shown(job) for job in found], following)


@endpoint("GET", "/v1/exports/{export_id}", "exports.read", "Read an export", returns=ExportOut)
def read(request: Request) -> Answer:
    """How far it is, and when done a link to the file. Every link that is given stands in the audit log."""
    job = jobs.reader().get(request.path["export_id"], "export", request.call.now)
    return ok(with_link(shown(job), _link(request, job), request.call.now))


def _link(request: Request, job: Job) -> str | None:
    """The link while the file is kept; none is given before it is noted who got it."""
    until = kept_until(job)
    if until is None or request.call.now >= until:
        return None
    commit_with_retry(table(), request.call, lambda work: work.audit(Change("export.link", job.id)))
    return exports.download_link(job)
