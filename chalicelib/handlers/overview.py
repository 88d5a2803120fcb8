"""The 360 view over HTTP."""

from dataclasses import replace

from chalicelib.domain.overview.model import Overview
from chalicelib.domain.overview.visible import seen
from chalicelib.domain.timeline.model import sees_content
from chalicelib.domain.timeline.visible import worded
from chalicelib.handlers.answers import Answer, ok
from chalicelib.handlers.endpoint import Request, Routes
from chalicelib.wiring import shop
from chalicelib.wiring.overview import overviews

endpoint = Routes(__name__, "customers")


@endpoint("GET", "/v1/customers/{customer_id}/overview", "history.read", "The 360 view of a customer", returns=Overview)
def overview(request: Request) -> Answer:
    """The profile, figures, what is open, and the newest twenty entries of the timeline."""
    sight = overviews().read(request.path["customer_id"], with_content=sees_content(request.roles))
    sight = replace(sight, timeline=worded(request.call.actor, sight.timeline, lambda: sight.customer))
    return ok(seen(request.roles, sight, shop.knowing(sight.customer), request.call.now), sight.customer.version)
