"""Suppressed addresses over HTTP: list, look up, add by hand, lift."""

from urllib.parse import quote

from chalicelib.domain.errors import Invalid, NotFound
from chalicelib.domain.suppressions import commands
from chalicelib.domain.suppressions.addresses import CHANNELS, comparable
from chalicelib.domain.suppressions.model import AddressChannel, NewSuppression, SuppressionOut
from chalicelib.domain.suppressions.visible import shown
from chalicelib.handlers.answers import Answer, created, no_content, ok
from chalicelib.handlers.endpoint import Request, Routes
from chalicelib.handlers.pages import page, page_of, position
from chalicelib.handlers.parameters import Paging
from chalicelib.wiring import shop, suppressions

endpoint = Routes(__name__, "suppressions")
ONE = "/v1/suppressions/{channel}/{address}"


class SuppressionQuery(Paging):
    """What the list of suppressed addresses can be narrowed to."""

    channel: AddressChannel | None = None


@endpoint(
    "GET",
    "/v1/suppressions",
    "suppressions.read",
    "List suppressed addresses",
    query=SuppressionQuery,
    returns=page_of(SuppressionOut),
)
def listing(request: Request) -> Answer:
    """Email addresses, then numbers, to which nothing is sent: they bounced, complained, said STOP, or by hand."""
    query = request.query
    found = suppressions.reader().page(query.channel, query.limit, position(request))
    return page(request, [shown(suppression) for suppression in found.suppressions], found.next)


@endpoint(
    "POST",
    "/v1/suppressions",
    "suppressions.write",
    "Suppress an address",
    body=NewSuppression,
    returns=SuppressionOut,
    status=201,
    also={200: "It is suppressed already, and stays as it is"},
)
def add(request: Request) -> Answer:
    """Nothing is sent to it any more, for no purpose; everybody who holds it shows it on the profile."""
    fields: NewSuppression = request.body
    address = comparable(fields.channel, fields.address, shop.shop.get().country_for(None))
    desk = suppressions.desk(request.work)
    made = commands.suppress(desk, fields.channel, address, "manual", note=fields.reason_text)
    if not len(request.work):
        return ok(shown(made))
    return created(f"/v1/suppressions/{made.channel}/{quote(made.address, safe='')}", shown(made))


@endpoint("GET", ONE, "suppressions.read", "Look up an address", returns=SuppressionOut)
def read(request: Request) -> Answer:
    """404 when it may be written to."""
    channel, address = _named(request)
    found = suppressions.reader().get(channel, address)
    if found is None:
        raise NotFound("This address is not suppressed.")
    return ok(shown(found))


@endpoint("DELETE", ONE, "suppressions.write", "Allow an address again", status=204)
def lift(request: Request) -> Answer:
    """Only when the person asked for it: consent is still needed, and a complaint weighs with the provider."""
    channel, address = _named(request)
    commands.lift(suppressions.desk(request.work), channel, address)
    return no_content()


def _named(request: Request) -> tuple[str, str]:
    """Channel and address of the path.

    Raises:
        NotFound: there can be no such address.
    """
    channel, address = request.path["channel"], request.path["address"]
    if channel not in CHANNELS:
        raise NotFound("There is no such channel.")
    try:
        return channel, comparable(channel, address)
    except Invalid as unusable:
        raise NotFound("This address is not suppressed.") from unusable
