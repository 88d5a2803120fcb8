"""Message templates over HTTP: write, read, look at what a customer would get, and send a test to oneself."""

from chalicelib.domain.errors import NotFound
from chalicelib.domain.fields import Language
from chalicelib.domain.templates import commands, rules
from chalicelib.domain.templates.model import (
    Channel,
    DraftPreview,
    Name,
    Preview,
    PreviewOf,
    Purpose,
    Template,
    TemplateFields,
    TemplateLine,
    TemplateOut,
    Trial,
    TrialSent,
)
from chalicelib.domain.templates.rendering import Parts, Rendered, render
from chalicelib.domain.templates.visible import line, preview, shown
from chalicelib.handlers.answers import Answer, created, no_content, ok
from chalicelib.handlers.endpoint import Request, Routes
from chalicelib.handlers.listing import by_name
from chalicelib.handlers.pages import page, page_of, position
from chalicelib.handlers.parameters import Paging
from chalicelib.wiring import templates

endpoint = Routes(__name__, "messaging")
FIXED = "The template is built in or archived"
UNFIT = "A field has no value for this customer (`missing_field`), or the subject would break (`header_injection`)"


class TemplateQuery(Paging):
    """What the list of templates can be narrowed to."""

    name: Name | None = None
    channel: Channel | None = None
    language: Language | None = None
    purpose: Purpose | None = None


@endpoint(
    "GET",
    "/v1/templates",
    "templates.read",
    "List templates",
    query=TemplateQuery,
    returns=page_of(TemplateLine),
)
def listing(request: Request) -> Answer:
    """Those in use, by name, channel and language, without their texts. The shop's own goes before a built-in one."""
    query = request.query
    wanted = {"name": query.name, "channel": query.channel, "purpose": query.purpose}
    found = [
        template
        for template in templates.all_fresh()
        if all(value in (None, getattr(template, name)) for name, value in wanted.items())
        and (query.language is None or template.language.lower() == query.language.lower())
    ]
    return by_name(request, found, _order, line)


def _order(template: Template) -> tuple[str, str]:
    place = f"{template.name} {template.channel} {template.language.lower()} {int(template.built_in)}"
    return place, template.id


@endpoint(
    "POST",
    "/v1/templates",
    "templates.write",
    "Write a template",
    body=TemplateFields,
    returns=TemplateOut,
    status=201,
    also={409: "There is a template of this name, channel and language (`conflict.id`), or there are 300"},
)
def add(request: Request) -> Answer:
    """With a built-in name, channel and language it takes the built-in one's place."""
    template = commands.add(templates.desk(request.work), request.body)
    return created(f"/v1/templates/{template.id}", shown(template), template.version)


@endpoint("GET", "/v1/templates/{template_id}", "templates.read", "Read a template", returns=TemplateOut)
def read(request: Request) -> Answer:
    """Also one that is archived."""
    template = templates.reader().get(request.path["template_id"])
    return ok(shown(template), template.version)


@endpoint(
    "PATCH",
    "/v1/templates/{template_id}",
    "templates.write",
    "Change a template",
    body=TemplateFields,
    patch=True,
    returns=TemplateOut,
    also={409: FIXED},
)
def change(request: Request) -> Answer:
    """JSON Merge Patch; makes a new version. Name, channel and language stay: write another template instead."""
    desk = templates.desk(request.work)
    template = commands.change(desk, request.path["template_id"], request.body, request.if_match)
    return ok(shown(template), template.version)


@endpoint(
    "DELETE",
    "/v1/templates/{template_id}",
    "templates.write",
    "Archive a template",
    versioned=True,
    status=204,
    also={409: "The template is built in"},
)
def archive(request: Request) -> Answer:
    """No message takes it any more; a built-in one of its name takes its place again. Its versions stay readable."""
    commands.archive(templates.desk(request.work), request.path["template_id"], request.if_match)
    return no_content()


@endpoint(
    "GET",
    "/v1/templates/{template_id}/versions",
    "templates.read",
    "List a template's versions",
    query=Paging,
    returns=page_of(TemplateLine),
)
def versions(request: Request) -> Answer:
    """The newest first, without their texts."""
    found, following = templates.reader().versions(request.path["template_id"], request.query.limit, position(request))
    return page(request, [line(template) for template in found], following)


@endpoint(
    "GET",
    "/v1/templates/{template_id}/versions/{version}",
    "templates.read",
    "Read a version of a template",
    returns=TemplateOut,
)
def read_version(request: Request) -> Answer:
    """As it was written; messages say which version they took."""
    number = request.path["version"]
    if not (number.isascii() and number.isdigit() and len(number) <= 4):
        raise NotFound("There is no such version of the template.")
    return ok(shown(templates.version(request.path["template_id"], int(number))))


@endpoint(
    "POST",
    "/v1/templates/{template_id}/preview",
    "templates.read",
    "Preview a template",
    body=PreviewOf,
    returns=Preview,
    also={422: UNFIT},
)
def previewed(request: Request) -> Answer:
    """What this customer would get now, without the line to unsubscribe. Nothing is sent or written."""
    template = templates.reader().get(request.path["template_id"])
    return ok(preview(_rendered(request, template, template.language, request.body)))


@endpoint(
    "POST",
    "/v1/templates/preview",
    "templates.write",
    "Preview a draft",
    body=DraftPreview,
    returns=Preview,
    also={422: UNFIT},
)
def previewed_draft(request: Request) -> Answer:
    """As the preview of a template, of one that is not saved yet."""
    draft = request.body.draft
    rules.check(draft, "/draft")
    return ok(preview(_rendered(request, draft, draft.language, request.body)))


@endpoint(
    "POST",
    "/v1/templates/{template_id}/test",
    "templates.write",
    "Send a test to yourself",
    body=Trial,
    body_optional=True,
    returns=TrialSent,
    status=202,
    also={409: "No email address of yours is known", 422: UNFIT},
)
def try_out(request: Request) -> Answer:
    """By email, also what would be a text message; with the data of a customer, or with your own name."""
    template = templates.reader().get(request.path["template_id"])
    rendered = _rendered(request, template, template.language, request.body)
    message = templates.send_trial(request.work, template, rendered)
    return Answer(202, {"message_id": message.id})


def _rendered(request: Request, template: Parts, language: str, wanted: PreviewOf | Trial) -> Rendered:
    return render(template, templates.values_of(request.call, wanted.customer_id, wanted.text, language))
