"""What the HTML part of a template may hold: elements and attributes from a list, and fields only between tags.

The shop's own managers write it, yet a mistake or a paste reaches every customer. A list of what is known to be
harmless in a mail cannot be outwitted by what a list of dangers forgets; a field inside a tag would let a customer's
name become an attribute or an address.
"""

import re
from collections.abc import Sequence
from html.parser import HTMLParser

from chalicelib.domain.templates.rendering import FIELD, NO_FIELD

_ELEMENTS = """
    html head title meta body style table caption colgroup col thead tbody tfoot tr td th div p span center br hr
    h1 h2 h3 h4 h5 h6 ul ol li dl dt dd a img strong b em i u s small sub sup mark blockquote q pre code abbr address
    time section article header footer main figure figcaption bdi bdo font
"""
_ATTRIBUTES = """
    align alt bgcolor border cellpadding cellspacing charset class color cols colspan content datetime dir face height
    href http-equiv id lang media name rel role rowspan scope size src start style target title type valign value width
    xmlns aria-hidden aria-label aria-labelledby
"""
ELEMENTS = frozenset(_ELEMENTS.split())
ATTRIBUTES = frozenset(_ATTRIBUTES.split())
_ADDRESSES = {
    "href": re.compile(r"(https?://|mailto:|tel:|#)", re.IGNORECASE),
    "src": re.compile(r"https?://", re.IGNORECASE),
}
_HARMLESS_META = frozenset(("content-type", "x-ua-compatible"))
# What runs or loads from within a style sheet; a backslash could spell any of these differently.
_STYLE = re.compile(
    r"\\|@import|javascript:|vbscript:|expression\s*\(|(?<![\w-])behavior\s*:|-moz-binding", re.IGNORECASE
)
# Readers of HTML agree about tags that look like this; how they mend others differs.
_TAG = re.compile(
    r"""<[a-z][a-z0-9]*(\s+[a-z][a-z0-9:-]*(\s*=\s*("[^"<>]*"|'[^'<>]*'|[^\s"'=<>`]+))?)*\s*/?>""",
    re.IGNORECASE | re.ASCII,
)
_STRAY = re.compile(r"[{}]")
_FIELD = re.compile(FIELD, re.ASCII)


def check_markup(html: str) -> str:
    """The HTML part of a template, unchanged.

    Raises:
        ValueError: it holds something that does not belong into a mail; the text says what.
    """
    if "<![" in html:  # the parser passes some of these over, and fails at others
        raise ValueError("must not hold declarations other than <!doctype html>")
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return html


class _Reader(HTMLParser):
    """Refuses the first thing that is not on the lists."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if tag not in ELEMENTS:
            raise ValueError(f"must not hold <{tag[:20]}>")
        written = self.get_starttag_text() or ""
        if "{" in written:
            raise ValueError("has a field inside a tag: fields stand between tags")
        if not _TAG.fullmatch(written):
            raise ValueError(f"has a tag <{tag}> that is not well-formed")
        for name, value in attrs:
            _check_attribute(tag, name, value or "")
        self._in_style = tag == "style"

    def handle_startendtag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if tag == "style":  # HTML knows no <style/>: the rest of the mail would be a style sheet
            raise ValueError("has a tag <style> that is not well-formed")
        super().handle_startendtag(tag, list(attrs))

    def handle_endtag(self, tag: str) -> None:
        if tag not in ELEMENTS:
            raise ValueError(f"must not hold </{tag[:20]}>")
        self._in_style = False

    def handle_data(self, data: str) -> None:
        if "<" in data:
            raise ValueError("has a < that begins no tag: write &lt;")
        if self._in_style:
            _check_style(data)
        elif _STRAY.search(_FIELD.sub("", data)):
            raise ValueError(NO_FIELD)

    def handle_comment(self, data: str) -> None:  # noqa: ARG002 -- whatever it says
        raise ValueError("must not hold comments")

    def handle_decl(self, decl: str) -> None:
        if not decl.lower().startswith("doctype html"):
            raise ValueError("must not hold declarations other than <!doctype html>")

    def handle_pi(self, data: str) -> None:  # noqa: ARG002 -- whatever it says
        raise ValueError("must not hold processing instructions")


def _check_attribute(tag: str, name: str, value: str) -> None:
    if name not in ATTRIBUTES:
        raise ValueError(f"must not hold the attribute {name[:20]} (in <{tag}>)")
    if name in _ADDRESSES and not _ADDRESSES[name].match(value):
        raise ValueError(f"must not hold this {name} (in <{tag}>): addresses begin with https://, mailto: or tel:")
    if name == "style":
        _check_style(value)
    if name == "http-equiv" and value.lower() not in _HARMLESS_META:
        raise ValueError("must not hold <meta http-equiv> other than content-type")


def _check_style(style: str) -> None:
    if "{{" in style and _FIELD.search(style):
        raise ValueError("has a field inside a style sheet: fields stand between tags")
    if _STYLE.search(style):
        raise ValueError("has a style that loads or runs something")
