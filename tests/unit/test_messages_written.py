"""Messages that people send again, that Facet plans and that try a template out: commands, without a table."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.call import Actor, Call
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.errors import Conflict, Invalid
from chalicelib.domain.inquiries.answering import OpenInquiry
from chalicelib.domain.messages import digest, events, planning
from chalicelib.domain.messages.again import send_again
from chalicelib.domain.messages.composing import Stationery
from chalicelib.domain.messages.digest_text import Waiting
from chalicelib.domain.messages.model import Content, Message
from chalicelib.domain.messages.policy import Reach
from chalicelib.domain.messages.writing import Desk
from chalicelib.domain.relaying.model import Relayed, Unreadable
from chalicelib.domain.shop.model import Shop
from chalicelib.domain.templates import builtin, trial
from chalicelib.domain.templates.rendering import Rendered
from chalicelib.domain.work import Change
from tests.support.fakes import NOW, FakeWork, call
from tests.support.sending_desk import CUSTOMER, DOC, MEMBER, MESSAGE, a_message, a_notification, a_reach, a_shop
from tests.support.templates import template

NIGHT = {"from": "15:00", "to": "16:00"}  # 10:00 UTC is 15:30 in Mumbai
OWED = {"cap": {"messages": 4, "days": 7}, "transactional": ["service", "birthday"]}


@dataclass
class Letters:
    """One customer's messages in a dict."""

    to: Reach
    kept: dict[str, Message] = field(default_factory=dict)

    def reach(self, _: str) -> tuple[Reach, Sequence[OpenInquiry]]:
        return self.to, []

    def get(self, message_id: str) -> Message:
        return self.kept[message_id]

    def add(self, message: Message) -> None:
        self.kept[message.id] = message

    def change(self, before: Message, after: Message) -> None:
        assert self.kept[before.id] is before
        self.kept[after.id] = after

    def contact(self, customer: Customer, at: str | None) -> None: ...


def a_desk(*kept: Message, to: Reach | None = None, of: Shop | None = None) -> tuple[Desk, Letters]:
    letters = Letters(to or a_reach(), {message.id: message for message in kept})
    paper = Stationery(of or a_shop(), builtin.templates(), "Meera", NOW)
    inquiries: Any = None  # nothing is open
    return Desk(call(), FakeWork(), letters, inquiries, lambda *_: None, paper), letters


# --- sent again ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "to", "refusal", "code"),
    [
        (a_message(), replace(a_reach().customer, doc={**DOC, "emails": []}), Invalid, "no_address"),
        (a_message(content=Content(None, "")), a_reach().customer, Conflict, "no_words"),
    ],
    ids=["no address any more", "never written"],
)
def test_what_cannot_leave_is_not_sent_again(before: Message, to: Customer, refusal: Any, code: str) -> None:
    failed = replace(before, status="failed")
    desk, letters = a_desk(failed, to=replace(a_reach(), customer=to))
    with pytest.raises(refusal) as refused:
        send_again(desk, MESSAGE)
    assert refused.value.code == code
    assert letters.kept == {MESSAGE: failed}


# --- birthdays ----------------------------------------------------------------------------------------------------


def due(kind: str, **data: Any) -> Relayed:
    return Relayed("evt_1", kind, CUSTOMER, call().at, data, "req_1")


def test_a_birthday_at_night_waits_for_the_morning_unless_it_is_owed() -> None:
    asha = replace(a_reach(), customer=replace(a_reach().customer, doc={**DOC, "given_name": "Asha"}))
    event = due("birthday_due", customer_id=CUSTOMER, date=f"{NOW:%Y-%m-%d}")
    waits = planning.birthday(a_desk(to=asha, of=a_shop(quiet_hours=NIGHT))[0], event)
    owed = planning.birthday(a_desk(to=asha, of=a_shop(quiet_hours=NIGHT, communication=OWED))[0], event)
    assert waits is not None
    assert owed is not None
    assert (waits.status, owed.status) == ("queued", "queued")
    assert datetime.fromisoformat(waits.send_at or "") == NOW + timedelta(minutes=30)
    assert owed.send_at is None


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"customer_id": CUSTOMER},
        {"customer_id": CUSTOMER, "date": 20270301},
        {"customer_id": None, "date": "2027-03-01"},
        {"customer_id": CUSTOMER, "date": "2027-02-30"},
        {"customer_id": CUSTOMER, "date": "soon"},
    ],
    ids=str,
)
def test_an_event_that_is_no_birthday_is_unreadable(data: dict[str, Any]) -> None:
    desk, letters = a_desk()
    with pytest.raises(Unreadable):
        planning.birthday(desk, due("birthday_due", **data))
    assert letters.kept == {}


# --- notifications ------------------------------------------------------------------------------------------------


class Nothing:
    """Nothing waits."""

    def waiting(self, _: digest.Due) -> Waiting:
        return Waiting([], [], [], {})


def test_a_digest_is_for_the_person_whom_it_names() -> None:
    event = due("digest_due", staff_id=MEMBER.id, date="2027-03-01")
    desk, letters = a_desk()
    assert digest.notify(desk, event, Nothing(), replace(MEMBER, id="usr_other")) is None
    assert letters.kept == {}
    message = digest.notify(desk, event, Nothing(), MEMBER)
    assert message is not None
    assert letters.kept == {message.id: message}


@dataclass
class Outbox:
    """Messages on their way."""

    messages: list[Message] = field(default_factory=list)

    def add(self, message: Message) -> None:
        self.messages.append(message)


@pytest.mark.parametrize("address", [None, ""])
def test_a_template_is_tried_out_where_the_caller_gets_mail(address: str | None) -> None:
    tries, outbox, work = Call(Actor(MEMBER.id, "Meera"), NOW, "req_1"), Outbox(), FakeWork()
    rendered = Rendered("Spring", "Come and see.", None)
    with pytest.raises(Conflict) as refused:
        trial.send(tries, work, outbox, template(), rendered, address)
    assert (refused.value.code, outbox.messages, work.events) == ("no_address", [], [])
    message = trial.send(tries, work, outbox, template(), rendered, MEMBER.email)
    assert (outbox.messages, message.address, message.recipient_id) == ([message], MEMBER.email, MEMBER.id)


# --- told ---------------------------------------------------------------------------------------------------------

TOLD = {"message_id": MESSAGE, "channel": "email", "purpose": "birthday", "status": "queued", "customer_id": CUSTOMER}


def test_what_happened_is_told_and_audited_by_the_facts_there_are() -> None:
    work = FakeWork()
    events.record(work, a_message(), answered=["inq_1"])
    assert work.changes == [Change("message.queued", CUSTOMER, after={**TOLD, "answered": ["inq_1"]})]
    assert [(event.aggregate, event.kind, event.data) for event in work.events] == [(CUSTOMER, "message_queued", TOLD)]
    events.record(work, a_notification(status="failed", reason="rejected"))
    assert "customer_id" not in work.events[-1].data
    assert (work.changes[-1].action, work.changes[-1].entity) == ("message.failed", MEMBER.id)
