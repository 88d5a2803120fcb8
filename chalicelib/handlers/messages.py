"""Messages over HTTP: send or write down, a customer's thread, send again, cancel."""

from chalicelib.domain.errors import NotFound
from chalicelib.domain.messages import again, keeping, writing
from chalicelib.domain.messages.model import Message, MessageChannel, MessageStatus
from chalicelib.domain.messages.shapes import MessageLine, MessageOut, NewMessage
from chalicelib.domain.messages.visible import is_own, line, sees_all, sees_customer, shown
from chalicelib.handlers.answers import Answer, created, ok
from chalicelib.handlers.endpoint import Request, Routes
from chalicelib.handlers.pages import page, page_of, position
from chalicelib.handlers.parameters import Paging
from chalicelib.wiring import customers, messages

endpoint = Routes(__name__, "messages")


class ThreadQuery(Paging):
    """What a customer's messages can be narrowed to."""

    channel: MessageChannel | None = None
    status: MessageStatus | None = None


@endpoint(
    "POST",
    "/v1/messages",
    "messages.send",
    "Send a message, or write contact down",
    body=NewMessage,
    returns=MessageOut,
    status=201,
    also={409: "The customer is archived"},
)
def write(request: Request) -> Answer:
    """By template or in free text, by email, SMS or push; letters, visits, social media and WhatsApp are logged.

    What the customer has not agreed to is kept with status suppressed and its reason. A message that goes out answers
    the customer's open inquiries, the oldest twenty at once.
    """
    desk = messages.desk(request.work, request.call.actor.name)
    command = keeping.keep if keeping.is_kept(request.body) else writing.write
    return _created(command(desk, request.body))


@endpoint(
    "GET",
    "/v1/customers/{customer_id}/messages",
    "messages.read",
    "A customer's messages",
    query=ThreadQuery,
    returns=page_of(MessageLine),
)
def thread(request: Request) -> Answer:
    """What went out and what came in, newest first. Sales see those of customers of their own or of nobody."""
    query, customer_id = request.query, request.path["customer_id"]
    _require_own(request, customer_id)
    found = messages.log().thread(customer_id, query.limit, position(request), query.channel, query.status)
    return page(request, [line(message) for message in found.messages], found.next)


@endpoint("GET", "/v1/messages/{message_id}", "messages.read", "Read a message", returns=MessageOut)
def read(request: Request) -> Answer:
    """Whole, with its text and HTML, without the footer that is added when it leaves."""
    message = _readable(request)
    return ok(shown(message), message.version)


@endpoint(
    "POST",
    "/v1/messages/{message_id}/resend",
    "messages.send",
    "Send a message again",
    returns=MessageOut,
    status=201,
    also={409: "It needs no resending, or was sent again already; or the customer is archived"},
)
def resend(request: Request) -> Answer:
    """For one that was suppressed, failed, bounced, or whose fate is unknown: then it may arrive twice.

    Consent and suppressed addresses count as for any other message.
    """
    _readable(request)
    return _created(again.send_again(messages.desk(request.work), request.path["message_id"]))


@endpoint(
    "POST",
    "/v1/messages/{message_id}/cancel",
    "messages.send",
    "Cancel a message that waits",
    returns=MessageOut,
    also={409: "It does not wait for its time any more"},
)
def cancel(request: Request) -> Answer:
    """It becomes suppressed, reason cancelled."""
    _readable(request)
    message = writing.cancel(messages.desk(request.work), request.path["message_id"])
    return ok(shown(message), message.version)


def _created(message: Message) -> Answer:
    return created(f"/v1/messages/{message.id}", shown(message), message.version)


def _readable(request: Request) -> Message:
    """The message, if the caller may know of it.

    Raises:
        NotFound: they may not, or there is none.
    """
    message = messages.reader().get(request.path["message_id"])
    if is_own(request.call.actor, message):
        return message
    if message.customer_id is None or not _is_theirs(request, message.customer_id):
        raise NotFound("There is no such message.")
    return message


def _require_own(request: Request, customer_id: str) -> None:
    """Let those who do not read everybody's messages read those of their own customers.

    Raises:
        NotFound: the customer is a colleague's, or there is none.
    """
    if not sees_all(request.call.actor) and not _is_theirs(request, customer_id):
        raise NotFound("There is no such customer among yours.")


def _is_theirs(request: Request, customer_id: str) -> bool:
    return sees_customer(request.call.actor, customers.reader().get(customer_id))
