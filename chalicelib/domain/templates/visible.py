"""Templates as the API shows them."""

from typing import Any

from chalicelib.domain.templates.model import Template, TemplateFields, TemplateLine
from chalicelib.domain.templates.rendering import Rendered, fields_of

WRITTEN = tuple(TemplateFields.model_fields)
_LINE = tuple(TemplateLine.model_fields)


def line(template: Template) -> dict[str, Any]:
    """The template in a list."""
    return {name: getattr(template, name) for name in _LINE}


def shown(template: Template) -> dict[str, Any]:
    """The template with its words."""
    return {**line(template), "text": template.text, "html": template.html, "fields": list(fields_of(template))}


def written(template: Template) -> dict[str, Any]:
    """What clients write of the template."""
    return {name: getattr(template, name) for name in WRITTEN}


def preview(rendered: Rendered) -> dict[str, Any]:
    """What a message would say."""
    return {"subject": rendered.subject, "text": rendered.text, "html": rendered.html}
