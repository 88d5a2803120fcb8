"""What providers say later: what it means, and that the order in which it comes does not matter."""

import itertools
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.call import Actor, Call
from chalicelib.domain.messages.provider_events import Desk, Word, read, take_in
from tests.support.fakes import NOW
from tests.support.sending_desk import ADDRESS, MESSAGE, Bench, a_message, a_notification


def an_event(kind: str, **detail: Any) -> dict[str, Any]:
    name = {"Rendering Failure": "failure"}.get(kind, kind.lower())
    mail = {"messageId": "ses-1", "tags": {"message": [MESSAGE]}, "headers": []}
    return {"eventType": kind, "mail": mail, name: {"timestamp": "2026-11-22T10:00:01.000Z", **detail}}


# --- what it means ------------------------------------------------------------------------------------------------

MEANINGS = [
    (an_event("Send"), "sent", None),
    (an_event("Delivery"), "delivered", None),
    (an_event("Bounce", bounceType="Permanent"), "bounced", "bounce"),
    (an_event("Bounce", bounceType="Transient"), "bounced", "soft_bounce"),
    (an_event("Bounce", bounceType="Undetermined"), "bounced", "bounce_undetermined"),
    (an_event("Complaint"), "complained", "complaint"),
    (an_event("Reject"), "bounced", "rejected"),
    (an_event("Rendering Failure"), "bounced", "rendering_failure"),
    (an_event("Open"), "opened", None),
    (an_event("Click"), "clicked", None),
]


@pytest.mark.parametrize(("event", "what", "reason"), MEANINGS)
def test_what_an_event_says(event: dict[str, Any], what: str, reason: str | None) -> None:
    word = read(event)
    assert word == Word(MESSAGE, what, "2026-11-22T10:00:01.000Z", "ses-1", reason)


def test_our_id_stands_in_the_header_too() -> None:
    event = an_event("Delivery")
    event["mail"] |= {"tags": {}, "headers": [{"name": "x-facet-message", "value": MESSAGE}]}
    word = read(event)
    assert word is not None
    assert word.message_id == MESSAGE


STRANGE: list[Any] = [
    {},
    {"eventType": "DeliveryDelay", "mail": {"tags": {"message": [MESSAGE]}}},
    {"eventType": "Delivery"},
    {"eventType": "Delivery", "mail": "x"},
    {"eventType": "Delivery", "mail": {"tags": {"message": "x"}, "headers": "y"}},
    {
        "eventType": "Delivery",
        "mail": {"tags": {"message": [1, None, "msg_x", "SHOP"]}, "headers": [1, {"name": None}]},
    },
    {"eventType": "Delivery", "mail": {"headers": [{"name": "In-Reply-To", "value": MESSAGE}]}},
    {"eventType": None, "mail": {}},
    {"eventType": {"Delivery": 1}, "mail": {"tags": {"message": [MESSAGE]}}},
]


@pytest.mark.parametrize("event", STRANGE)
def test_what_says_nothing_of_ours_is_no_word(event: dict[str, Any]) -> None:
    assert read(event) is None


# --- taken in -----------------------------------------------------------------------------------------------------


class Place:
    """A message, and what was suppressed on its account."""

    def __init__(self, **changes: Any) -> None:
        self.bench = Bench().put(a_message(**changes))
        self.suppressed: list[tuple[str, ...]] = []
        call = Call(Actor("sys_provider", "Provider"), NOW, "req_1")
        self.desk = Desk(call, self.bench.store.told, self.bench.store, lambda *what: self.suppressed.append(what))

    def hear(self, what: str, reason: str | None = None) -> str:
        """One word."""
        return take_in(self.desk, Word(MESSAGE, what, None, "ses-1", reason))


@pytest.mark.parametrize("before", ["sending", "unknown", "sent"])
@pytest.mark.parametrize("what", ["sent", "delivered", "bounced", "complained"])
def test_a_word_settles_a_message(before: str, what: str) -> None:
    place = Place(status=before, reason="no_answer", claim="x", claimed_until="2026")
    reason = {"bounced": "bounce", "complained": "complaint"}.get(what)
    moved = place.hear(what, reason)
    after = place.bench.message
    if before == what:
        assert moved == "known"
        return
    assert (moved, after.status, after.reason, after.provider_id, after.claim) == ("moved", what, reason, "ses-1", None)
    told = {f"message_{what}": 1}
    assert place.bench.told() == told | ({"message_sent": 1} if what == "delivered" and before != "sent" else {})
    assert place.suppressed == ([("email", ADDRESS, reason, MESSAGE)] if reason else [])


WORDS = [("sent", None), ("delivered", None), ("complained", "complaint"), ("opened", None), ("sent", None)]


def test_in_whatever_order_and_however_often_the_end_is_the_same() -> None:
    for order in itertools.permutations(WORDS):
        place = Place(status="sending")
        for what, reason in (*order, *WORDS):
            place.hear(what, reason)
        assert place.bench.message.status == "complained"
        told = place.bench.told()
        assert max(told.values()) == 1
        assert told["message_complained"] == told["message_opened"] == 1
        assert len(place.suppressed) == 1


@pytest.mark.parametrize("status", ["suppressed", "received", "logged"])
def test_what_never_left_is_not_moved(status: str) -> None:
    place = Place(status=status)
    assert place.hear("delivered") == "known"
    assert place.bench.message.status == status


@pytest.mark.parametrize("reason", ["soft_bounce", "bounce_undetermined", "rejected"])
def test_only_a_lasting_bounce_suppresses(reason: str) -> None:
    place = Place(status="sent")
    place.hear("bounced", reason)
    assert (place.bench.message.status, place.suppressed) == ("bounced", [])


def test_an_automatic_reply_is_no_bounce() -> None:
    place = Place(status="delivered")
    assert place.hear("bounced", "soft_bounce") == "known"
    assert place.hear("bounced", "bounce") == "moved"


def test_the_first_time_a_mail_is_opened_is_kept() -> None:
    place = Place(status="delivered")
    for at in ("2026-11-22T10:00:00.000Z", "2026-11-22T11:00:00.000Z"):
        take_in(place.desk, Word(MESSAGE, "opened", at, None))
    assert place.bench.message.seen == {"opened": "2026-11-22T10:00:00.000Z"}
    assert place.bench.told() == {"message_opened": 1}


def test_a_word_of_nobody_is_dropped() -> None:
    place = Place()
    place.bench.store.messages.clear()
    assert place.hear("delivered") == "gone"


def test_a_bounce_of_a_notification_suppresses_as_well() -> None:
    place = Place()
    message = a_notification(status="sent")
    place.bench.store.messages[message.id] = message
    take_in(place.desk, Word(message.id, "bounced", None, None, "bounce"))
    assert place.suppressed == [("email", message.address, "bounce", message.id)]


def test_a_message_keeps_its_words_through_all_of_this() -> None:
    place = Place(status="sent")
    before = place.bench.message
    place.hear("delivered")
    after = replace(place.bench.message, status=before.status, version=before.version, status_at=before.status_at)
    assert replace(after, provider_id=None, check_at=before.check_at) == before
