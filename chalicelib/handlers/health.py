"""Is the API there?"""

from chalicelib.domain.fields import Model
from chalicelib.handlers.answers import Answer, ok
from chalicelib.handlers.endpoint import Request, Routes

endpoint = Routes(__name__, "service")


class Health(Model):
    """The answer of a healthy API."""

    status: str


@endpoint("GET", "/v1/health", None, "Health", returns=Health)
def health(_: Request) -> Answer:
    """Open to all; touches nothing else, so it stays up when a store is down."""
    return ok({"status": "ok"})
