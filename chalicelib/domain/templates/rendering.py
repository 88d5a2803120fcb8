"""Templates know one thing: `{{ field }}` stands for a value. Nothing else that braces could mean exists.

A value is put in once and never looked at again, so a customer who is called `{{ text }}` stays that.
"""

import html
import re
import string
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from chalicelib.domain.errors import Invalid
from chalicelib.domain.fields import BIDI_CONTROLS
from chalicelib.domain.templates.fields import FIELDS

# Cc and Cs are control characters and halves of surrogate pairs; Zl and Zp break a line as CR and LF do.
_UNSAFE_IN_HEADERS = frozenset(("Cc", "Cs", "Zl", "Zp"))
_BRACES = frozenset("{}")
FIELD = r"\{\{[ ]*(?P<braced>[a-z_]+)[ ]*\}\}"
_NEVER = r"|(?P<named>(?!))(?P<escaped>(?!))"  # what else string.Template could find
NO_FIELD = "has braces that are no field: write fields as {{ first_name }}, and nothing else in braces"


class MissingField(Invalid):
    """A field that the template uses has no value: nothing is sent."""

    default_code = "missing_field"

    def __init__(self, name: str) -> None:
        super().__init__(f"The field {name} has no value here.")
        self.name = name


class HeaderInjection(Invalid):
    """A value would put a line break or a control character into the subject: nothing is sent."""

    default_code = "header_injection"

    def __init__(self) -> None:
        super().__init__("A value holds a line break or a control character, which a subject cannot hold.")


class Parts(Protocol):
    """What is rendered: a template, or a draft of one."""

    @property
    def subject(self) -> str | None: ...

    @property
    def text(self) -> str: ...

    @property
    def html(self) -> str | None: ...


@dataclass(frozen=True)
class Rendered:
    """A message's words; no subject and no HTML for SMS."""

    subject: str | None
    text: str
    html: str | None


class _Words(string.Template):
    """Subject and text: no brace but those of fields."""

    delimiter = "{{"
    flags = re.ASCII
    pattern = FIELD + r"|(?P<invalid>[{}])" + _NEVER  # type: ignore[assignment]  # Template compiles it


class _Markup(_Words):
    """HTML: style sheets hold single braces."""

    pattern = FIELD + r"|(?P<invalid>\{[{%#]|\}\})" + _NEVER


class _Values(Mapping[str, str]):
    """The values by name; one that is not there, or blank, is missing."""

    def __init__(self, values: Mapping[str, str | None], *, escaped: bool = False) -> None:
        self._values, self._escaped = values, escaped

    def __getitem__(self, name: str) -> str:
        value = self._values.get(name)
        if value is None or not value.strip():
            raise MissingField(name)
        return html.escape(value) if self._escaped else value

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def check(part: str, *, markup: bool = False) -> str:
    """A part of a template, unchanged.

    Raises:
        ValueError: it holds braces that are no field's, or a field that does not exist; the text says which.
    """
    if any(not character.isascii() and _looks_like_a_brace(character) for character in part):
        raise ValueError("has braces of another script: write fields as {{ first_name }}")
    words = (_Markup if markup else _Words)(part)
    if not words.is_valid():
        raise ValueError(NO_FIELD)
    unknown = [name for name in words.get_identifiers() if name not in FIELDS]
    if unknown:
        raise ValueError(f"has an unknown field {unknown[0]}; there are {', '.join(FIELDS)}")
    return part


def fields_of(template: Parts) -> tuple[str, ...]:
    """The fields that a template uses, each once."""
    used = [*_Words(template.subject or "").get_identifiers(), *_Words(template.text).get_identifiers()]
    return tuple(dict.fromkeys([*used, *_Markup(template.html or "").get_identifiers()]))


def render(template: Parts, values: Mapping[str, str | None]) -> Rendered:
    """The template with its fields filled in; values in the HTML part are escaped.

    Raises:
        MissingField: a field that it uses has no value.
        HeaderInjection: the subject would hold a line break or a control character.
    """
    plain = _Values(values)
    return Rendered(
        None if template.subject is None else _one_line(_Words(template.subject).substitute(plain)),
        _Words(template.text).substitute(plain),
        None if template.html is None else _Markup(template.html).substitute(_Values(values, escaped=True)),
    )


def is_one_line(subject: str) -> bool:
    """Whether this can be a header's value: no line break of any kind, no control character."""
    return not any(
        unicodedata.category(character) in _UNSAFE_IN_HEADERS or character in BIDI_CONTROLS for character in subject
    )


def _one_line(subject: str) -> str:
    if not is_one_line(subject):
        raise HeaderInjection
    return subject


def _looks_like_a_brace(character: str) -> bool:
    return not _BRACES.isdisjoint(unicodedata.normalize("NFKC", character))
