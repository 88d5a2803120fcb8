"""Text stays text where a page or a mail is made of it, also text of our own."""

import pytest

from chalicelib.domain.messages import footer
from chalicelib.domain.messages.model import Content
from chalicelib.domain.templates.builtin import making
from chalicelib.handlers import docs

NAMES = (
    "tag",
    "path",
    "summary",
    "description",
    "parameter",
    "kind",
    "about",
    "status",
    "answer",
    "field",
    "type",
    "said",
)
HOSTILE = {name: f"<{name} \"&'>" for name in NAMES}
API = {
    "tags": [{"name": HOSTILE["tag"]}],
    "paths": {
        HOSTILE["path"]: {
            "get": {
                "tags": [HOSTILE["tag"]],
                "summary": HOSTILE["summary"],
                "description": HOSTILE["description"],
                "parameters": [
                    {
                        "name": HOSTILE["parameter"],
                        "in": "query",
                        "schema": {"type": HOSTILE["kind"]},
                        "description": HOSTILE["about"],
                    }
                ],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/Shape"}}}},
                "responses": {HOSTILE["status"]: {"description": HOSTILE["answer"]}},
            }
        }
    },
    "components": {
        "schemas": {
            "Shape": {"properties": {HOSTILE["field"]: {"type": HOSTILE["type"], "description": HOSTILE["said"]}}}
        }
    },
}


def test_the_page_of_the_api_shows_every_text_as_it_is() -> None:
    page = "".join(docs._page(API))
    for name in HOSTILE:
        assert f"<{name} " not in page
        assert f"&lt;{name} &quot;&amp;&#x27;&gt;" in page


def test_the_lines_under_a_mail_are_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(footer.WORDS, "en", ("<why>", "<leave>", "STOP"))
    under = footer.under_mail(Content("s", "t", "<p>t</p>"), 'https://x/?a=1&b="', "<shop>", "en").html or ""
    assert "&lt;shop&gt;<br>&lt;why&gt;<br>" in under
    assert 'href="https://x/?a=1&amp;b=&quot;" ses:no-track>&lt;leave&gt;</a>' in under


def test_paragraphs_of_our_own_templates_are_text() -> None:
    assert ">1 &lt; 2 &amp; 3</p>" in making.markup("en", ("1 < 2 & 3",))
