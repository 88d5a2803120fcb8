"""Bulk changes over HTTP: preview one, begin one, see how far it is, and what became of each customer."""

from pydantic import Field

from chalicelib.domain.bulk.checks import check
from chalicelib.domain.bulk.model import (
    BulkOut,
    BulkOutcome,
    BulkPreview,
    BulkRowOut,
    BulkStarted,
    NewBulk,
    Selection,
    row_shown,
    shown,
)
from chalicelib.domain.customers.visible import seen_by
from chalicelib.domain.errors import FieldError, Invalid
from chalicelib.domain.exports import commands as exports
from chalicelib.domain.exports.model import NewExport
from chalicelib.domain.jobs import commands
from chalicelib.domain.jobs.model import Job
from chalicelib.domain.shop.tags import tag_ids
from chalicelib.handlers.answers import Answer, ok
from chalicelib.handlers.endpoint import Request, Routes
from chalicelib.handlers.pages import page, page_of, position
from chalicelib.handlers.parameters import Paging
from chalicelib.repos.jobs import JobWriter
from chalicelib.wiring import bulk, customers, jobs, shop, tags

endpoint = Routes(__name__, "bulk")
SAMPLE = 10


class RowQuery(Paging):
    """Which customers to list."""

    result: BulkOutcome | None = Field(default=None, description="Only customers that came out like this")


@endpoint(
    "POST",
    "/v1/customers/bulk",
    "bulk.write",
    "Change many customers",
    body=NewBulk,
    returns=BulkStarted,
    status=202,
    dry_run=True,
    preview=BulkPreview,
    also={200: "What a dry run gives"},
)
def create(request: Request) -> Answer:
    """Begins a job; `Location` says where it is. With `dry_run=true` nothing is written and the answer is a preview.

    A preview counts up to a thousand customers; when there are more, `exact` is false.
    """
    _check(request)
    if request.dry_run:
        return ok(_preview(request, request.body.selection))
    if request.body.action.kind == "export":
        return _started(_export(request), "/v1/exports")
    asked = _asked(request)
    job = commands.make(request.call, JobWriter(request.work), request.work, "bulk", asked)
    commands.start(request.work, job)
    return _started(job, "/v1/customers/bulk")


def _started(job: Job, place: str) -> Answer:
    return Answer(202, {"id": job.id, "status": job.status}, {"Location": f"{place}/{job.id}"})


def _export(request: Request) -> Job:
    """A job of its own, as if it had been asked for at /v1/exports."""
    body = request.body
    wanted = NewExport(format=body.action.format, **{name: getattr(body.selection, name) for name in ("ids", "filter")})
    try:
        return exports.begin(request.call, JobWriter(request.work), request.work, wanted)
    except Invalid as refusal:
        errors = [FieldError(f"/selection{error.pointer}", error.detail) for error in refusal.errors]
        raise Invalid(refusal.detail, code=refusal.code, errors=errors) from None


def _check(request: Request) -> None:
    """Refuse at once what every single customer would be refused for; a tag may have been made a moment ago."""
    selection, action = request.body.selection, request.body.action
    if selection.filter is not None:
        customers.filters(selection.filter, request.roles)
    desk = customers.desk(request.work)
    try:
        check(action, desk.shop, desk.staff)
    except Invalid:
        check(action, shop.shop.fresh(), desk.staff)


def _asked(request: Request) -> dict[str, object]:
    """What is kept of the request, with its tags by id."""
    asked = request.body.model_dump(mode="json", exclude_unset=True)
    action = request.body.action
    names = action.tags or ()
    found = tags.named(names, request.work).ids if action.kind == "tag" else tag_ids(names, shop.shop.get())
    return {**asked, "tag_ids": list(found)}


def _preview(request: Request, selection: Selection) -> dict[str, object]:
    if selection.filter is None:
        found = [c for c in customers.reader().get_many(selection.ids or ()) if c.status == "active"]
        count, exact = len(found), True
    else:
        wanted = customers.filters(selection.filter, request.roles)
        count, exact, found = bulk.count(wanted, request.call.now)
    reference, now = shop.knowing(*found[:SAMPLE]), request.call.now
    sample = [seen_by(request.roles, customer, reference, now) for customer in found[:SAMPLE]]
    return {"count": count, "exact": exact, "sample": sample}


@endpoint("GET", "/v1/customers/bulk", "bulk.read", "List bulk changes", query=Paging, returns=page_of(BulkOut))
def listing(request: Request) -> Answer:
    """Newest first; they are kept for 90 days."""
    found, following = jobs.reader().page("bulk", request.query.limit, position(request), request.call.now)
    return page(request, [shown(job) for job in found], following)


@endpoint("GET", "/v1/customers/bulk/{bulk_id}", "bulk.read", "Read a bulk change", returns=BulkOut)
def read(request: Request) -> Answer:
    """How far it is."""
    return ok(shown(jobs.reader().get(request.path["bulk_id"], "bulk", request.call.now)))


@endpoint(
    "GET",
    "/v1/customers/bulk/{bulk_id}/rows",
    "bulk.read",
    "List the customers of a bulk change",
    query=RowQuery,
    returns=page_of(BulkRowOut),
)
def rows(request: Request) -> Answer:
    """In the order of the selection. A page may hold fewer than `limit` while next_cursor is set."""
    job = jobs.reader().get(request.path["bulk_id"], "bulk", request.call.now)
    found, following = jobs.rows().page(job.id, request.query.result, request.query.limit, position(request))
    return page(request, [row_shown(row) for row in found], following)
