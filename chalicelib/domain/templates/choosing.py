"""Which template a message takes: the recipient's language first, and the shop's own words before the built-in ones."""

from collections.abc import Iterator, Sequence

from chalicelib.domain.templates.model import Template


def choose(templates: Sequence[Template], name: str, channel: str, languages: Sequence[str | None]) -> Template | None:
    """The active template of this name and channel in the first of the languages that has one, else None.

    Each language stands for itself and then for its base (`pt-BR`, `pt`); letters' case does not matter. In one
    language a template of the shop goes before a built-in one.
    """
    found = {
        (template.language.lower(), template.built_in): template
        for template in templates
        if (template.name, template.channel, template.status) == (name, channel, "active")
    }
    keys = ((language, built_in) for language in _with_bases(languages) for built_in in (False, True))
    return next((found[key] for key in keys if key in found), None)


def _with_bases(languages: Sequence[str | None]) -> Iterator[str]:
    for language in languages:
        if language:
            yield language.lower()
            yield language.partition("-")[0].lower()
