"""What a template of a channel has and has not, and what of a template never changes."""

from collections.abc import Iterator

from chalicelib.domain.errors import Conflict, FieldError, Invalid
from chalicelib.domain.templates.builtin import PURPOSES
from chalicelib.domain.templates.model import SHORT_WORDS, Template, TemplateFields

IDENTITY = ("name", "channel", "language")


def check(fields: TemplateFields, place: str = "") -> None:
    """Refuse what does not fit the channel or the name; `place` is where in the body the fields are.

    Raises:
        Invalid: names the fields.
    """
    errors = [FieldError(f"{place}{pointer}", detail) for pointer, detail in _wrong(fields)]
    if errors:
        said = "; ".join(f"{error.pointer} {error.detail}" for error in errors)
        raise Invalid(f"Not acceptable: {said}.", errors=errors)


def require_same_identity(before: Template, fields: TemplateFields) -> None:
    """Refuse another name, channel or language: messages name the template by them.

    Raises:
        Invalid: one of them is another.
    """
    for name in IDENTITY:
        if getattr(before, name) != getattr(fields, name):
            raise Invalid.field(f"/{name}", "cannot be changed: write another template")


def require_changeable(template: Template) -> None:
    """Only the shop's own templates that are not archived can be changed.

    Raises:
        Conflict: it is built in, or archived.
    """
    if template.built_in:
        detail = "This template is built in. Write your own with the same name, channel and language; it goes first."
        raise Conflict(detail, code="built_in", conflict_id=template.id)
    if template.status == "archived":
        raise Conflict("The template is archived. Write a new one.", code="archived", conflict_id=template.id)


def _wrong(fields: TemplateFields) -> Iterator[tuple[str, str]]:
    if fields.name in PURPOSES and fields.purpose != PURPOSES[fields.name]:
        yield "/purpose", f"must be {PURPOSES[fields.name]} for the name {fields.name}"
    if fields.channel == "email" and fields.subject is None:
        yield "/subject", "is required for email"
    if fields.channel == "sms" and fields.subject is not None:
        yield "/subject", "does not exist in SMS"
    if fields.channel != "email" and fields.html is not None:
        yield "/html", "is for email only"
    if fields.channel != "sms" and fields.dlt_template_id is not None:
        yield "/dlt_template_id", "is for SMS only"
    most = SHORT_WORDS.get(fields.channel)
    if most and len(fields.text) > most:
        yield "/text", f"must have at most {most} characters for {fields.channel}"
