"""The timeline over HTTP."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from chalicelib.domain import instants
from chalicelib.domain.errors import Invalid
from chalicelib.domain.fields import Instant
from chalicelib.domain.timeline.model import Entry, sees_content
from chalicelib.domain.timeline.visible import worded
from chalicelib.handlers.answers import Answer
from chalicelib.handlers.endpoint import Request, Routes
from chalicelib.handlers.pages import page, page_of, position
from chalicelib.handlers.parameters import Paging
from chalicelib.repos.timeline import Span
from chalicelib.wiring import customers
from chalicelib.wiring.timeline import timeline

endpoint = Routes(__name__, "timeline")


class TimelineQuery(Paging):
    """What the timeline can be narrowed to."""

    kind: Annotated[str, Field(pattern="^[a-z_]{1,50}$", examples=["note_added"])] | None = None
    since: Instant | None = Field(default=None, alias="from", description="From this instant on")
    until: Instant | None = Field(default=None, alias="to", description="Until before this instant")


@endpoint(
    "GET",
    "/v1/customers/{customer_id}/timeline",
    "history.read",
    "What happened with a customer",
    query=TimelineQuery,
    returns=page_of(Entry),
)
def read(request: Request) -> Answer:
    """Newest first, for archived customers too. Analysts get it without what people wrote.

    Sales read the words of messages of customers of their own or of nobody.
    """
    query, customer_id = request.query, request.path["customer_id"]
    found = timeline().page(
        customer_id,
        query.limit,
        position(request),
        span=_span(query.since, query.until),
        kind=query.kind,
        with_content=sees_content(request.roles),
    )
    entries = worded(request.call.actor, found.entries, lambda: customers.reader().get(customer_id))
    return page(request, entries, found.next)


def _span(since: str | None, until: str | None) -> Span:
    span = Span(_moment(since), _moment(until))
    if span.since and span.until and span.since > span.until:
        raise Invalid.field("/to", "must not be before from")
    return span


def _moment(text: str | None) -> datetime | None:
    return instants.parse_instant(text) if text else None
