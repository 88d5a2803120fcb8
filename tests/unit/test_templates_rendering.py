"""What becomes of the values that templates name, in the shop's own and in the built-in ones."""

from dataclasses import replace
from datetime import date
from email.message import EmailMessage
from email.policy import SMTP
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.templates import builtin, rules
from chalicelib.domain.templates.dates import MONTHS, day_and_month, whole_date
from chalicelib.domain.templates.fields import FIELDS, merge_values, staff_values
from chalicelib.domain.templates.model import Template, TemplateFields
from chalicelib.domain.templates.rendering import HeaderInjection, MissingField, fields_of, render
from chalicelib.domain.templates.visible import written
from tests.support import fakes
from tests.support.templates import Structure, template

TODAY = date(2027, 3, 15)
EVERYTHING = template(
    subject=" ".join(f"{{{{ {name} }}}}" for name in FIELDS),
    text="\n".join(f"{{{{ {name} }}}}" for name in FIELDS),
    html="".join(f'<p class="a">{{{{ {name} }}}}</p>' for name in FIELDS),
)
hostile = st.one_of(
    st.text(min_size=1, max_size=40),
    st.sampled_from(
        [
            "a\r\nBcc: everyone@example.com",
            "a\nb",
            "a\u2028b",
            "a\x85b",
            "a\x00b",
            "{{ text }}",
            "{{ 7*7 }}",
            "$first_name ${text}",
            "%(text)s {0}",
            "\\1 \\g<0>",
            "<script>alert(1)</script>",
            "--><img src=x onerror=x>",
            "\"' onmouseover='x",
            "</p><p>",
            "&lt;b&gt;",
        ]
    ),
).filter(lambda value: bool(value.strip()))


@given(st.fixed_dictionaries(dict.fromkeys(FIELDS, hostile)))
def test_no_value_breaks_out_of_its_place(values: dict[str, str]) -> None:
    """No header line, no markup and no field comes out of a value, whatever it is."""
    plain = replace(EVERYTHING, subject="Hello")
    rendered = render(plain, values)
    assert rendered.text == "\n".join(values[name] for name in FIELDS), "verbatim, and put in once"
    expected = "".join(f'<p class="a">{escape(values[name])}</p>' for name in FIELDS)
    assert rendered.html == expected
    assert Structure.of(rendered.html or "") == [("p", ("class",))] * len(FIELDS)
    try:
        subject = render(EVERYTHING, values).subject
    except HeaderInjection:
        return
    assert subject == " ".join(values[name] for name in FIELDS)
    assert subject.splitlines() == [subject]
    assert subject.isprintable() or not any(ord(character) < 32 or character == "\x7f" for character in subject)
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = subject
    assert list(mail) == ["Subject"]


@pytest.mark.parametrize(
    "value",
    ["a\r\nBcc: x@example.com", "a\nb", "a\rb", "a\x0bb", "a\x85b", "a\u2028b", "a\u2029b", "a\x00b", "a\u202eb"],
)
@pytest.mark.parametrize("name", FIELDS)
def test_a_line_break_in_the_subject_is_refused(name: str, value: str) -> None:
    values = {**dict.fromkeys(FIELDS, "x"), name: value}
    with pytest.raises(HeaderInjection):
        render(EVERYTHING, values)


@pytest.mark.parametrize("value", [None, "", " ", "\n"])
@pytest.mark.parametrize("part", ["subject", "text", "html"])
def test_a_field_without_a_value_is_named(part: str, value: str | None) -> None:
    with pytest.raises(MissingField) as missing:
        render(template(**{part: "a {{ title }} b"}), {"first_name": "Asha", "shop_name": "Rao", "title": value})
    assert (missing.value.name, missing.value.code) == ("title", "missing_field")


def test_a_value_is_text_in_the_html_part() -> None:
    rendered = render(template(html="<p>{{ first_name }}</p>"), {"first_name": "<b> \"&'", "shop_name": "Rao"})
    assert rendered.html == "<p>&lt;b&gt; &quot;&amp;&#x27;</p>"


def test_fields_that_are_not_used_may_be_missing() -> None:
    rendered = render(template(), {"first_name": "Asha", "shop_name": "Rao"})
    assert (rendered.subject, rendered.text, rendered.html) == ("Spring at Rao", "Dear Asha, come and see.", None)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ({"given_name": "Asha", "nickname": "Ash", "family_name": "Rao"}, "Asha"),
        ({"nickname": "Ash", "family_name": "Rao"}, "Ash"),
        ({"title": "Ms", "family_name": "Rao", "company": "Rao & Co"}, "Ms Rao"),
        ({"family_name": "Rao"}, "Rao"),
        ({"title": "Ms", "company": "Rao & Co"}, "Rao & Co"),
        ({}, None),
    ],
)
def test_how_a_customer_is_addressed(names: dict[str, str], expected: str | None) -> None:
    values = merge_values(names, None, {}, None, TODAY, None)
    assert values["first_name"] == expected
    assert set(values) == set(FIELDS)


def test_the_values_of_a_customer() -> None:
    doc = {"title": "Ms", "given_name": "Asha", "family_name": "Rao", "company": "Rao & Co", "birthday": "1990-03-05"}
    location = replace(fakes.MUMBAI, doc={**fakes.MUMBAI.doc, "city": "Mumbai"})
    values = merge_values(doc, location, {"shop_name": "Facet"}, "Meera", TODAY, "Hello", language="de-AT")
    assert values == {
        "first_name": "Asha",
        "name": "Asha Rao",
        "title": "Ms",
        "family_name": "Rao",
        "company": "Rao & Co",
        "shop_name": "Facet",
        "location_name": "Mumbai",
        "location_city": "Mumbai",
        "staff_name": "Meera",
        "date": "15. März 2027",
        "birthday": "5. März",
        "text": "Hello",
    }
    assert merge_values({"birthday": "--02-29"}, None, {}, None, TODAY, None)["birthday"] == "29 February"


@pytest.mark.parametrize(
    ("language", "day", "year"),
    [
        ("en", "1 March", "1 March 2027"),
        ("EN-IN", "1 March", "1 March 2027"),
        ("de", "1. März", "1. März 2027"),
        ("fr-CA", "1er mars", "1er mars 2027"),
        ("es", "1 de marzo", "1 de marzo de 2027"),
        ("hi", "1 मार्च", "1 मार्च 2027"),
        ("ar", "1 مارس", "1 مارس 2027"),
        ("mr", "1 March", "1 March 2027"),
        (None, "1 March", "1 March 2027"),
    ],
)
def test_dates_in_words(language: str | None, day: str, year: str) -> None:
    assert day_and_month(3, 1, language) == day
    assert whole_date(date(2027, 3, 1), language) == year
    assert all(len(set(months)) == 12 for months in MONTHS.values())


KNOWN = {
    "birthday": {"first_name", "shop_name"},
    "follow_up": {"first_name", "shop_name"},
    "new_arrival": {"first_name", "shop_name"},
    "appointment_confirmation": {"first_name", "shop_name", "date"},
    "staff_digest": {"first_name", "date", "text"},
}


@pytest.mark.parametrize("each", builtin.templates(), ids=lambda t: f"{t.name} {t.channel} {t.language}")
def test_a_built_in_template_is_one_that_managers_could_write(each: Template) -> None:
    fields = TemplateFields.model_validate(written(each))
    rules.check(fields)
    assert set(fields_of(each)) <= KNOWN[each.name]
    rendered = render(each, {name: f"<{name}>" for name in KNOWN[each.name]})
    assert "{{" not in f"{rendered}"
    assert (each.html is not None) == (each.channel == "email")
    if each.html:
        assert ('dir="rtl"' in each.html) == (each.language == "ar")
        assert f'lang="{each.language}"' in each.html


def test_every_built_in_name_is_there_in_every_language() -> None:
    triples = [(each.name, each.channel, each.language) for each in builtin.templates()]
    push = {"birthday", "appointment_confirmation"}
    expected = [
        (name, channel, language)
        for language in MONTHS
        for name in KNOWN
        for channel in ("email", "sms", "push")
        if channel != "push" or name in push
    ]
    assert sorted(triples) == sorted(expected)
    assert len({each.id for each in builtin.templates()}) == len(triples)


def test_the_ids_of_built_in_templates_stay() -> None:
    ids = {(each.name, each.channel, each.language): each.id for each in builtin.templates()}
    assert ids["birthday", "email", "en"] == "tpl_0000000000v1cre2xezt4b21bx"


def test_staff_are_addressed_by_their_name() -> None:
    values = staff_values("Meera", fakes.MUMBAI, {"shop_name": "Facet"}, TODAY, "3 tasks", language="en")
    assert (values["first_name"], values["text"], values["date"]) == ("Meera", "3 tasks", "15 March 2027")
    assert set(values) == set(FIELDS)
    assert values["birthday"] is None
