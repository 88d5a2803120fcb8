"""The rules of sending one message, with everything else made up."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain import instants
from chalicelib.domain.consents.model import Consents
from chalicelib.domain.messages.outgoing import House
from tests.support.fakes import NOW
from tests.support.sending_desk import (
    ADDRESS,
    CUSTOMER,
    DOC,
    MEMBER,
    MESSAGE,
    NOTIFICATION,
    Bench,
    a_message,
    a_notification,
    a_reach,
    a_shop,
    said,
)


def at(**offset: float) -> str:
    return instants.to_text(NOW + timedelta(**offset))


def raising(error: BaseException) -> None:
    raise error


def test_a_message_that_is_wanted_leaves_once() -> None:
    bench = Bench().put(a_message(), a_reach())
    assert bench.send().status == "sent"
    assert bench.send().status == "sent"
    assert len(bench.provider.sent) == 1
    after = bench.message
    assert (after.status, after.provider_id, after.claim, after.claimed_until, after.check_at) == (
        "sent", "ses-1", None, None, None,
    )  # fmt: skip
    assert bench.told() == {"message_sent": 1}
    assert bench.store.reaches[CUSTOMER].sends == [(at(), MESSAGE)]


@pytest.mark.parametrize("status", ["sent", "delivered", "suppressed", "failed", "unknown", "bounced", "complained"])
def test_what_has_come_to_rest_stays_there(status: str) -> None:
    bench = Bench().put(a_message(status=status), a_reach())
    assert bench.send().status == status
    assert bench.provider.sent == []


def test_a_message_that_is_gone_is_no_failure() -> None:
    assert Bench().send().status == "gone"


def test_a_message_that_another_sender_has_is_left_to_it() -> None:
    bench = Bench().put(a_message(status="sending", claim="other", claimed_until=at(seconds=1)), a_reach())
    assert bench.send().status == "sending"
    assert (bench.provider.sent, bench.told()) == ([], {})


def test_a_claim_that_ran_out_leaves_an_unknown_fate() -> None:
    bench = Bench().put(a_message(status="sending", claim="other", claimed_until=at(seconds=-1)), a_reach())
    assert bench.send().status == "unknown"
    assert (bench.message.reason, bench.message.check_at) == ("no_answer", None)
    assert (bench.provider.sent, bench.told()) == ([], {"message_unknown": 1})


def test_a_message_waits_for_its_time() -> None:
    bench = Bench().put(a_message(send_at=at(minutes=5)), a_reach())
    turn = bench.send()
    assert (turn.status, turn.later) == ("queued", NOW + timedelta(minutes=5))
    bench.now = NOW + timedelta(minutes=5)
    bench.deadline = bench.now + timedelta(minutes=1)
    assert bench.send().status == "sent"


WITHHELD = {
    "archived": (a_message(), replace(a_reach(), customer=replace(a_reach().customer, status="archived"))),
    "no_consent": (a_message(), a_reach(consents=Consents())),
    "no_address": (a_message(), replace(a_reach(), customer=replace(a_reach().customer, doc={**DOC, "emails": []}))),
    "cap": (a_message(), a_reach(sends=[(at(days=-1), f"msg_{n}") for n in range(4)])),
}


@pytest.mark.parametrize("reason", WITHHELD)
def test_what_must_not_leave_is_suppressed_with_its_reason(reason: str) -> None:
    bench = Bench().put(*WITHHELD[reason])
    assert bench.send().status == "suppressed"
    assert (bench.message.reason, bench.message.check_at, bench.provider.sent) == (reason, None, [])
    assert bench.told() == {"message_suppressed": 1}


@pytest.mark.parametrize("by_hand", [True, False])
def test_what_waited_for_more_than_a_day_past_its_time_is_not_sent_late(by_hand: bool) -> None:
    bench = Bench().put(a_message(automatic=not by_hand), a_reach())
    bench.now, bench.deadline = NOW + timedelta(hours=25), NOW + timedelta(hours=26)
    bench.send()
    assert (bench.message.status, bench.message.reason) == ("suppressed", "too_late")
    planned = Bench().put(a_message(send_at=at(hours=20)), a_reach())
    planned.now, planned.deadline = bench.now, bench.deadline
    assert planned.send().status == "sent"


def test_consent_that_was_withdrawn_counts_also_for_what_is_owed() -> None:
    consents = Consents(version=1).with_word(said("email", "service", granted=False))
    bench = Bench().put(a_message(purpose="service"), a_reach(consents=consents))
    bench.send()
    assert bench.message.reason == "no_consent"


@pytest.mark.parametrize("reason", ["bounce", "complaint", "stop_reply", "manual"])
def test_nothing_goes_to_a_suppressed_address_not_even_what_is_owed(reason: str) -> None:
    for purpose in ("birthday", "service"):
        bench = Bench().put(a_message(purpose=purpose), a_reach())
        bench.store.suppressions["email", ADDRESS] = reason
        bench.send()
        assert (bench.message.status, bench.message.reason) == ("suppressed", reason)


def test_a_mail_needs_a_sender_and_a_link_that_ends_it() -> None:
    for house, reason in ((House("https://x", "", lambda *_: ""), "no_sender"),
                          (House("", "a@b.example", lambda *_: ""), "no_public_url")):  # fmt: skip
        bench = Bench(house=house).put(a_message(), a_reach())
        bench.send()
        assert bench.message.reason == reason
    owed = Bench(house=House("", "a@b.example", lambda *_: "")).put(a_message(purpose="service"), a_reach())
    assert owed.send().status == "sent"


def test_what_is_owed_counts_for_no_cap_and_knows_no_quiet_hours() -> None:
    full = a_reach(sends=[(at(days=-1), f"msg_{n}") for n in range(4)])
    night = a_shop(quiet_hours={"from": "15:00", "to": "16:00"})  # 10:00 UTC is 15:30 in Mumbai
    bench = Bench(shop=night).put(a_message(purpose="service", automatic=True), full)
    assert bench.send().status == "sent"
    assert bench.store.reaches[CUSTOMER].sends == full.sends


def test_a_message_that_was_counted_before_counts_once() -> None:
    bench = Bench().put(a_message(), a_reach(sends=[(at(minutes=-9), MESSAGE), (at(minutes=-5), "msg_other")]))
    assert bench.send().status == "sent"
    assert bench.store.reaches[CUSTOMER].sends == [(at(minutes=-5), "msg_other"), (at(), MESSAGE)]


def test_an_automatic_message_waits_for_the_morning_and_one_by_hand_does_not() -> None:
    night = a_shop(quiet_hours={"from": "15:00", "to": "16:00"})
    bench = Bench(shop=night).put(a_message(automatic=True), a_reach())
    turn = bench.send()
    assert (turn.status, turn.later) == ("queued", NOW + timedelta(minutes=30))
    assert (bench.message.send_at, bench.message.check_at, bench.told()) == (at(minutes=30), at(minutes=31), {})
    assert Bench(shop=night).put(a_message(), a_reach()).send().status == "sent"


def test_the_address_it_was_planned_for_is_kept_while_the_customer_has_it() -> None:
    for planned, used in (("old@example.com", "old@example.com"), ("gone@example.com", ADDRESS)):
        bench = Bench().put(a_message(address=planned), a_reach())
        bench.send()
        assert (bench.provider.sent[0].address, bench.message.address) == (used, used)


def test_a_text_goes_to_a_number_with_the_word_that_ends_it() -> None:
    bench = Bench().put(a_message(channel="sms", purpose="promotions", address="+919876543210"), a_reach())
    assert bench.send().status == "sent"
    assert bench.provider.sent[0].content.text == "All the best.\nReply STOP to end"


def test_staff_get_theirs_without_consent_cap_and_quiet_hours() -> None:
    night = a_shop(quiet_hours={"from": "15:00", "to": "16:00"})
    bench = Bench(shop=night).put(a_notification(automatic=True, address="before@shop.example"))
    assert bench.send(NOTIFICATION).status == "sent"
    (outgoing,) = bench.provider.sent
    assert (outgoing.address, outgoing.unsubscribe_url) == (MEMBER.email, None)


@pytest.mark.parametrize("gone", [True, False])
def test_staff_who_left_get_nothing(gone: bool) -> None:
    bench = Bench().put(a_notification())
    bench.store.members = {} if gone else {MEMBER.id: replace(MEMBER, disabled=True)}
    assert bench.send(NOTIFICATION).status == "suppressed"
    assert bench.store.messages[NOTIFICATION].reason == "disabled"
