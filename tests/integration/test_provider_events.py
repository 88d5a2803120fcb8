"""What SES tells through SNS settles messages and stops addresses; what is forged or of nobody changes nothing."""

import json
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.handlers import provider_events
from chalicelib.handlers.sweep_outgoing import look_after_outgoing
from tests.support import sending
from tests.support.sending import a_customer, deliver, kinds, left, on_the_list, queued, read

pytestmark = pytest.mark.emulator

QUEUE = "FACET_TEST_PROVIDER_EVENTS_QUEUE_URL"
PATIENCE = 20.0


@pytest.fixture(autouse=True)
def _quiet(deployment: dict[str, str]) -> None:
    """Nothing of tests before is left in the queues."""
    list(sending.in_queue(QUEUE))
    list(sending.in_queue())


def about(message_id: str, *kinds_wanted: str) -> list[dict[str, Any]]:
    """The signed notifications about a message, once all these have come."""
    found: list[dict[str, Any]] = []
    until = time.monotonic() + PATIENCE
    while not set(kinds_wanted) <= {each["eventType"] for each in map(told, found)}:
        assert time.monotonic() < until, f"only {[told(each)['eventType'] for each in found]}"
        found += [dict(each) for each in sending.in_queue(QUEUE) if message_id in each["Message"]]
        time.sleep(0.1)
    return found


def told(envelope: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(envelope["Message"])
    return found


def sent_to(manager: Any, address: str) -> Any:
    customer = a_customer(manager, "email.birthday", emails=[{"address": address}])
    message = queued(customer["id"], address)
    deliver(message.id)
    return message


def simulator(kind: str) -> str:
    return f"{kind}+{uuid.uuid4().hex}@simulator.amazonses.com"


def test_a_delivery_is_seen_and_told_once_in_any_order(manager: Any) -> None:
    message = sent_to(manager, simulator("success"))
    envelopes = about(message.id, "Send", "Delivery")
    for envelope in (*reversed(envelopes), *envelopes, *envelopes):
        provider_events.settle(envelope, datetime.now(UTC))
    after = read(message.id)
    assert (after.status, after.reason) == ("delivered", None)
    assert kinds(message.recipient_id) == ["message_queued", "message_sent", "message_delivered"]


@pytest.mark.parametrize(
    ("kind", "status", "reason"), [("bounce", "bounced", "bounce"), ("complaint", "complained", "complaint")]
)
def test_who_bounces_or_complains_gets_no_more_and_the_profile_says_so(
    manager: Any, kind: str, status: str, reason: str
) -> None:
    address = simulator(kind)
    message = sent_to(manager, address)
    for envelope in about(message.id, "Send", kind.capitalize()):
        provider_events.settle(envelope)
    assert (read(message.id).status, read(message.id).reason) == (status, reason)
    for purpose in ("birthday", "service"):
        next_one = queued(message.recipient_id, address, purpose=purpose)
        deliver(next_one.id)
        assert (read(next_one.id).status, read(next_one.id).reason, left(next_one.id)) == ("suppressed", reason, [])
    profile = manager.get(f"/v1/customers/{message.recipient_id}").text
    assert reason in profile
    lines = manager.get(f"/v1/customers/{message.recipient_id}/timeline").json["items"]
    assert f"message_{status}" in {line["kind"] for line in lines}


def test_a_word_that_comes_before_our_own_record_settles_the_message(manager: Any) -> None:
    """The sender died after SES had accepted: only the provider knows."""
    address = simulator("success")
    message = sent_to(manager, address)
    before = read(message.id)
    _write_back(before, status="unknown", reason="no_answer", provider_id=None)
    for envelope in about(message.id, "Delivery"):
        provider_events.settle(envelope)
    assert (read(message.id).status, read(message.id).provider_id) == ("delivered", before.provider_id)


def _write_back(before: Any, **changes: Any) -> None:
    from dataclasses import replace

    from chalicelib.repos.messages import MessageWriter
    from tests.support.work import a_transaction

    work = a_transaction()
    MessageWriter(work).change(before, replace(before, version=before.version + 1, **changes))
    work.commit()


def forgeries(envelope: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What somebody else could send."""
    bounce = {**told(envelope), "eventType": "Bounce", "bounce": {"bounceType": "Permanent"}}
    yield {**envelope, "Message": json.dumps(bounce)}
    yield {**envelope, "Signature": "AAAA"}
    yield {**envelope, "SigningCertURL": "https://evil.example/SimpleNotificationService-1.pem"}
    yield {**envelope, "TopicArn": "arn:aws:sns:us-east-1:999999999999:other"}
    yield {**envelope, "Type": "SubscriptionConfirmation", "SubscribeURL": "http://127.0.0.1:1/"}
    yield {}


def test_what_is_forged_changes_nothing(manager: Any) -> None:
    message = sent_to(manager, simulator("success"))
    envelope = about(message.id, "Send")[0]
    for forged in forgeries(envelope):
        provider_events.settle(forged)
    assert read(message.id).status == "sent"


def test_a_word_about_a_message_that_was_erased_is_dropped(manager: Any) -> None:
    from chalicelib.repos import keys
    from chalicelib.wiring.store import table
    from tests.support.work import a_transaction

    message = sent_to(manager, simulator("success"))
    envelopes = about(message.id, "Send", "Delivery")
    before = table().get(keys.message(message.recipient_id, message.id))
    assert before is not None
    work = a_transaction()
    work.delete(keys.message(message.recipient_id, message.id))
    work.commit()
    for envelope in envelopes:
        provider_events.settle(envelope)
    assert table().get(keys.message(message.recipient_id, message.id)) is None
    work = a_transaction()
    work.put(keys.message(message.recipient_id, message.id), before)
    work.commit()


# --- what was left behind -----------------------------------------------------------------------------------------


def test_a_message_that_the_queue_lost_goes_back_into_it(manager: Any) -> None:
    customer = a_customer(manager, "email.birthday")
    past = datetime.now(UTC) - timedelta(minutes=1)
    message = queued(customer["id"], customer["emails"][0]["address"], check_at=sending.ids_at(past))
    summary = look_after_outgoing(datetime.now(UTC), lambda: 60)
    assert summary["outgoing_queued"] >= 1
    assert message.id in [body["message_id"] for body in sending.in_queue()]
    (place,) = on_the_list(message.id)
    assert place > sending.ids_at(datetime.now(UTC) + timedelta(minutes=14))
    look_after_outgoing(datetime.now(UTC), lambda: 60)
    assert message.id not in [body["message_id"] for body in sending.in_queue()]


def test_the_look_after_messages_stops_when_its_time_is_over(manager: Any) -> None:
    customer = a_customer(manager, "email.birthday")
    past = sending.ids_at(datetime.now(UTC) - timedelta(minutes=1))
    message = queued(customer["id"], customer["emails"][0]["address"], check_at=past)
    assert look_after_outgoing(datetime.now(UTC), lambda: 5) == {}
    assert on_the_list(message.id) == [f"{past}#{message.id}"]


def test_a_place_without_its_message_is_taken_out(manager: Any) -> None:
    from chalicelib.domain import ids
    from chalicelib.repos import keys
    from tests.support.work import a_transaction

    now = datetime.now(UTC)
    nobody = ids.new_owned_id("msg", ids.new_id("cus", now), now)
    work = a_transaction()
    work.put(keys.outgoing(sending.ids_at(now - timedelta(minutes=1)), nobody), {"recipient_id": "cus_x"})
    work.commit()
    assert look_after_outgoing(now, lambda: 60)["outgoing_gone"] >= 1
    assert on_the_list(nobody) == []


def test_one_message_that_cannot_be_looked_at_does_not_hold_up_the_others(
    manager: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib.repos.messages import MessageReader

    customer = a_customer(manager, "email.birthday")
    past = sending.ids_at(datetime.now(UTC) - timedelta(minutes=1))
    first, second = (queued(customer["id"], customer["emails"][0]["address"], check_at=past) for _ in range(2))
    real = MessageReader.get

    def get(self: MessageReader, message_id: str) -> Any:
        if message_id == first.id:
            raise ValueError
        return real(self, message_id)

    monkeypatch.setattr(MessageReader, "get", get)
    assert look_after_outgoing(datetime.now(UTC), lambda: 60)["outgoing_failed"] == 1
    assert second.id in [body["message_id"] for body in sending.in_queue()]
    monkeypatch.undo()
    look_after_outgoing(datetime.now(UTC), lambda: 60)
