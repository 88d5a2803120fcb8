"""Ready-made mappings for the customer exports of other systems: facts about their columns (docs/imports.md)."""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.domain.errors import Invalid
from chalicelib.domain.imports.targets import CONSENTS
from chalicelib.domain.imports.templates import odoo, shopify, square, the_edge
from chalicelib.domain.imports.templates.template import Template

TEMPLATES: Mapping[str, Template] = {each.TEMPLATE.name: each.TEMPLATE for each in (odoo, shopify, square, the_edge)}


def mapping_of(name: str, header: Sequence[str], *, consents: bool) -> dict[str, Any]:
    """The mapping of a template for this header: the columns that are there. `consents`: their proof was given.

    Raises:
        Invalid: there is no such template, or the header is not of its system.
    """
    template = TEMPLATES.get(name)
    if template is None:
        raise Invalid.field("/template", f"is none of {', '.join(sorted(TEMPLATES))}")
    mapping = template.mapping(header)
    missing = [alternatives[0] for alternatives in template.signature if not template.has(alternatives, header)]
    if missing:
        columns = ", ".join(repr(column) for column in missing)
        raise Invalid.field("/template", f"does not fit the header, which has no column {columns}")
    return {target: said for target, said in mapping.items() if consents or not target.startswith(CONSENTS)}


def fitting(header: Sequence[str]) -> str | None:
    """The template whose system this header is from; None when it is of none, or of several."""
    names = [
        name for name, template in TEMPLATES.items() if all(template.has(each, header) for each in template.telling)
    ]
    return names[0] if len(names) == 1 else None
