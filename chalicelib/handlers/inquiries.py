"""Inquiries over HTTP: write down, read, answer, reassign, reopen."""

from chalicelib.domain.inquiries import commands
from chalicelib.domain.inquiries.model import InquiryOut, InquiryPatch, InquiryStatus, NewInquiry
from chalicelib.domain.inquiries.visible import shown
from chalicelib.handlers.answers import Answer, created, ok
from chalicelib.handlers.endpoint import Request, Routes
from chalicelib.handlers.pages import page, page_of, position
from chalicelib.handlers.parameters import Paging
from chalicelib.wiring import inquiries

endpoint = Routes(__name__, "inquiries")
ARCHIVED = "The customer is archived"


class InquiryQuery(Paging):
    """What the list of inquiries can be narrowed to."""

    status: InquiryStatus | None = None


@endpoint(
    "POST",
    "/v1/customers/{customer_id}/inquiries",
    "inquiries.write",
    "Write down an inquiry",
    body=NewInquiry,
    returns=InquiryOut,
    status=201,
    also={409: ARCHIVED},
)
def receive(request: Request) -> Answer:
    """Counts as contact. Open until a call or message goes out, or somebody answers it here."""
    desk = inquiries.desk(request.work, request.body.assignee)
    inquiry = commands.receive(desk, request.path["customer_id"], request.body)
    location = f"/v1/customers/{inquiry.customer_id}/inquiries/{inquiry.id}"
    return created(location, shown(inquiry), inquiry.version)


@endpoint(
    "GET",
    "/v1/customers/{customer_id}/inquiries",
    "inquiries.read",
    "List a customer's inquiries",
    query=InquiryQuery,
    returns=page_of(InquiryOut),
)
def listing(request: Request) -> Answer:
    """Newest first."""
    query = request.query
    found = inquiries.reader().page(request.path["customer_id"], query.limit, position(request), query.status)
    return page(request, [shown(inquiry) for inquiry in found.inquiries], found.next)


@endpoint(
    "GET",
    "/v1/customers/{customer_id}/inquiries/{inquiry_id}",
    "inquiries.read",
    "Read an inquiry",
    returns=InquiryOut,
)
def read(request: Request) -> Answer:
    """One inquiry and what became of it."""
    inquiry = inquiries.reader().get(request.path["customer_id"], request.path["inquiry_id"])
    return ok(shown(inquiry), inquiry.version)


@endpoint(
    "PATCH",
    "/v1/customers/{customer_id}/inquiries/{inquiry_id}",
    "inquiries.write",
    "Answer, reopen or reassign an inquiry",
    body=InquiryPatch,
    patch=True,
    returns=InquiryOut,
    also={409: ARCHIVED},
)
def change(request: Request) -> Answer:
    """JSON Merge Patch. Reopening takes the answer back; assignee null leaves it to nobody."""
    desk = inquiries.desk(request.work, request.body.get("assignee"))
    customer_id, inquiry_id = request.path["customer_id"], request.path["inquiry_id"]
    inquiry = commands.change(desk, customer_id, inquiry_id, request.body, request.if_match)
    return ok(shown(inquiry), inquiry.version)
