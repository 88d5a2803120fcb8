"""Looks over all customers' contact details over HTTP: start one, and see what it found."""

from chalicelib.domain.contact_checks import starting
from chalicelib.domain.contact_checks.model import CheckOut, check_shown
from chalicelib.handlers.answers import Answer, ok
from chalicelib.handlers.endpoint import Request, Routes
from chalicelib.handlers.pages import page, page_of, position
from chalicelib.handlers.parameters import Paging
from chalicelib.wiring import contact_checks, jobs

endpoint = Routes(__name__, "contact details")


@endpoint(
    "POST",
    "/v1/contact-checks",
    "contact_checks.run",
    "Look over all customers' contact details",
    returns=CheckOut,
    status=202,
)
def start(request: Request) -> Answer:
    """In the background. While one is under way, this answers with that one. Once a week it happens by itself."""
    job = starting.start(contact_checks.starter(request.work))
    return Answer(202, check_shown(job), {"Location": f"/v1/contact-checks/{job.id}"})


@endpoint(
    "GET",
    "/v1/contact-checks",
    "contact_checks.run",
    "List the looks over contact details",
    query=Paging,
    returns=page_of(CheckOut),
)
def listing(request: Request) -> Answer:
    """Newest first; they are kept for 90 days."""
    found, following = jobs.reader().page("contact_check", request.query.limit, position(request), request.call.now)
    return page(request, [check_shown(job) for job in found], following)


@endpoint(
    "GET",
    "/v1/contact-checks/{check_id}",
    "contact_checks.run",
    "Read a look over contact details",
    returns=CheckOut,
)
def read(request: Request) -> Answer:
    """How far it is, and what it found."""
    return ok(check_shown(jobs.reader().get(request.path["check_id"], "contact_check", request.call.now)))
