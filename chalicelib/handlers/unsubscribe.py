"""Unsubscribing over HTTP, for people (a page) and for their mail programs (RFC 8058: one click, one POST)."""

from typing import ClassVar, Literal

from pydantic import Field

from chalicelib.domain.call import Actor
from chalicelib.domain.consents import commands
from chalicelib.domain.consents.links import Link, read_unsubscribe_token
from chalicelib.domain.consents.model import PURPOSES
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.errors import Invalid, NotFound
from chalicelib.domain.fields import ExampleBody, Model
from chalicelib.domain.messages.policy import languages_of
from chalicelib.handlers import forms, unsubscribe_page
from chalicelib.handlers.answers import Answer
from chalicelib.handlers.endpoint import Request, Routes
from chalicelib.wiring import consents
from chalicelib.wiring.shop import shop
from chalicelib.wiring.signing import signing_key

endpoint = Routes(__name__, "unsubscribe")
PATH = "/v1/unsubscribe"
NO_LINK = "The link is not one of ours, or its customer is gone; a page says so"
LINK = Actor(id="sys_unsubscribe", name="Unsubscribe link")
ONE_CLICK = ("list-unsubscribe", "one-click")


class UnsubscribeQuery(Model):
    """What a link holds; whatever else a mail program adds to it is left aside."""

    token: str = Field(description="Signed; stands in the link under each message")


class UnsubscribeForm(Model):
    """One of the two; what else a mail provider sends is left aside."""

    example: ClassVar[ExampleBody] = {"scope": "purpose"}

    one_click: Literal["One-Click"] | None = Field(default=None, alias="List-Unsubscribe", description="RFC 8058")
    scope: Literal["purpose", "channel"] | None = Field(default=None, description="What the page's buttons send")


@endpoint(
    "GET",
    PATH,
    None,
    "The page of an unsubscribe link",
    query=UnsubscribeQuery,
    media=unsubscribe_page.HTML,
    also={404: NO_LINK},
    raw=True,
)
def page(request: Request) -> Answer:
    """Says what would end, and changes nothing: programs that look at links before people do end nothing."""
    try:
        link, customer = _known(request)
    except NotFound:
        return _unknown()
    return unsubscribe_page.choice(link, languages_of(customer, shop.get()), _shop_name())


@endpoint(
    "POST",
    PATH,
    None,
    "Unsubscribe",
    query=UnsubscribeQuery,
    body=UnsubscribeForm,
    media=unsubscribe_page.HTML,
    also={404: NO_LINK, 413: "The form is over 16 KB", 415: "The body is no form"},
    raw=True,
    actor=LINK,
)
def unsubscribe(request: Request) -> Answer:
    """A form: `List-Unsubscribe=One-Click` (RFC 8058) or `scope=purpose` ends messages of the link's purpose on its
    channel, `scope=channel` all messages on that channel. Done again, nothing more happens. Archived customers too."""
    try:
        link, customer = _known(request)
    except NotFound:
        return _unknown()
    scope = _scope(forms.fields(request.body))
    purposes = PURPOSES if scope == "channel" else (link.purpose,)
    commands.withdraw(consents.desk(request.work), link.customer_id, link.channel, purposes, "unsubscribe_link")
    return unsubscribe_page.done(link, scope, languages_of(customer, shop.get()), _shop_name())


def _known(request: Request) -> tuple[Link, Customer]:
    """What the link is about, and the customer.

    Raises:
        NotFound: it is none of ours, or the customer is gone.
    """
    token = request.query.get("token", [""])[-1]
    link = read_unsubscribe_token(signing_key(), token)
    if link is None:
        raise NotFound("This link does not work.")
    return link, consents.reader().customer(link.customer_id)


def _scope(sent: dict[str, str]) -> str:
    """What the form asks for.

    Raises:
        Invalid: nothing that we know; rather than guess, nothing is ended.
    """
    if any((name.lower(), value.strip().lower()) == ONE_CLICK for name, value in sent.items()):
        return "purpose"
    if sent.get("scope") in ("purpose", "channel"):
        return sent["scope"]
    raise Invalid.field("/scope", "must be purpose or channel, or the form List-Unsubscribe=One-Click")


def _unknown() -> Answer:
    return unsubscribe_page.unknown(shop.get().settings["languages"], _shop_name())


def _shop_name() -> str:
    return str(shop.get().settings["shop_name"])
