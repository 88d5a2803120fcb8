"""Consents over HTTP: write down what a customer said, and read it all."""

from chalicelib.domain.consents import commands
from chalicelib.domain.consents.model import ConsentChannel, ConsentHistory, ConsentOut, NewConsent, Purpose
from chalicelib.domain.consents.visible import current, shown
from chalicelib.handlers.answers import Answer, created, ok
from chalicelib.handlers.endpoint import Request, Routes
from chalicelib.handlers.pages import page, position
from chalicelib.handlers.parameters import Paging
from chalicelib.wiring import consents

endpoint = Routes(__name__, "consents")
PATH = "/v1/customers/{customer_id}/consents"


class ConsentQuery(Paging):
    """What the history can be narrowed to."""

    channel: ConsentChannel | None = None
    purpose: Purpose | None = None


@endpoint(
    "POST",
    PATH,
    "consents.write",
    "Write down what a customer agrees to",
    body=NewConsent,
    returns=ConsentOut,
    status=201,
    also={409: "The customer is archived"},
)
def record(request: Request) -> Answer:
    """A yes or a no to one purpose on one channel, with how it was said and to which wording. Nothing is overwritten:
    the same again is written down again. `at` is when it was said, if that was earlier; the latest word holds."""
    said = commands.record(consents.desk(request.work), request.path["customer_id"], request.body)
    return created(f"/v1/customers/{said.customer_id}/consents", shown(said))


@endpoint("GET", PATH, "consents.read", "Read a customer's consents", query=ConsentQuery, returns=ConsentHistory)
def history(request: Request) -> Answer:
    """Everything that was said, newest first, and in `current` what holds now."""
    query, customer_id = request.query, request.path["customer_id"]
    reader = consents.reader()
    found = reader.history(customer_id, query.limit, position(request), channel=query.channel, purpose=query.purpose)
    answer = page(request, [shown(said) for said in found.consents], found.next)
    return ok({**answer.body, "current": current(reader.current(customer_id))})
