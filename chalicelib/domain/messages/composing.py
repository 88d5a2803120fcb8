"""What a message says: a template of the recipient's language with its fields filled in, or what a person wrote."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.errors import Invalid
from chalicelib.domain.messages import policy
from chalicelib.domain.messages.model import Content
from chalicelib.domain.messages.policy import Reach
from chalicelib.domain.shop.model import Shop
from chalicelib.domain.templates.choosing import choose
from chalicelib.domain.templates.fields import merge_values
from chalicelib.domain.templates.model import SHORT_WORDS, Template
from chalicelib.domain.templates.rendering import HeaderInjection, MissingField, render

WITH_SUBJECT = ("email", "push")


@dataclass(frozen=True)
class Draft:
    """A message's words for one channel and purpose, with the template they come from."""

    channel: str
    purpose: str
    content: Content
    template: Template | None = None


@dataclass(frozen=True)
class Stationery:
    """What words are made of: the shop, its templates, who writes, and when."""

    shop: Shop
    templates: Sequence[Template]
    writer: str | None
    now: datetime


def channels_of(templates: Sequence[Template], name: str) -> Container[str]:
    """The channels for which there are templates of this name."""
    return {template.channel for template in templates if template.name == name}


def template_for(paper: Stationery, reach: Reach, name: str, channel: str) -> Template | None:
    """The template in the first of the recipient's languages that has one."""
    return choose(paper.templates, name, channel, policy.languages_of(reach.customer, paper.shop))


def filled_in(paper: Stationery, reach: Reach, template: Template, text: str | None) -> Content:
    """The template's words to this customer.

    Raises:
        MissingField: a field that it uses has no value.
        HeaderInjection: the subject would hold a line break or a control character.
    """
    customer, shop = reach.customer, paper.shop
    values = merge_values(
        customer.doc,
        shop.location_of(customer.doc.get("home_location")),
        shop.settings,
        paper.writer,
        paper.now.astimezone(policy.zone_of(customer, shop)).date(),
        text,
        template.language,
    )
    rendered = render(template, values)
    return Content(rendered.subject, rendered.text, rendered.html)


def from_template(paper: Stationery, reach: Reach, name: str, channel: str | None, text: str | None) -> Draft:
    """A draft from the template of this name; without a channel on the one that the policy chooses.

    Raises:
        Invalid: there is no such template, none in a language and on a channel that would do, a field that it uses
            has no value (code `missing_field`), or a value has no place in a subject (code `header_injection`).
    """
    known = [template for template in paper.templates if template.name == name and template.purpose != "staff"]
    if not known:
        raise Invalid.field("/template", "is no template for customers")
    if channel is None:
        channel, _ = policy.channel_for(reach, known[0].purpose, paper.shop, channels_of(known, name))
    template = template_for(paper, reach, name, channel)
    if template is None:
        raise Invalid.field("/template", f"has no words for {channel} in the customer's language or the shop's")
    content = _filled_in(paper, reach, template, text)
    _require_room(channel, content.text, "/text" if text else "/template")
    return Draft(channel, template.purpose, content, template)


def from_words(
    paper: Stationery, reach: Reach, channel: str | None, purpose: str, words: tuple[str | None, str | None]
) -> Draft:
    """A draft of what a person wrote, subject and text, as it is; with a subject it goes where there is room for one.

    Raises:
        Invalid: the text is missing or too long, or the subject is missing or has no place on the channel.
    """
    subject, text = words
    if text is None:
        raise Invalid.field("/text", "is needed unless a template is named")
    if channel is None:
        among = policy.SENDABLE if subject is None else WITH_SUBJECT
        channel, _ = policy.channel_for(reach, purpose, paper.shop, among)
    if channel == "email" and subject is None:
        raise Invalid.field("/subject", "is needed for an email")
    if channel == "sms" and subject is not None:
        raise Invalid.field("/subject", "has no place in a text message")
    _require_room(channel, text, "/text")
    return Draft(channel, purpose, Content(subject, text))


def _filled_in(paper: Stationery, reach: Reach, template: Template, text: str | None) -> Content:
    """The same, refused by the field of the request."""
    try:
        return filled_in(paper, reach, template, text)
    except MissingField as missing:
        if missing.name == "text":
            raise Invalid.field("/text", "is needed for this template", code=missing.code) from missing
        detail = f"needs {missing.name}, which has no value for this customer"
        raise Invalid.field("/template", detail, code=missing.code) from missing
    except HeaderInjection as hostile:
        raise Invalid.field("/template", "would put a line break into the subject", code=hostile.code) from hostile


def _require_room(channel: str, text: str, pointer: str) -> None:
    most = SHORT_WORDS.get(channel)
    if most is not None and len(text) > most:
        raise Invalid.field(pointer, f"makes a message of {len(text)} characters; {channel} carries {most}")
