"""What people write is text wherever it is shown: in a page, a mail, a text message, a cell of a spreadsheet.

Each document is made twice, with plain words and with hostile ones in every free text: both have the same structure
(elements and attributes, parts and headers, rows, columns and kinds of cells), and the hostile words stand in it as
they were written.
"""

import csv
import email.policy
import io
import json
from collections.abc import Callable, Iterator, Mapping
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any, get_args

import openpyxl
import pytest

from chalicelib.domain.exports.model import ExportFormat
from chalicelib.domain.spreadsheets import calculated, plain, unescaped
from chalicelib.handlers.endpoint import ENDPOINTS
from tests.support import figures
from tests.support.bad_values import HOSTILE
from tests.support.world import World
from tests.support.world.environment import FILES
from tests.support.world.requests import Request

PLAIN = "Plain words"
WORDS = pytest.mark.parametrize("hostile", [each.value for each in HOSTILE], ids=[each.name for each in HOSTILE])
# How each format that is exported is read: the cells of every row with their kind.
FORMATS = frozenset(get_args(ExportFormat))
PAGES = [route for route, endpoint in ENDPOINTS.items() if endpoint.media.startswith("text/html")]
OF_OUR_OWN = ("GET /v1/docs",)  # shows no word of anybody else's: tests/unit/test_harmless.py


_KNOWN: dict[str, Any] = {}


def _usual(world: World, name: str, make: Callable[[], Any]) -> Any:
    """What is made with plain words, made once."""
    if name not in _KNOWN:
        _KNOWN[name] = make()
        world.reset()
    return _KNOWN[name]


class Page(HTMLParser):
    """The structure of a page and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.structure: list[tuple[str, tuple[str, ...]]] = []
        self.texts: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.structure.append((tag, tuple(name for name, _ in attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.structure.append((f"/{tag}", ()))

    def handle_comment(self, data: str) -> None:
        del data  # that there is one is what counts
        self.structure.append(("comment", ()))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def customer(world: World, words: str) -> str:
    """A customer who is called so, lives there and is described so."""
    body = {
        "title": words[:20],
        "given_name": words,
        "family_name": words,
        "nickname": words,
        "occupation": words,
        "emails": [{"address": "inert@shop.example"}],
        "addresses": [{"kind": "home", "line1": words, "city": words, "country": "IN"}],
        "custom": {"words": words},
        "language": "en",
    }
    made = world.api("manager").post("/v1/customers", body)
    assert made.status == 201, made.text
    return str(made.json["id"])


def written(world: World, words: str) -> EmailMessage:
    """The mail that a template with markup makes of the customer and the shop, as it left."""
    fills = "{{" in words  # refused in a text: tests/integration/test_messages_bad_input.py
    template = {
        "name": "words",
        "purpose": "service",
        "channel": "email",
        "language": "en",
        "subject": "For {{ first_name }}",
        "text": "Dear {{ first_name }}, {{ text }}, {{ shop_name }}",
        "html": "<p>Dear <b>{{ first_name }}</b>, {{ text }}, <i>{{ shop_name }}</i></p>",
    }
    manager = world.api("manager")
    assert world.api("admin").patch("/v1/settings", {"shop_name": words}).status == 200
    assert manager.post("/v1/templates", template).status == 201
    message = {"customer_id": customer(world, words), "template": "words", "text": PLAIN if fills else words}
    posted = manager.post("/v1/messages", message)
    assert posted.status == 201, posted.text
    world.deliver()
    raw = world.cloud.ses.accepted[-1].raw
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def in_html(mail: EmailMessage) -> Page:
    """Its part in HTML."""
    body = mail.get_body(("html",))
    assert body is not None
    return Page(body.get_content())


def skeleton(mail: EmailMessage) -> list[tuple[str, tuple[str, ...]]]:
    """The parts of a mail, each with the names of its headers."""
    return [(part.get_content_type(), tuple(sorted(part.keys()))) for part in mail.walk()]


@WORDS
def test_a_mail_keeps_its_shape_and_shows_what_was_written(world: World, hostile: str) -> None:
    usual = _usual(world, "mail", lambda: written(world, PLAIN))
    mail = written(world, hostile)
    text = mail.get_body(("plain",))
    assert text is not None
    assert skeleton(mail) == skeleton(usual)
    assert in_html(mail).structure == in_html(usual).structure
    assert "".join(in_html(mail).texts).count(hostile) >= 2
    assert text.get_content().count(hostile) >= 2
    assert mail["Subject"] == f"For {hostile}"
    figures.note("inert", {"mails": 1})


@WORDS
def test_a_page_keeps_its_shape(world: World, hostile: str) -> None:
    for route in PAGES:
        request = world.request(route)

        def page(words: str, request: Request = request) -> Page:
            assert world.api("admin").patch("/v1/settings", {"shop_name": words}).status == 200
            return Page(world.send(request).text)

        usual = _usual(world, route, lambda page=page: page(PLAIN))  # type: ignore[misc]  # bound now, not later
        world.reset()
        found = page(hostile)
        assert found.structure == usual.structure, route
        assert route in OF_OUR_OWN or hostile in "".join(found.texts), route
        figures.note("inert", {"pages": 1})
    assert len(PAGES) > len(OF_OUR_OWN)


def exported(world: World, words: str, form: str) -> bytes:
    """The file of an export of the customer alone."""
    customer_id = customer(world, words)
    manager = world.api("manager")
    begun = manager.post("/v1/exports", {"format": form, "ids": [customer_id]})
    assert begun.status == 202, begun.text
    world.deliver()
    files = world.cloud.s3.buckets[FILES].files
    (found,) = [key for key in files if str(begun.json["id"]) in key and key.endswith(f"/customers.{form}")]
    return files[found].content


def of_csv(content: bytes) -> Iterator[tuple[str, str]]:
    """What a spreadsheet makes of the cells: a formula or a text."""
    for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")):
        yield from (("formula" if calculated(cell) else "text", plain(cell)) for cell in row)
        yield ("end of row", "")


def of_xlsx(content: bytes) -> Iterator[tuple[str, str]]:
    """The kinds of the cells as the file says them."""
    for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows():
        yield from ((cell.data_type, plain(unescaped(str(cell.value or "")))) for cell in row)
        yield ("end of row", "")


def of_jsonl(content: bytes) -> Iterator[tuple[str, str]]:
    """Every value with its place."""

    def leaves(value: Any, place: str) -> Iterator[tuple[str, str]]:
        members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for name, member in members:
            yield from leaves(member, f"{place}/{name}")
        if not isinstance(value, dict | list):
            yield place, str(value)

    for line in content.decode().strip("\n").split("\n"):
        yield from leaves(json.loads(line), "")


READERS: Mapping[str, Any] = {"csv": of_csv, "xlsx": of_xlsx, "jsonl": of_jsonl}


def test_every_format_is_read() -> None:
    assert READERS.keys() == FORMATS


@pytest.mark.parametrize("form", sorted(FORMATS))
@WORDS
def test_a_cell_is_text(world: World, hostile: str, form: str) -> None:
    usual = _usual(world, form, lambda: list(READERS[form](exported(world, PLAIN, form))))
    cells = list(READERS[form](exported(world, hostile, form)))
    assert [kind for kind, _ in cells] == [kind for kind, _ in usual]
    assert not [text for kind, text in cells if kind in ("formula", "f")]
    assert sum(text == hostile for _, text in cells) >= 6
    figures.note("inert", {"files": 1})
