"""Parts of messages by themselves: ids of answers, keywords, digests, drafts, who may see what."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import ids, instants
from chalicelib.domain.call import Actor
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.errors import Invalid
from chalicelib.domain.inquiries.model import Inquiry
from chalicelib.domain.messages.composing import Stationery, channels_of, from_template, from_words
from chalicelib.domain.messages.digest_text import NOTE, Waiting, told
from chalicelib.domain.messages.identity import answering
from chalicelib.domain.messages.inbound import read
from chalicelib.domain.messages.keywords import STOPS, keyword
from chalicelib.domain.messages.model import Content, Message, recipient_of
from chalicelib.domain.messages.policy import Reach
from chalicelib.domain.messages.visible import is_own, line, sees_customer
from chalicelib.domain.reminders.model import Reminder
from chalicelib.domain.shop.model import DEFAULT_SETTINGS, Shop
from chalicelib.domain.signature import Signature
from chalicelib.domain.templates import builtin
from chalicelib.domain.templates.model import Template
from tests.support.fakes import NOW
from tests.support.history import ASHA

AT = instants.to_text(NOW)
RAO = replace(
    ASHA,
    doc={
        **ASHA.doc,
        "emails": [{"address": "Asha@Example.com", "normalized": "asha@example.com"}],
        "phones": [{"number": "98765 43210", "e164": "+919876543210"}],
    },
)
REACH = Reach(RAO)


def paper(*own: Template, languages: tuple[str, ...] = ("en",)) -> Stationery:
    shop = Shop({**DEFAULT_SETTINGS, "languages": list(languages)})
    return Stationery(shop, (*own, *builtin.templates()), "Meera", NOW)


def own(**fields: Any) -> Template:
    words = {"subject": "Hello {{ first_name }}", "text": "From {{ staff_name }}: {{ text }}"}
    facts = {"id": "tpl_1", "version": 3, "name": "special", "purpose": "care", "channel": "email", "language": "en"}
    return Template(**{**facts, **words, **fields})


@given(st.text(min_size=1, max_size=80), st.text(min_size=1, max_size=80))
def test_the_same_cause_makes_the_same_id_and_another_one_another(cause: str, other: str) -> None:
    made = answering("msg", cause.encode("utf-8", "replace").decode(), ASHA.id, AT)
    assert made == answering("msg", cause.encode("utf-8", "replace").decode(), ASHA.id, AT)
    assert recipient_of(made) == ASHA.id
    if other != cause:
        assert answering("msg", f"x{other}", ASHA.id, AT) != made
    assert answering("msg", "cause", ids.new_id("cus", NOW), AT) != made


def test_ids_of_answers_are_ordered_by_the_instant_of_their_cause() -> None:
    later = instants.to_text(NOW + timedelta(milliseconds=1))
    assert answering("msg", "a", ASHA.id, AT) < answering("msg", "b", ASHA.id, later)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("STOP", "stop"),
        ("Stop!", "stop"),
        (" stop \n", "stop"),
        ("StopAll", "stop"),
        ("Stop all", "stop"),
        ("OPT-OUT", "stop"),
        ("ARRÊT", "stop"),
        ("Désinscrire", "stop"),
        ("Baja", "stop"),
        ("रोकें", "stop"),
        ("إلغاء الاشتراك", "stop"),
        ("START", "start"),
        ("Unstop.", "start"),
        ("yes", None),
        ("stop by tomorrow", None),
        ("", None),
        ("🛑", None),
        ("go on", None),
    ],
)
def test_a_keyword_is_the_whole_message(text: str, asked: str | None) -> None:
    assert keyword(text) == asked


@given(st.text(max_size=60))
def test_only_keywords_end_anything(text: str) -> None:
    assert (keyword(text) == "stop") == (" ".join(_folded(text)) in STOPS)


def _folded(text: str) -> list[str]:
    from chalicelib.domain.text import words

    return words(text)


@given(st.dictionaries(st.text(max_size=30), st.none() | st.integers() | st.text(max_size=40), max_size=6))
def test_any_notification_is_read_or_dropped(payload: dict[str, Any]) -> None:
    came = read({"originationNumber": "+919876543210", **payload}, payload, NOW)
    if came is not None:
        assert came.at <= AT
        assert came.cause


def test_an_instant_in_the_future_is_now() -> None:
    payload = {"originationNumber": "+919876543210", "messageBody": "Hi", "inboundMessageId": "1"}
    for sent in ("2999-01-01T00:00:00Z", "soon", None, 7):
        came = read(payload, {"Timestamp": sent}, NOW)
        assert came is not None
        assert came.at == AT


def reminder(note: str, due_at: str = "2027-03-15T04:30:00.000Z") -> Reminder:
    return Reminder("rem_1", ASHA.id, 1, "follow_up_call", due_at, note, "usr_1", Signature("usr_1", "Meera", AT))


def inquiry(text: str) -> Inquiry:
    return Inquiry("inq_1", ASHA.id, 1, text, (), "web", (), Signature("usr_1", "Meera", "2027-03-14T12:00:00.000Z"))


def born(birthday: str) -> Customer:
    return replace(ASHA, doc={**ASHA.doc, "birthday": birthday})


def test_a_digest_lists_what_waits_under_headings() -> None:
    waiting = Waiting(
        [reminder("Ring about\n the ring"), reminder("")],
        [inquiry("Any studs?")],
        [born("--03-15")],
        {ASHA.id: ASHA},
        2,
    )
    assert told(waiting, ZoneInfo("Asia/Kolkata"), "en") == (
        "Reminders\n- 2027-03-15 10:00 Asha: Ring about the ring\n- 2027-03-15 10:00 Asha: Follow-up call\n\n"
        "Inquiries without an answer\n- 2027-03-14 17:30 Asha: Any studs?\n\n"
        "Birthdays\n- Asha (15 March)\n- + 2"
    )


def test_a_digest_of_nothing_is_empty_and_other_languages_have_their_headings() -> None:
    assert told(Waiting([], [], [], {}), ZoneInfo("UTC"), "en") == ""
    german = told(Waiting([], [], [born("1990-03-01")], {}), ZoneInfo("UTC"), "de-AT")
    assert german == "Geburtstage\n- Asha (1. März)"
    assert told(Waiting([reminder("x")], [], [], {ASHA.id: ASHA}), ZoneInfo("UTC"), "sv").startswith("Reminders\n")


def test_a_long_note_is_cut_in_a_digest() -> None:
    lines = told(Waiting([reminder("a" * 1000)], [], [], {ASHA.id: ASHA}), ZoneInfo("UTC"), "en").splitlines()
    assert len(lines[1].split(": ")[1]) == NOTE


def test_the_shops_own_words_go_first_and_bring_their_purpose() -> None:
    draft = from_template(paper(own(name="birthday")), REACH, "birthday", None, "All the best")
    assert (draft.purpose, draft.content.subject) == ("care", "Hello Asha")
    assert draft.content.text == "From Meera: All the best"
    assert draft.template is not None
    assert draft.template.version == 3


def test_words_by_another_name_are_none_for_this_one() -> None:
    templates = [own(name="birthday"), own(name="birthday", channel="sms"), own(channel="push")]
    assert channels_of(templates, "birthday") == {"email", "sms"}


def test_without_words_for_the_preferred_channel_another_one_is_taken() -> None:
    texts = Reach(replace(RAO, doc={**RAO.doc, "preferred_channel": "sms"}))
    assert from_template(paper(own()), texts, "special", None, "x").channel == "email"
    assert from_template(paper(), texts, "follow_up", None, None).channel == "sms"


@pytest.mark.parametrize(
    ("name", "channel", "text", "pointer"),
    [
        ("none", None, None, "/template"),
        ("staff_digest", None, "x", "/template"),
        ("special", "sms", "x", "/template"),
        ("special", None, None, "/text"),
        ("follow_up", "push", None, "/template"),
    ],
)
def test_what_cannot_be_written_is_named(name: str, channel: str | None, text: str | None, pointer: str) -> None:
    with pytest.raises(Invalid) as refusal:
        from_template(paper(own()), REACH, name, channel, text)
    assert refusal.value.errors[0].pointer == pointer


def test_a_template_that_becomes_too_long_for_a_text_is_refused() -> None:
    with pytest.raises(Invalid) as refusal:
        from_template(paper(own(channel="sms", subject=None)), REACH, "special", "sms", "a" * 1000)
    assert refusal.value.errors[0].pointer == "/text"


def test_words_with_a_subject_go_where_there_is_room_for_one() -> None:
    texts = Reach(replace(RAO, doc={**RAO.doc, "preferred_channel": "sms"}))
    assert from_words(paper(), texts, None, "service", ("Hello", "Text")).channel == "email"
    assert from_words(paper(), texts, None, "service", (None, "Text")).channel == "sms"


MEERA = Actor("usr_1", "Meera", frozenset(("sales",)))
MANAGER = Actor("usr_2", "Priya", frozenset(("manager",)))
LETTER = Message(
    f"msg_{'0' * 26}{ASHA.id[4:]}",
    ASHA.id,
    "email",
    "care",
    "sent",
    None,
    Content("Hi", "x" * 500),
    Signature("usr_9", "", AT),
)


def test_sales_see_customers_of_their_own_or_of_nobody() -> None:
    for assignee, seen in ((None, True), ("usr_1", True), ("usr_2", False)):
        customer = replace(ASHA, doc={**ASHA.doc, "assignee": assignee})
        assert sees_customer(MEERA, customer) is seen
        assert sees_customer(MANAGER, customer)


def test_a_message_is_read_by_who_wrote_or_got_it() -> None:
    assert not is_own(MEERA, LETTER)
    assert is_own(MEERA, replace(LETTER, by=Signature("usr_1", "Meera", AT)))
    assert is_own(MEERA, replace(LETTER, id=f"ntf_{'0' * 52}", recipient_id="usr_1"))
    assert is_own(MANAGER, LETTER)


def test_a_line_shows_the_beginning_alone() -> None:
    shown = line(LETTER)
    assert (len(shown["body_preview"]), shown["body_preview"][-1]) == (200, "…")
    assert not {"text", "html", "address"} & set(shown)
