"""Templates for tests, and what a reader of HTML finds in one."""

from html.parser import HTMLParser
from typing import Any

from chalicelib.domain.templates.model import Template, TemplateFields

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
