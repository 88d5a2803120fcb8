"""From a few sentences to the templates of each channel."""

import hashlib
import html
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from chalicelib.domain import ids
from chalicelib.domain.templates.model import Template

PURPOSES = {
    "birthday": "birthday",
    "follow_up": "care",
    "new_arrival": "promotions",
    "appointment_confirmation": "service",
    "staff_digest": "staff",
}
_RIGHT_TO_LEFT = frozenset(("ar",))
_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)
_FRAME = (
    "max-width:560px;margin:0 auto;padding:24px;color:#2b2622;"
    "font-family:Georgia,'Times New Roman',serif;font-size:17px;line-height:1.5"
)


class Words(NamedTuple):
    """What a built-in template says: the mail with its paragraphs, the text message, and title and text of a push."""

    subject: str
    paragraphs: tuple[str, ...]
    short: str
    push: tuple[str, str] | None = None


def made(name: str, language: str, words: Words) -> Iterator[Template]:
    """The templates of one name and language."""
    text = "\n\n".join(words.paragraphs) + "\n"
    yield _template(name, "email", language, words.subject, text, markup(language, words.paragraphs))
    yield _template(name, "sms", language, None, words.short)
    if words.push:
        yield _template(name, "push", language, *words.push)


def markup(language: str, paragraphs: tuple[str, ...]) -> str:
    """The paragraphs as HTML; line breaks within them, and within the values, stay."""
    direction = "rtl" if language in _RIGHT_TO_LEFT else "ltr"
    lines = (f'<p style="white-space:pre-line">{html.escape(paragraph, quote=False)}</p>' for paragraph in paragraphs)
    return "\n".join([f'<div lang="{language}" dir="{direction}" style="{_FRAME}">', *lines, "</div>\n"])


def _template(
    name: str, channel: str, language: str, subject: str | None, text: str, markup: str | None = None
) -> Template:
    return Template(
        id=_id(name, channel, language),
        version=1,
        name=name,
        purpose=PURPOSES[name],
        channel=channel,
        language=language,
        subject=subject,
        text=text,
        html=markup,
        built_in=True,
    )


def _id(name: str, channel: str, language: str) -> str:
    chance = hashlib.sha256(f"{name}#{channel}#{language}".encode()).digest()[:10]
    return f"tpl_{ids.time_ordered(_BEFORE_ALL, int.from_bytes(chance))}"
