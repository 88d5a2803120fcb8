"""Templates as the shop keeps them, and as clients write and get them."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field, StringConstraints

from chalicelib.domain.fields import (
    LINE_BREAKS,
    ExampleBody,
    Language,
    LongText,
    Model,
    Text,
    not_blank,
    refuse_controls,
    wrong,
)
from chalicelib.domain.templates.markup import check_markup
from chalicelib.domain.templates.rendering import check

SUBJECT, WORDS, MARKUP = 200, 10_000, 50_000
SHORT_WORDS = {"sms": 1_000, "push": 500}  # a text message of several parts; what fits into 4 KB in every script
MOST_TEMPLATES = 300
MOST_VERSIONS = 9_999
Purpose = Literal["birthday", "promotions", "care", "occasions", "service", "staff"]
Channel = Literal["email", "sms", "push"]


def _subject(subject: str) -> str:
    return _accepted(refuse_controls(subject), markup=False)


def _words(text: str) -> str:
    return _accepted(refuse_controls(text, LINE_BREAKS), markup=False)


def _markup(html: str) -> str:
    return _accepted(refuse_controls(html, LINE_BREAKS), markup=True)


def _accepted(part: str, *, markup: bool) -> str:
    try:
        check(part, markup=markup)
        return check_markup(part) if markup else part
    except ValueError as refusal:
        raise wrong(str(refusal)) from refusal


Name = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$", max_length=64),
    Field(description="Small letters, digits and _: a built-in name, or one of the shop's own", examples=["birthday"]),
]
Subject = Annotated[
    str, StringConstraints(min_length=1, max_length=SUBJECT), AfterValidator(not_blank), AfterValidator(_subject)
]
Words = Annotated[
    str, StringConstraints(min_length=1, max_length=WORDS), AfterValidator(not_blank), AfterValidator(_words)
]
Markup = Annotated[
    str, StringConstraints(min_length=1, max_length=MARKUP), AfterValidator(not_blank), AfterValidator(_markup)
]
DltTemplateId = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{10,30}$"),
    Field(description="Number of the template at India's DLT registry, for SMS", examples=["1107161234567890123"]),
]


class TemplateFields(Model):
    """A template as clients write it; fields stand in the text as `{{ first_name }}`."""

    example: ClassVar[ExampleBody] = {
        "name": "spring",
        "purpose": "promotions",
        "channel": "email",
        "language": "en",
        "subject": "Spring at {{ shop_name }}",
        "text": "Dear {{ first_name }}, come and see.",
    }

    name: Name
    purpose: Purpose = Field(description="What the customer must agree to; staff is for colleagues")
    channel: Channel
    language: Language
    subject: Subject | None = Field(default=None, description="Email: required; push: the title; SMS has none")
    text: Words
    html: Markup | None = Field(default=None, description="Email only, beside the text")
    dlt_template_id: DltTemplateId | None = None


class TemplateLine(Model):
    """A template in a list, without its text."""

    id: str
    version: int
    name: str
    purpose: Purpose
    channel: Channel
    language: str
    subject: str | None
    dlt_template_id: str | None
    status: Literal["active", "archived"]
    built_in: bool = Field(description="Came with Facet; one of the shop's own goes before it")
    updated_at: str | None = Field(description="When this version was written; null for a built-in")


class TemplateOut(TemplateLine):
    """A template, or one of its versions."""

    text: str
    html: str | None
    fields: list[str] = Field(description="The fields that it uses; a message without one of them is not sent")


class PreviewOf(Model):
    """For whom to render a template."""

    example: ClassVar[ExampleBody] = {"customer_id": "cus_01kexamp1e0000000000000000"}

    customer_id: Text
    text: LongText | None = Field(default=None, description="The value of {{ text }}")


class DraftPreview(PreviewOf):
    """A template that is not saved, and for whom to render it."""

    example: ClassVar[ExampleBody] = {
        "customer_id": "cus_01kexamp1e0000000000000000",
        "draft": {
            "name": "spring",
            "purpose": "promotions",
            "channel": "email",
            "language": "en",
            "subject": "Spring",
            "text": "Dear {{ first_name }}, come and see.",
        },
    }

    draft: TemplateFields


class Trial(Model):
    """Whose data a test message holds; without a customer it is the caller's own name."""

    example: ClassVar[ExampleBody] = {"text": "Come and see"}

    customer_id: Text | None = None
    text: LongText | None = Field(default=None, description="The value of {{ text }}")


class TrialSent(Model):
    """The test message on its way."""

    message_id: str


class Preview(Model):
    """A template as one customer would get it."""

    subject: str | None
    text: str
    html: str | None


@dataclass(frozen=True)
class Template:
    """One version of a template."""

    id: str
    version: int
    name: str
    purpose: str
    channel: str
    language: str
    subject: str | None
    text: str
    html: str | None = None
    dlt_template_id: str | None = None
    status: str = "active"
    built_in: bool = False
    updated_at: str | None = None
