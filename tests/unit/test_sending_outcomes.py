"""What becomes of a message by what its provider answers, and by what others do at the same time."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain import instants
from chalicelib.domain.errors import Busy, Unavailable
from chalicelib.domain.messages.providing import NotAccepted, Refused, Unclear
from tests.support.fakes import NOW
from tests.support.sending_desk import (
    CUSTOMER,
    MESSAGE,
    Bench,
    a_message,
    a_reach,
    once,
)


def at(**offset: float) -> str:
    return instants.to_text(NOW + timedelta(**offset))


def raising(error: BaseException) -> None:
    raise error


def test_what_was_not_accepted_is_tried_again_later_and_does_not_count() -> None:
    bench = Bench().put(a_message(), a_reach())
    bench.provider.answers = [NotAccepted("throttled", throttled=True)]
    rate = bench.pacer.rate
    turn = bench.send()
    after = bench.message
    assert (turn.status, turn.later) == ("queued", NOW + timedelta(seconds=22.5))
    assert (after.status, after.attempts, after.reason, after.send_at) == ("queued", 1, "throttled", at(seconds=22.5))
    assert (after.claim, after.claimed_until, after.check_at) == (None, None, at(seconds=82.5))
    assert (bench.store.reaches[CUSTOMER].sends, bench.told(), bench.pacer.rate) == ([], {}, rate / 2)


def test_after_ten_attempts_it_has_failed() -> None:
    bench = Bench().put(a_message(attempts=9), a_reach())
    bench.provider.answers = [NotAccepted("account_paused", wait_seconds=3600)]
    assert bench.send().status == "failed"
    assert (bench.message.attempts, bench.message.reason, bench.told()) == (10, "account_paused", {"message_failed": 1})


def test_a_provider_may_ask_for_a_longer_wait() -> None:
    bench = Bench().put(a_message(), a_reach())
    bench.provider.answers = [NotAccepted("quota", wait_seconds=3600)]
    assert bench.send().later == NOW + timedelta(hours=1)


def test_what_is_refused_for_good_has_failed_and_does_not_count() -> None:
    bench = Bench().put(a_message(), a_reach())
    bench.provider.answers = [Refused("rejected")]
    assert bench.send().status == "failed"
    assert (bench.message.reason, bench.store.reaches[CUSTOMER].sends) == ("rejected", [])


def test_silence_leaves_an_unknown_fate_that_counts() -> None:
    bench = Bench().put(a_message(), a_reach())
    bench.provider.answers = [Unclear("no_answer")]
    assert bench.send().status == "unknown"
    assert bench.send().status == "unknown"
    assert (len(bench.provider.sent), bench.told()) == (1, {"message_unknown": 1})
    assert len(bench.store.reaches[CUSTOMER].sends) == 1


def test_a_defect_while_sending_leaves_the_message_claimed() -> None:
    bench = Bench().put(a_message(), a_reach())
    bench.provider.answers = [ZeroDivisionError()]
    with pytest.raises(ZeroDivisionError):
        bench.send()
    assert bench.send().status == "sending"
    bench.now = NOW + timedelta(seconds=91)
    assert bench.send().status == "unknown"
    assert len(bench.provider.sent) == 1


@pytest.mark.parametrize("when", ["interrupt", "afterwards"])
def test_a_claim_whose_answer_is_lost_is_recognised(when: str) -> None:
    bench = Bench().put(a_message(), a_reach())
    setattr(bench.store, when, once("claim", lambda: raising(Unavailable("silence"))))
    assert bench.send().status == "sent"
    assert (len(bench.provider.sent), bench.told()) == (1, {"message_sent": 1})


def test_a_claim_of_somebody_else_is_not_taken_for_ours() -> None:
    bench = Bench().put(a_message(), a_reach())
    other = a_message(status="sending", claim="other", claimed_until=at(seconds=60), version=2)
    bench.store.interrupt = once("claim", lambda: bench.store.messages.update({MESSAGE: other}))
    assert bench.send().status == "sending"
    assert bench.provider.sent == []


def test_what_keeps_changing_is_left_to_another_turn() -> None:
    bench = Bench().put(a_message(), a_reach())

    def change(kind: str, _: str) -> None:
        if kind == "claim":
            bench.store.messages[MESSAGE] = replace(bench.message, version=bench.message.version + 1)

    bench.store.interrupt = change
    with pytest.raises(Busy):
        bench.send()
    assert bench.provider.sent == []


def test_an_answer_is_recorded_patiently() -> None:
    bench = Bench().put(a_message(), a_reach())
    tries: list[str] = []

    def silent(kind: str, _: str) -> None:
        if kind == "write":
            tries.append(kind)
            if len(tries) < 4:
                raise Unavailable("silence")

    bench.store.interrupt = silent
    assert bench.send().status == "sent"
    assert len(tries) == 4
    assert bench.paused == [0.25, 0.5, 1.0]


def test_an_answer_that_cannot_be_recorded_never_leads_to_a_second_message() -> None:
    bench = Bench().put(a_message(), a_reach())
    bench.store.interrupt = lambda kind, _: raising(Unavailable("silence")) if kind == "write" else None
    assert bench.send().status == "unrecorded"
    bench.store.interrupt = lambda *_: None
    assert bench.send().status == "sending"
    bench.now = NOW + timedelta(seconds=91)
    assert bench.send().status == "unknown"
    assert len(bench.provider.sent) == 1


def test_a_record_whose_answer_is_lost_is_not_told_twice() -> None:
    bench = Bench().put(a_message(), a_reach())
    bench.store.afterwards = once("write", lambda: raising(Unavailable("silence")))
    assert bench.send().status == "sent"
    assert bench.told() == {"message_sent": 1}


@pytest.mark.parametrize(("meanwhile", "then"), [("delivered", "delivered"), ("unknown", "sent"), ("failed", "failed")])
def test_what_others_said_meanwhile_is_kept_unless_we_know_better(meanwhile: str, then: str) -> None:
    bench = Bench().put(a_message(), a_reach())

    def move() -> None:
        bench.store.messages[MESSAGE] = bench.message.moved(meanwhile, at())

    bench.store.interrupt = once("write", move)
    bench.send()
    assert bench.message.status == then


def test_what_was_given_up_meanwhile_is_not_tried_again() -> None:
    """The provider took nothing, but whoever found the claim run out had to say that nobody knows."""
    bench = Bench().put(a_message(), a_reach())
    bench.provider.answers = [NotAccepted("throttled", throttled=True)]

    def give_up() -> None:
        bench.store.messages[MESSAGE] = bench.message.moved("unknown", at())

    bench.store.interrupt = once("write", give_up)
    assert bench.send().status == "unknown"
    assert bench.message.status == "unknown"


def test_another_message_to_the_same_customer_does_not_disturb_giving_back() -> None:
    bench = Bench().put(a_message(), a_reach())
    bench.provider.answers = [NotAccepted("throttled", throttled=True)]

    def another() -> None:
        before = bench.store.reaches[CUSTOMER]
        sends = [*before.sends, (at(), "msg_other")]
        bench.store.reaches[CUSTOMER] = replace(before, sends=sends, sends_version=before.sends_version + 1)

    bench.store.interrupt = once("write", another)
    assert bench.send().status == "queued"
    assert bench.store.reaches[CUSTOMER].sends == [(at(), "msg_other")]


def test_a_second_claim_needs_time_as_well() -> None:
    bench = Bench().put(a_message(), a_reach())

    def lose() -> None:
        bench.now += timedelta(seconds=50)
        bench.store.messages[MESSAGE] = replace(bench.message, version=2)

    bench.store.interrupt = once("claim", lose)
    assert bench.send().status == "no_time"
    assert (bench.message.status, bench.provider.sent) == ("queued", [])


def test_a_turn_that_is_nearly_over_claims_nothing() -> None:
    bench = Bench(deadline=NOW + timedelta(seconds=20)).put(a_message(), a_reach())
    assert bench.send().status == "no_time"
    assert bench.message.version == 1
