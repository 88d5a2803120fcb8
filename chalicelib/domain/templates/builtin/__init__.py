"""The templates that every shop starts with, in six languages; one of the shop's own goes before each of them."""

from functools import cache

from chalicelib.domain.templates.builtin import arabic, english, french, german, hindi, spanish
from chalicelib.domain.templates.builtin.making import PURPOSES, made
from chalicelib.domain.templates.model import Template

__all__ = ["PURPOSES", "templates"]
_LANGUAGES = {
    "en": english.WORDS,
    "de": german.WORDS,
    "fr": french.WORDS,
    "es": spanish.WORDS,
    "hi": hindi.WORDS,
    "ar": arabic.WORDS,
}


@cache
def templates() -> tuple[Template, ...]:
    """Every built-in template; the same ids in every shop and at every time."""
    return tuple(
        template
        for language, names in _LANGUAGES.items()
        for name, words in names.items()
        for template in made(name, language, words)
    )
