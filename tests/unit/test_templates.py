"""What may stand in a template."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chalicelib.domain.errors import Invalid
from chalicelib.domain.templates import rules
from chalicelib.domain.templates.fields import FIELDS
from chalicelib.domain.templates.markup import ATTRIBUTES, ELEMENTS
from chalicelib.domain.templates.model import TemplateFields
from chalicelib.domain.templates.rendering import fields_of
from tests.support.templates import GOOD, Structure, template

NO_FIELDS = [
    "{{ customer.name }}",
    "{{ first_name.__class__ }}",
    "{{ first_name|upper }}",
    "{{ 7*7 }}",
    "{{ first_name() }}",
    "{{ first_name, name }}",
    "{{ 'first_name' }}",
    "{{{first_name}}}",
    "{{{ first_name }}}",
    "{{ first_name }}}",
    "{{ {{ first_name }} }}",
    "{{ first_name",
    "first_name }}",
    "{{}}",
    "{{ }}",
    "{{ first_name }",
    "{ first_name }}",
    "{{ first name }}",
    "{{\tfirst_name }}",
    "{{ first_name\n}}",
    "{{\u00a0first_name }}",
    "{{ FIRST_NAME }}",
    "{{ f\u0456rst_name }}",  # a Ukrainian i
    "{{ \uff46irst_name }}",  # a wide f
    "\uff5b\uff5b first_name \uff5d\uff5d",  # wide braces
    "\ufe5b\ufe5b first_name \ufe5c\ufe5c",  # small braces
    "{% for item in items %}",
    "{% if first_name %}",
    "{# first_name #}",
    "{{#items}}x{{/items}}",
    "{{!comment}}",
    "{{> part}}",
    "{{&first_name}}",
    "{{=<% %>=}}",
    "{{- first_name -}}",
    "{{$first_name}}",
    "{{ first_name }}{{",
    "}}{{",
]
NO_MARKUP = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=https://evil.example/x.js></SCRIPT>",
    "<p onclick='x()'>a</p>",
    '<p ONMOUSEOVER="x()">a</p>',
    "<p/onclick=x()>a</p>",
    '<p title="a"onclick="x()">a</p>',
    '<a href="javascript:alert(1)">a</a>',
    '<a href=" javascript:alert(1)">a</a>',
    '<a href="java&#115;cript:alert(1)">a</a>',
    '<a href="java&#9;script:alert(1)">a</a>',
    '<a href="data:text/html,x">a</a>',
    '<a href="/relative">a</a>',
    '<img src="data:image/png;base64,AA">',
    '<img src="cid:1">',
    "<img src=x onerror=alert(1)>",
    "<form action='https://evil.example'><p>a</p></form>",
    "<input name=a>",
    "<button>a</button>",
    "<iframe src='https://evil.example'></iframe>",
    "<object data='https://evil.example'></object>",
    "<embed src='https://evil.example'>",
    "<svg><a href='https://evil.example'>a</a></svg>",
    "<math><mi>a</mi></math>",
    "<base href='https://evil.example'>",
    "<link rel=stylesheet href='https://evil.example'>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<template><p>a</p></template>",
    "<noscript><p>a</p></noscript>",
    "<x-own>a</x-own>",
    "<!-- a comment -->",
    "<!--[if mso]><script>x</script><![endif]-->",
    "<![CDATA[ a ]]>",
    "<![if foo]>",
    "<![foo[bar]]>",
    "<!ELEMENT br EMPTY>",
    "<?xml version='1.0'?>",
    "<p>1 < 2</p>",
    "<p title='a",
    '<p title="a"class="b">a</p>',
    '<p title="<b>">a</p>',
    "<p title=a`b>a</p>",
    '<p "">a</p>',
    "<p",
    "</p",
    "</script>",
    "<style>p { background: url(javascript:x) }</style>",
    "<style>@import 'https://evil.example'</style>",
    "<style>p { width: expression(alert(1)) }</style>",
    "<style>p { b\\65havior: x }</style>",
    "<style><p></style>",
    "<style/><p>a</p>",
    "<style>{% if a %}</style>",
    "<style>p { color: red }</style> {first_name}",
    "<!DOCTYPE svg>",
    '<p style="behavior:url(x)">a</p>',
    "<style>{{ text }}</style>",
    '<p title="{{ text }}">a</p>',
    "<p title={{ text }}>a</p>",
    "<p {{ text }}>a</p>",
    "<{{ text }}>",
    '<a href="https://shop.example/{{ text }}">a</a>',
    '<p style="color:{{ text }}">a</p>',
    "<p>{first_name}</p>",
    "<p>{ }</p>",
]
FINE_MARKUP = [
    "<p>Dear {{ first_name }},</p>",
    "<p>1 &lt; 2 &amp; &#123;</p>",
    (
        '<!DOCTYPE html><html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>{{ shop_name }}</title>'
        '<meta http-equiv="Content-Type" content="text/html"><style>@media screen { p { color: red } }</style></head>'
        "<body><table width=600 cellpadding='0'><tr><td align=center>{{text}}</td></tr></table></body></html>"
    ),
    '<a href="https://shop.example/?a=1&amp;b=2"><img src="https://shop.example/a.png" alt="" width="10"/></a><br/>',
    '<a href="mailto:shop@example.com">Write</a> <a href="tel:+912212345678">Call</a> <a href="#top">Up</a>',
]


def pointers(**fields: Any) -> list[str]:
    try:
        rules.check(TemplateFields.model_validate({**GOOD, **fields}))
    except ValidationError as refusal:
        return ["/" + "/".join(map(str, error["loc"])) for error in refusal.errors()]
    except Invalid as refusal:
        return [error.pointer for error in refusal.errors]
    return []


@pytest.mark.parametrize("bad", NO_FIELDS)
@pytest.mark.parametrize("part", ["subject", "text", "html"])
def test_nothing_but_fields_stands_in_braces(part: str, bad: str) -> None:
    assert pointers(**{part: f"a {bad} b"}) == [f"/{part}"]


@pytest.mark.parametrize("part", ["subject", "text", "html"])
def test_an_unknown_field_is_refused_with_those_there_are(part: str) -> None:
    with pytest.raises(ValidationError, match="unknown field karat; there are first_name, name") as refusal:
        TemplateFields.model_validate({**GOOD, part: "a {{ karat }} b"})
    assert refusal.value.errors()[0]["loc"] == (part,)


@pytest.mark.parametrize("bad", NO_MARKUP)
def test_markup_that_is_no_mail_is_refused(bad: str) -> None:
    assert pointers(html=f"<p>Dear {{{{ first_name }}}}</p>{bad}") == ["/html"]


def test_a_refusal_speaks_of_the_mail_and_not_of_the_parser() -> None:
    with pytest.raises(ValidationError, match="must not hold declarations other than <!doctype html>"):
        template(html="<![foo[bar]]>")


@pytest.mark.parametrize("fine", FINE_MARKUP)
def test_plain_mail_markup_is_kept(fine: str) -> None:
    assert template(html=fine).html == fine


@pytest.mark.parametrize("field_name", FIELDS)
def test_every_field_can_be_used_everywhere(field_name: str) -> None:
    part = f"{{{{{field_name}}}}} {{{{ {field_name} }}}}"
    assert fields_of(template(subject=part, text=part, html=part)) == (field_name,)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"subject": None}, ["/subject"]),
        ({"subject": "a\r\nBcc: x@example.com"}, ["/subject"]),
        ({"subject": "a\u2028b"}, ["/subject"]),
        ({"subject": "a\u202eb"}, ["/subject"]),
        ({"subject": "a" * 201}, ["/subject"]),
        ({"subject": " "}, ["/subject"]),
        ({"text": ""}, ["/text"]),
        ({"text": "a" * 10_001}, ["/text"]),
        ({"text": "a\x00"}, ["/text"]),
        ({"text": 5}, ["/text"]),
        ({"html": "a" * 50_001}, ["/html"]),
        ({"html": ""}, ["/html"]),
        ({"name": "Spring"}, ["/name"]),
        ({"name": "spring\n"}, ["/name"]),
        ({"name": "1st"}, ["/name"]),
        ({"name": "a#b"}, ["/name"]),
        ({"purpose": "fun"}, ["/purpose"]),
        ({"name": "birthday"}, ["/purpose"]),
        ({"channel": "whatsapp"}, ["/channel"]),
        ({"language": "english"}, ["/language"]),
        ({"language": "en#"}, ["/language"]),
        ({"dlt_template_id": "1107161234567890123"}, ["/dlt_template_id"]),
        ({"version": 3}, ["/version"]),
        ({"channel": "sms"}, ["/subject"]),
        ({"channel": "sms", "subject": None, "html": "<p>a</p>"}, ["/html"]),
        ({"channel": "sms", "subject": None, "text": "a" * 1001}, ["/text"]),
        ({"channel": "sms", "subject": None, "dlt_template_id": "x"}, ["/dlt_template_id"]),
        ({"channel": "push", "html": "<p>a</p>", "text": "a" * 501}, ["/html", "/text"]),
        ({}, []),
        ({"subject": "a" * 200, "text": "a" * 10_000, "html": "a" * 50_000}, []),
        ({"channel": "sms", "subject": None, "text": "a" * 1000, "dlt_template_id": "1107161234567890123"}, []),
        ({"channel": "push", "text": "a" * 500}, []),
        ({"channel": "push", "subject": None}, []),
        ({"name": "birthday", "purpose": "birthday"}, []),
    ],
)
def test_a_template_fits_its_channel_and_name(fields: dict[str, Any], expected: list[str]) -> None:
    assert pointers(**fields) == expected


TOKENS = ["<p", "<b", "<a", "</p", "</b", "<script", "<style", "</style", "<img", ">", "/>", "<", "/", " ", "'", '"']
TOKENS += [
    " href=",
    " title=",
    " onclick=",
    " class=",
    "=",
    "https://a.example",
    "javascript:",
    "x",
    "{{ text }}",
    "{",
    "}",
]
TOKENS += ["<!--", "-->", "--!>", "<!", "<?", "<![CDATA[", "]]>", "&lt;", "\n", "\x0c"]


@given(st.lists(st.sampled_from(TOKENS), max_size=14).map("".join))
def test_whatever_markup_is_accepted_holds_only_what_is_listed(html: str) -> None:
    """Read by the parser that does not refuse: no element, attribute or field that the list lacks."""
    if pointers(html=html):
        return
    seen = Structure.of(html)
    assert {tag for tag, _ in seen} <= ELEMENTS
    assert {name for _, names in seen for name in names} <= ATTRIBUTES
