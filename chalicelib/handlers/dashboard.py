"""The dashboard: figures at a glance."""

from pydantic import Field

from chalicelib.domain.fields import Model
from chalicelib.handlers.answers import Answer, ok
from chalicelib.handlers.endpoint import Request, Routes
from chalicelib.wiring import dashboard

endpoint = Routes(__name__, "insight")


class CustomerFigures(Model):
    """How many customers there are."""

    active: int = Field(description="Every active customer is counted here, whichever way they came in")
    archived: int
    total: int


class Dashboard(Model):
    """Figures of the whole shop, as of this moment."""

    customers: CustomerFigures


@endpoint("GET", "/v1/dashboard", "dashboard.read", "Figures at a glance", returns=Dashboard)
def read(_: Request) -> Answer:
    """Counted by the writes themselves, so it costs the same for ten customers and a million."""
    counts = dashboard.customer_counts()
    return ok({"customers": {**counts, "total": sum(counts.values())}})
