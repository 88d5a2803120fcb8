"""The page behind an unsubscribe link: no script, nothing from elsewhere, readable by every screen reader."""

from collections.abc import Sequence
from html import escape

from chalicelib.domain.consents.links import Link
from chalicelib.domain.consents.page_words import RIGHT_TO_LEFT, WORDS, Words, language_of
from chalicelib.handlers.answers import Answer

HTML = "text/html; charset=utf-8"
HEADERS = {
    "Content-Type": HTML,
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",  # the address of the page is the permission
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}
STYLE = """
body{font:18px/1.5 system-ui,sans-serif;margin:0 auto;max-width:34rem;padding:1.5rem;color:#1f2937;background:#fffdf8}
h1{font-size:1.5rem}button{display:block;width:100%;min-height:3rem;margin:1rem 0;padding:.6rem 1rem;font:inherit;
text-align:start;color:#1f2937;background:#fff;border:2px solid #7c5c00;border-radius:.4rem;cursor:pointer}
button:focus{outline:3px solid #1d4ed8;outline-offset:2px}
"""


def choice(link: Link, wanted: Sequence[str], shop_name: str) -> Answer:
    """What the customer may end; nothing has happened yet."""
    language, words = _words(wanted)
    buttons = _button(words, link, "purpose") + _button(words, link, "channel")
    body = f"<p>{escape(words.ask)}</p><form method=post>{buttons}</form><p>{escape(words.not_yet)}</p>"
    return Answer(200, _page(language, words.title, shop_name, body), HEADERS)


def done(link: Link, scope: str, wanted: Sequence[str], shop_name: str) -> Answer:
    """That it is ended; whoever ended one purpose may still end all."""
    language, words = _words(wanted)
    said = words.only_done if scope == "purpose" else words.everything_done
    more = f"<form method=post>{_button(words, link, 'channel')}</form>" if scope == "purpose" else ""
    text = escape(words.fill(said, link.channel, link.purpose))
    body = f'<p role="status">{text}</p>{more}<p>{escape(words.again)}</p>'
    return Answer(200, _page(language, words.title, shop_name, body), HEADERS)


def unknown(wanted: Sequence[str], shop_name: str) -> Answer:
    """The same for forged links, garbled ones and customers who are gone."""
    language, words = _words(wanted)
    return Answer(404, _page(language, words.title, shop_name, f"<p>{escape(words.unknown)}</p>"), HEADERS)


def _words(wanted: Sequence[str]) -> tuple[str, Words]:
    language = language_of(wanted)
    return language, WORDS[language]


def _button(words: Words, link: Link, scope: str) -> str:
    text = words.fill(words.only if scope == "purpose" else words.everything, link.channel, link.purpose)
    return f"<button name=scope value={scope}>{escape(text)}</button>"


def _page(language: str, title: str, shop_name: str, body: str) -> str:
    direction = "rtl" if language in RIGHT_TO_LEFT else "ltr"
    return (
        f'<!doctype html><html lang="{language}" dir="{direction}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head><body><main><p><bdi>{escape(shop_name)}</bdi></p>"
        f"<h1>{escape(title)}</h1>{body}</main></body></html>"
    )
