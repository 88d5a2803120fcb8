"""Imports over HTTP: begin one, say what its columns mean, start it, see how far it is and what became of its rows."""

from datetime import timedelta

from pydantic import Field

from chalicelib.domain import instants
from chalicelib.domain.errors import Conflict
from chalicelib.domain.imports.model import (
    FILE_DAYS,
    ImportOut,
    ImportRowOut,
    ImportStarted,
    NewImport,
    NewMapping,
    RowOutcome,
    only_checked,
    options_of,
    row_shown,
    shown,
)
from chalicelib.domain.imports.planning import asked, mapped_anew, started
from chalicelib.domain.jobs import commands
from chalicelib.domain.jobs.model import Job
from chalicelib.domain.restore.commands import require_plain
from chalicelib.domain.work import Change
from chalicelib.handlers import serve
from chalicelib.handlers.answers import Answer, created, ok
from chalicelib.handlers.endpoint import Request, Routes
from chalicelib.handlers.pages import page, page_of, position
from chalicelib.handlers.parameters import Flag, NoParameters, Paging
from chalicelib.repos.jobs import JobWriter
from chalicelib.wiring import import_defaults, imports, jobs

endpoint = Routes(__name__, "imports")
ONE = "/v1/imports/{import_id}"


class BeginQuery(NoParameters):
    """How an import is begun."""

    dry_run: Flag = Field(default=False, description="Only check the rows, and wait for POST …/start")


class RowQuery(Paging):
    """Which rows to list."""

    result: RowOutcome | None = Field(default=None, description="Only rows that came out like this")


def _shown(request: Request, job: Job) -> dict[str, object]:
    """The import with links to its files while they are kept."""
    links: tuple[str | None, str | None] = (None, None)
    if job.status in ("done", "checked"):
        at = job.finished_at or job.created_at
        if request.call.now - instants.parse_instant(at) < timedelta(days=FILE_DAYS):
            links = imports.links(job)
    return shown(job, request.call.now, *links)


def _read(request: Request) -> Job:
    return jobs.reader().get(request.path["import_id"], "import", request.call.now)


@endpoint(
    "POST",
    "/v1/imports",
    "imports.write",
    "Begin an import",
    body=NewImport,
    query=BeginQuery,
    returns=ImportStarted,
    status=201,
)
def create(request: Request) -> Answer:
    """Send the file to `upload.url` as a form within 15 minutes (50 MB at most); then it runs by itself.

    Columns with our own names need no mapping. Others take one, or a template, or one that was saved; without it the
    import waits with status `unmapped` and a `proposal`. With `dry_run=true` the rows are only checked, and it waits
    with status `checked` for POST …/start. Kind `everything` takes the export of all data back, for admins, as jsonl.
    """
    if request.body.kind == "everything":
        serve.authorize("imports.restore", "POST /v1/imports", request.call)
        require_plain(request.body, dry_run=request.query.dry_run)
    import_defaults.require(request.body.options.defaults)
    wanted = asked(imports.chosen(request.body), request.call.now, dry_run=request.query.dry_run)
    job = commands.make(request.call, JobWriter(request.work), request.work, "import", wanted)
    answer = {"id": job.id, "status": job.status, "upload": imports.form(job)}
    return created(f"/v1/imports/{job.id}", answer)


@endpoint("GET", "/v1/imports", "imports.read", "List imports", query=Paging, returns=page_of(ImportOut))
def listing(request: Request) -> Answer:
    """Newest first; imports are kept for 90 days."""
    found, following = jobs.reader().page("import", request.query.limit, position(request), request.call.now)
    return page(request, [_shown(request, job) for job in found], following)


@endpoint("GET", ONE, "imports.read", "Read an import", returns=ImportOut)
def read(request: Request) -> Answer:
    """How far it is, what it waits for, and when done links to the results of its rows."""
    return ok(_shown(request, _read(request)))


@endpoint(
    "PUT",
    f"{ONE}/mapping",
    "imports.write",
    "Say what the columns of an import mean",
    body=NewMapping,
    returns=ImportOut,
    also={409: "The import does not wait for a mapping"},
)
def put_mapping(request: Request) -> Answer:
    """While it is `unmapped`, or `checked` and not started; it goes on from the first row."""
    job = _read(request)
    if job.status not in ("unmapped", "checked"):
        raise Conflict("The import does not wait for a mapping.", code="not_waiting", conflict_id=job.id)
    said = imports.chosen(request.body)
    if said.options is not None:
        import_defaults.require(said.options.defaults)
    after = mapped_anew(job, said, said.options or options_of(job), request.call.now)
    if said.save_as is not None:
        imports.save_mapping(request.work, said)
    return _goes_on(request, job, after, "import.map")


@endpoint(
    "POST",
    f"{ONE}/start",
    "imports.write",
    "Start an import that was checked",
    returns=ImportOut,
    status=202,
    also={409: "The import was not checked, or was started"},
)
def start(request: Request) -> Answer:
    """After a dry run: now its rows are done."""
    job = _read(request)
    if job.status != "checked":
        raise Conflict("The import does not wait to be started.", code="not_waiting", conflict_id=job.id)
    return _goes_on(request, job, started(job), "import.start", status=202)


def _goes_on(request: Request, before: Job, after: Job, action: str, status: int = 200) -> Answer:
    JobWriter(request.work).amend(before, after)
    commands.start(request.work, after)
    request.work.audit(Change(action, after.id, after={"mapping": after.request["mapping"]}))
    return Answer(status, _shown(request, after))


@endpoint(
    "GET",
    f"{ONE}/rows",
    "imports.read",
    "List the rows of an import",
    query=RowQuery,
    returns=page_of(ImportRowOut),
)
def rows(request: Request) -> Answer:
    """In the order of the file; of an import that is only checked, what would become of them.

    A page may hold fewer than `limit` while next_cursor is set.
    """
    job, query, at = _read(request), request.query, position(request)
    found, following = jobs.rows().page(job.id, query.result, query.limit, at, checked=only_checked(job))
    return page(request, [row_shown(row) for row in found], following)
