"""The page behind an unsubscribe link shows every text as text, those of our own too."""

from dataclasses import fields
from html import escape

import pytest

from chalicelib.domain.consents.links import Link
from chalicelib.domain.consents.page_words import WORDS, Words
from chalicelib.handlers import unsubscribe_page as page

SHOP = "<shop \"&'>"
LINK = Link("cus_01k0000000000000000000000a", "email", "birthday")
PAGES = {
    "choice": lambda: page.choice(LINK, ["en"], SHOP),
    "done with one purpose": lambda: page.done(LINK, "purpose", ["en"], SHOP),
    "done with all": lambda: page.done(LINK, "channel", ["en"], SHOP),
    "unknown": lambda: page.unknown(["en"], SHOP),
}
SAID = {
    "choice": ("title", "ask", "only", "everything", "not_yet"),
    "done with one purpose": ("title", "only_done", "everything", "again"),
    "done with all": ("title", "everything_done", "again"),
    "unknown": ("title", "unknown"),
}


def hostile() -> Words:
    """Words with a mark of its own for each text; purposes and channels are filled into others."""
    plain = [each.name for each in fields(Words) if each.name not in ("purposes", "channels")]
    return Words(**{name: f"<{name} \"&'>" for name in plain}, purposes=("birthday",), channels=("email",))


@pytest.mark.parametrize("name", PAGES)
def test_every_text_is_shown_as_it_is(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(WORDS, "en", hostile())
    shown = str(PAGES[name]().body)
    for said in ("shop", *SAID[name]):
        assert f"<{said} " not in shown
        assert escape(f"<{said} \"&'>") in shown
    title = escape("<title \"&'>")
    assert f"<title>{title}</title>" in shown
    assert f"<h1>{title}</h1>" in shown
