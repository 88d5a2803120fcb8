"""Calls over HTTP: log and read."""

from chalicelib.domain.calls import commands
from chalicelib.domain.calls.model import CallOut, Direction, NewCall
from chalicelib.domain.calls.visible import shown
from chalicelib.handlers.answers import Answer, created, ok
from chalicelib.handlers.endpoint import Request, Routes
from chalicelib.handlers.pages import page, page_of, position
from chalicelib.handlers.parameters import Paging
from chalicelib.wiring import calls

endpoint = Routes(__name__, "calls")


class CallQuery(Paging):
    """What the list of calls can be narrowed to."""

    direction: Direction | None = None


@endpoint(
    "POST",
    "/v1/customers/{customer_id}/calls",
    "calls.write",
    "Log a call",
    body=NewCall,
    returns=CallOut,
    status=201,
    also={409: "The customer is archived"},
)
def log(request: Request) -> Answer:
    """Counts as contact. An outgoing call answers the customer's open inquiries, the oldest twenty at once."""
    call = commands.log(calls.desk(request.work), request.path["customer_id"], request.body)
    return created(f"/v1/customers/{call.customer_id}/calls/{call.id}", shown(call))


@endpoint(
    "GET",
    "/v1/customers/{customer_id}/calls",
    "calls.read",
    "List a customer's calls",
    query=CallQuery,
    returns=page_of(CallOut),
)
def listing(request: Request) -> Answer:
    """By when they were, newest first."""
    query = request.query
    found = calls.reader().page(request.path["customer_id"], query.limit, position(request), query.direction)
    return page(request, [shown(call) for call in found.calls], found.next)


@endpoint("GET", "/v1/customers/{customer_id}/calls/{call_id}", "calls.read", "Read a call", returns=CallOut)
def read(request: Request) -> Answer:
    """One call, and the inquiries it answered."""
    return ok(shown(calls.reader().get(request.path["customer_id"], request.path["call_id"])))
