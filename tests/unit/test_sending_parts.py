"""Pace, waits, footers, and what is done with messages that are overdue or sent once more."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import ids, instants
from chalicelib.domain.call import Actor, Call
from chalicelib.domain.errors import Conflict
from chalicelib.domain.messages import footer, overdue, waiting
from chalicelib.domain.messages.model import Content
from chalicelib.domain.messages.pace import HEADROOM, Pacer
from chalicelib.domain.messages.resending import resend
from tests.support.fakes import NOW
from tests.support.sending_desk import CUSTOMER, MESSAGE, Bench, a_message, a_notification

HTML = "<html><body><p>Hi</p></BODY></html>"


def at(**offset: float) -> str:
    return instants.to_text(NOW + timedelta(**offset))


# --- pace ---------------------------------------------------------------------------------------------------------


class Clock:
    """Seconds that pass only when somebody waits."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let them pass."""
        assert seconds > 0
        self.now += seconds


def test_messages_leave_at_the_share_of_the_limit() -> None:
    clock = Clock()
    pacer = Pacer(lambda: 14, clock, clock.sleep, share=0.5)
    for _ in range(701):
        assert pacer.wait(60)
    assert clock.now == pytest.approx(700 / (7 * HEADROOM))


def test_a_wait_that_does_not_fit_is_refused_without_waiting() -> None:
    clock = Clock()
    pacer = Pacer(lambda: 0.1, clock, clock.sleep)
    assert pacer.wait(0)
    assert not pacer.wait(5)
    assert clock.now == 0
    assert pacer.wait(20)
    assert not pacer.wait(-1)


def test_a_pause_is_not_made_up_for() -> None:
    clock = Clock()
    pacer = Pacer(lambda: 10, clock, clock.sleep)
    pacer.wait(1)
    clock.now += 100
    began = clock.now
    for _ in range(21):
        pacer.wait(1)
    assert clock.now - began >= 1.9


def test_no_time_is_not_enough_even_when_a_turn_was_missed() -> None:
    clock = Clock()
    pacer = Pacer(lambda: 10, clock, clock.sleep)
    clock.now += 100
    assert not pacer.wait(-0.01)
    assert pacer.wait(0)


def test_throttling_halves_the_rate_and_acceptance_wins_it_back() -> None:
    pacer = Pacer(lambda: 10, Clock(), lambda _: None)
    full = pacer.rate
    pacer.throttled()
    assert pacer.rate == full / 2
    for _ in range(100):
        pacer.throttled()
    assert 0 < pacer.rate < full / 30
    for _ in range(100):
        pacer.accepted()
    assert pacer.rate == full


def test_the_rate_of_mails_is_asked_for_every_ten_minutes_and_remembered() -> None:
    from botocore.exceptions import EndpointConnectionError

    from chalicelib.wiring.sender import MailLimit

    clock, answers = Clock(), [14.0, EndpointConnectionError(endpoint_url="ses"), 0.2]
    asked: list[float] = []

    def ask() -> float:
        asked.append(clock.now)
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return float(answer)

    limit = MailLimit(ask, clock)
    assert [limit(), limit()] == [14, 14]
    clock.now = 601
    assert [limit(), limit()] == [14, 14]  # SES does not say: what was known still holds
    clock.now = 1202
    assert limit() == 1
    assert asked == [0, 601, 1202]


@given(st.integers(1, 50), st.floats(0, 1), st.none() | st.floats(0, 7200))
def test_every_wait_is_bounded_and_later_ones_are_no_shorter(attempts: int, chance: float, asked: float | None) -> None:
    wait = (waiting.next_attempt(NOW, attempts, chance, asked) - NOW).total_seconds()
    assert max(asked or 0, 15) <= wait + 0.001
    assert wait <= max(900, asked or 0) + 0.001


# --- footers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", sorted(footer.WORDS))
def test_a_mail_says_in_its_language_how_to_end_it(language: str) -> None:
    url = "https://shop.example/v1/unsubscribe?token=a&b"
    found = footer.under_mail(Content("s", "Hello\n\n", HTML), url, "Gold & <Co>", language)
    assert found.text.startswith("Hello\n\n-- \nGold & <Co>\n")
    assert url in found.text
    assert found.html is not None
    assert 'href="https://shop.example/v1/unsubscribe?token=a&amp;b"' in found.html
    assert "Gold &amp; &lt;Co&gt;" in found.html
    assert found.html.index("unsubscribe") < found.html.index("</BODY>")
    assert (f'lang="{language}" dir="rtl"' in found.html) == (language == "ar")
    assert footer.under_text(Content(None, "Hello "), language).text.startswith("Hello\n")
    assert "STOP" in footer.under_text(Content(None, "Hello"), language).text


def test_the_footer_speaks_a_language_that_it_knows() -> None:
    assert footer.language_of(["pt-BR", "de-CH", "en"]) == "de"
    assert footer.language_of(["ja"]) == "en"
    assert footer.language_of([]) == "en"


def test_a_page_without_a_body_gets_the_footer_at_its_end() -> None:
    assert footer.under_mail(Content("s", "Hello"), "https://x.example", "Shop", "en").html is None
    page = footer.under_mail(Content("s", "Hello", "<p>x</p>"), "https://x.example", "Shop", "en").html
    assert page is not None
    assert page.startswith("<p>x</p>\n<p lang")


# --- overdue ------------------------------------------------------------------------------------------------------

NEEDS: list[tuple[dict[str, Any], str, str]] = [
    ({"status": "sending", "claimed_until": at(seconds=-1)}, "settle", at()),
    ({"status": "sending", "claimed_until": None}, "settle", at()),
    ({"status": "sending", "claimed_until": at(seconds=30)}, "wait", at(seconds=90)),
    ({"status": "queued"}, "queue", at(minutes=15)),
    ({"status": "queued", "send_at": at(seconds=-1)}, "queue", at(minutes=15)),
    ({"status": "queued", "send_at": at(hours=5)}, "wait", at(hours=5, minutes=1)),
]


@pytest.mark.parametrize(("facts", "need", "next_look"), NEEDS)
def test_what_an_overdue_message_needs(facts: dict[str, Any], need: str, next_look: str) -> None:
    bench = Bench().put(a_message(**facts))
    assert overdue.need_of(bench.message, NOW) == need
    after = overdue.put_off(bench.store, bench.message, NOW)
    assert (after.check_at, after.version, bench.message) == (next_look, 2, after)


def test_whose_sender_died_becomes_unknown() -> None:
    bench = Bench().put(a_message(status="sending", claim="x", claimed_until=at(seconds=-1)))
    overdue.settle(bench.store.told, bench.store, bench.message, NOW)
    after = bench.message
    assert (after.status, after.reason, after.check_at, after.claim) == ("unknown", "no_answer", None, None)
    assert bench.told() == {"message_unknown": 1}


# --- sent once more -----------------------------------------------------------------------------------------------

CALL = Call(Actor("usr_meera", "Meera"), NOW + timedelta(hours=1), "req_2")


@pytest.mark.parametrize("status", ["failed", "unknown", "bounced", "suppressed"])
def test_a_person_may_send_again_what_did_not_arrive(status: str) -> None:
    before = a_message(
        status=status,
        attempts=3,
        provider_id="ses-1",
        reason="x",
        event_id="evt_1",
        send_at=at(),
        seen={"opened": at()},
        automatic=True,
    )
    after = resend(before, CALL)
    assert ids.owner_of(after.id, "msg") == CUSTOMER
    assert (after.id != MESSAGE, after.resend_of, after.status, after.version) == (True, MESSAGE, "queued", 1)
    assert (after.attempts, after.automatic, after.by.id) == (0, False, "usr_meera")
    forgotten = (after.provider_id, after.reason, after.event_id, after.send_at, after.seen, after.claim)
    assert forgotten == (None,) * 6
    assert after.check_at is not None
    assert (after.content, after.address) == (before.content, before.address)


@pytest.mark.parametrize("status", ["queued", "sending", "sent", "delivered", "complained", "logged", "received"])
def test_nothing_else_is_sent_again(status: str) -> None:
    with pytest.raises(Conflict) as refused:
        resend(a_message(status=status), CALL)
    assert (refused.value.code, refused.value.conflict_id) == ("not_resendable", MESSAGE)


def test_a_notification_is_not_sent_again() -> None:
    with pytest.raises(Conflict):
        resend(a_notification(status="failed"), CALL)


@pytest.mark.parametrize("status", ["failed", "suppressed"])
def test_what_a_customer_wrote_is_never_sent_to_them(status: str) -> None:
    """Facet writes no such message; a file of all data may hold one."""
    with pytest.raises(Conflict):
        resend(a_message(direction="in", status=status), CALL)
