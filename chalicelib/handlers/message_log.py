"""The log of all messages over HTTP, and how many there were."""

from datetime import date, timedelta

from pydantic import Field

from chalicelib.domain import instants
from chalicelib.domain.errors import Invalid
from chalicelib.domain.fields import Date, Model, Text
from chalicelib.domain.messages.model import MessageChannel, MessageStatus
from chalicelib.domain.messages.shapes import AnyPurpose, ListedMessage, MessageFigures
from chalicelib.domain.messages.visible import listed, sees_all, sees_customer
from chalicelib.domain.templates.model import Name
from chalicelib.handlers.answers import Answer, ok
from chalicelib.handlers.endpoint import Request, Routes
from chalicelib.handlers.pages import page, page_of, position
from chalicelib.handlers.parameters import Paging
from chalicelib.repos.message_log import Days
from chalicelib.repos.owned import Narrowed
from chalicelib.wiring import messages

endpoint = Routes(__name__, "messages")
USUAL_DAYS, MOST_DAYS, MOST_COUNTED = 31, 92, 31


class LogQuery(Paging):
    """What the log can be narrowed to; days are those of UTC."""

    status: MessageStatus | None = None
    channel: MessageChannel | None = None
    purpose: AnyPurpose | None = None
    template: Name | None = None
    customer_id: Text | None = None
    since: Date | None = Field(default=None, alias="from", description="The first day; else 30 days before the last")
    until: Date | None = Field(default=None, alias="to", description="The last day; else today")


class FiguresQuery(Model):
    """Which days to count."""

    day: Date | None = Field(default=None, description="One day, instead of from and to")
    since: Date | None = Field(default=None, alias="from", description="The first day; else 30 days before the last")
    until: Date | None = Field(default=None, alias="to", description="The last day; else today")


@endpoint("GET", "/v1/messages", "messages.read", "The log of messages", query=LogQuery, returns=page_of(ListedMessage))
def log(request: Request) -> Answer:
    """Messages to and from all customers, newest first; sales see those of customers of their own or of nobody.

    Days are those of UTC, the last 31 when none are named, at most 92. A page may be short while next_cursor is set.
    """
    query, actor = request.query, request.call.actor
    only = Narrowed.to(
        status=query.status,
        channel=query.channel,
        purpose=query.purpose,
        template=query.template,
        recipient_id=query.customer_id,
    )
    days = _days(query.since, query.until, request.call.now.date(), MOST_DAYS)
    found = messages.log().days(days, only, query.limit, position(request))
    seen = [
        listed(message, customer)
        for message, customer in found.messages
        if sees_all(actor) or (customer is not None and sees_customer(actor, customer))
    ]
    return page(request, seen, found.next)


@endpoint(
    "GET",
    "/v1/messages/figures",
    "messages.figures",
    "How many messages there were",
    query=FiguresQuery,
    returns=MessageFigures,
)
def figures(request: Request) -> Answer:
    """By channel, purpose and status, of one day or of up to 31 (UTC). No message and no person is named."""
    first, last = _counted(request.query, request.call.now.date())
    counted = messages.log().figures((first, last))
    counts = [
        {"channel": channel, "purpose": purpose, "status": status, "count": count}
        for (channel, purpose, status), count in sorted(counted.items())
    ]
    return ok({"from": first.isoformat(), "to": last.isoformat(), "total": counted.total(), "counts": counts})


def _counted(query: FiguresQuery, today: date) -> Days:
    if query.day is None:
        return _days(query.since, query.until, today, MOST_COUNTED)
    if query.since is not None or query.until is not None:
        raise Invalid.field("/day", "goes without from and to")
    day = instants.parse_date(query.day)
    return day, day


def _days(since: str | None, until: str | None, today: date, most: int) -> Days:
    """The first and the last day that are asked for.

    Raises:
        Invalid: in the wrong order, or too many.
    """
    last = instants.parse_date(until) if until else today
    if since is None:
        return max(last, date.min + timedelta(days=USUAL_DAYS)) - timedelta(days=USUAL_DAYS - 1), last
    first = instants.parse_date(since)
    if first > last:
        raise Invalid.field("/to", "must not be before from")
    if (last - first).days >= most:
        raise Invalid.field("/from", f"is too far back: at most {most} days at once")
    return first, last
