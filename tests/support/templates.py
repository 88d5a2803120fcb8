"""Templates for tests, and what a reader of HTML finds in one."""

from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from typing import Any

from chalicelib.domain.templates.model import Template, TemplateFields
from chalicelib.wiring import templates
from tests.proof.scenarios import unique

PATH = "/v1/templates"

GOOD: dict[str, Any] = {
    "name": "spring",
    "purpose": "promotions",
    "channel": "email",
    "language": "en",
    "subject": "Spring at {{ shop_name }}",
    "text": "Dear {{ first_name }}, come and see.",
}


def template(**fields: Any) -> Template:
    made = TemplateFields.model_validate({**GOOD, **fields})
    return Template(id="tpl_1", version=1, **made.model_dump())


class Structure(HTMLParser):
    """The tags of a document with the names of their attributes, and whether there were comments."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[str, ...]]] = []

    @classmethod
    def of(cls, html: str) -> list[tuple[str, tuple[str, ...]]]:
        reader = cls()
        reader.feed(html)
        reader.close()
        return reader.found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple(name for name, _ in attrs)))

    def handle_comment(self, data: str) -> None:  # noqa: ARG002 -- whatever it says
        self.found.append(("!", ()))


def add(api: Any, **fields: Any) -> dict[str, Any]:
    """A template written over the API, by a name of its own unless another is given."""
    reply = api.post(PATH, {**GOOD, "name": unique(), **fields})
    assert reply.status == 201, reply.text
    made: dict[str, Any] = reply.json
    return made


@contextmanager
def none_left(api: Any) -> Iterator[None]:
    """Archive what was written meanwhile: a shop has at most 300 templates, and all tests share one shop."""
    before = {each.id for each in templates.all_fresh()}
    yield
    for each in templates.all_fresh():
        if each.id not in before:
            assert api.delete(f"{PATH}/{each.id}").status == 204
