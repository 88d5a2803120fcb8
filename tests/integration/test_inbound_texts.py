"""Texts from customers: kept in the thread, and STOP heeded at once."""

import itertools
import json
import os
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from chalicelib.domain import instants
from chalicelib.handlers import worker
from chalicelib.handlers.inbound_texts import received
from tests.support import sending
from tests.support.faults import injected
from tests.support.history import a_number, kinds, timeline
from tests.support.letters import agrees, reachable, sent, thread
from tests.support.outreach import batch, failed

pytestmark = pytest.mark.emulator
PATIENCE = 20.0
_numbers = itertools.count()
START = datetime.now(UTC)


def text(number: str, body: Any, **more: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """What End User Messaging sends, and the envelope in which SNS brings it."""
    cause = f"test-{START.timestamp()}-{next(_numbers)}"
    payload = {
        "originationNumber": number,
        "destinationNumber": "+12125550101",
        "messageKeyword": "KEYWORD_1",
        "messageBody": body,
        "inboundMessageId": cause,
        "previousPublishedMessageId": "0",
        **more,
    }
    return payload, {"Type": "Notification", "MessageId": cause, "Timestamp": instants.to_text(datetime.now(UTC))}


def number_of(customer: dict[str, Any]) -> str:
    return str(customer["phones"][0]["e164"])


def state(api: Any, customer: dict[str, Any], purpose: str = "promotions", channel: str = "sms") -> dict[str, Any]:
    current: dict[str, Any] = api.get(f"/v1/customers/{customer['id']}/consents").json["current"]
    said: dict[str, Any] = current.get(channel, {}).get(purpose, {})
    return said


def test_a_text_is_kept_in_the_thread_and_counts_as_contact(sales: Any) -> None:
    customer = reachable(sales)
    path = f"/v1/customers/{customer['id']}"
    sales.post(f"{path}/inquiries", {"text": "Any studs?"})
    payload, envelope = text(number_of(customer), "Saturday is fine\n<b>{{ text }}</b>")
    assert received(payload, envelope) == "kept"
    (message,) = thread(sales, customer["id"])
    assert (message["status"], message["direction"], message["channel"]) == ("received", "in", "sms")
    assert message["body_preview"] == "Saturday is fine\n<b>{{ text }}</b>"
    assert message["at"] == envelope["Timestamp"]
    newest = timeline(sales, path)[0]
    assert (newest["kind"], newest["summary"], newest["actor"]["name"]) == (
        "message_received",
        "Message received: SMS",
        "Customer",
    )
    assert sales.get(path).json["last_contact_at"] == message["at"]
    assert len(sales.get(f"{path}/overview").json["open_inquiries"]) == 1


def test_a_text_that_comes_three_times_is_kept_once(sales: Any) -> None:
    customer = reachable(sales)
    payload, envelope = text(number_of(customer), "Hello")
    later = {**envelope, "Timestamp": instants.to_text(START + timedelta(seconds=90)), "MessageId": "other"}
    assert [received(payload, each) for each in (envelope, envelope, later)] == ["kept", "known", "known"]
    assert len(thread(sales, customer["id"])) == 1


@pytest.mark.parametrize("body", ["STOP", " stop. ", "Arrêt", "ABMELDEN", "cancelar", "बंद करें", "إيقاف", "Opt-Out"])
def test_stop_ends_everything_to_the_number(sales: Any, manager: Any, body: str) -> None:
    customer = reachable(sales)
    for channel, purpose in (("sms", "promotions"), ("sms", "service"), ("email", "promotions")):
        agrees(sales, customer["id"], channel=channel, purpose=purpose)
    payload, envelope = text(number_of(customer), body)
    assert received(payload, envelope) == "kept"
    assert [state(sales, customer, purpose)["granted"] for purpose in ("promotions", "service")] == [False, False]
    assert state(sales, customer)["source"] == "stop_reply"
    assert state(sales, customer, "care") == {}  # nothing is made up
    assert state(sales, customer, channel="email")["granted"] is True
    made = sent(manager, customer["id"], channel="sms", subject=None)
    assert (made["status"], made["reason"]) == ("suppressed", "no_consent")
    assert sent(manager, customer["id"])["status"] == "queued"
    happened = kinds(sales, f"/v1/customers/{customer['id']}")
    assert {"address_suppressed", "consent_withdrawn", "message_received"} <= set(happened)


@pytest.mark.parametrize("body", ["Stop by on Saturday?", "Please end my repair", "", "quite", "restart"])
def test_other_words_end_nothing(sales: Any, body: str) -> None:
    customer = reachable(sales)
    agrees(sales, customer["id"], channel="sms", purpose="promotions")
    assert received(*text(number_of(customer), body)) == "kept"
    assert state(sales, customer)["granted"] is True


def test_start_lifts_the_stop_and_grants_nothing(sales: Any) -> None:
    customer = reachable(sales)
    agrees(sales, customer["id"], channel="sms", purpose="promotions")
    received(*text(number_of(customer), "STOP"))
    assert sent(sales, customer["id"], channel="sms", subject=None)["reason"] == "stop_reply"
    received(*text(number_of(customer), "unstop"))
    assert sent(sales, customer["id"], channel="sms", subject=None)["status"] == "queued"
    assert state(sales, customer)["granted"] is False


def test_a_stop_that_is_delivered_again_does_not_undo_a_later_start(sales: Any) -> None:
    customer = reachable(sales)
    stop = text(number_of(customer), "STOP")
    assert [received(*stop), received(*text(number_of(customer), "START")), received(*stop)] == [
        "kept",
        "kept",
        "known",
    ]
    assert sent(sales, customer["id"], channel="sms", subject=None)["status"] == "queued"


def test_a_start_from_before_the_stop_lifts_nothing(sales: Any) -> None:
    customer = reachable(sales)
    early = text(number_of(customer), "START")
    early[1]["Timestamp"] = instants.to_text(datetime.now(UTC) - timedelta(minutes=5))
    received(*text(number_of(customer), "STOP"))
    received(*early)
    assert sent(sales, customer["id"], channel="sms", subject=None)["reason"] == "stop_reply"


def test_a_start_does_not_lift_what_a_person_suppressed(sales: Any, manager: Any) -> None:
    customer = reachable(sales)
    manager.post("/v1/suppressions", {"channel": "sms", "address": number_of(customer)})
    received(*text(number_of(customer), "START"))
    assert sent(sales, customer["id"], channel="sms", subject=None)["reason"] == "manual"


def test_a_shared_number_stops_for_everybody_who_has_it(sales: Any) -> None:
    shared = a_number()
    owner = reachable(sales, phones=[{"number": shared}])
    other = reachable(sales, phones=[{"number": shared}], allow_duplicate=True)
    for each in (owner, other):
        agrees(sales, each["id"], channel="sms", purpose="promotions")
    received(*text(shared, "Stop"))
    assert [state(sales, each)["granted"] for each in (owner, other)] == [False, False]
    assert (len(thread(sales, owner["id"])), thread(sales, other["id"])) == (1, [])


def test_a_number_that_nobody_has_is_dropped_but_its_stop_counts(sales: Any) -> None:
    number = a_number()
    with injected() as watch:
        assert received(*text(number, "Hello?")) == "unknown_number"
    assert watch.written == []
    assert received(*text(number, "STOP")) == "unknown_number"
    customer = reachable(sales, phones=[{"number": number}])
    assert sent(sales, customer["id"], channel="sms", subject=None)["reason"] == "stop_reply"


@pytest.mark.parametrize("number", ["", "12345", "+0123456789", "+91\u0660123456789", None, 7, "+9198#CLAIM", "tel:+1"])
@pytest.mark.usefixtures("deployment")
def test_what_is_no_number_is_dropped(number: Any) -> None:
    with injected() as watch:
        assert received(*text(number, "STOP")) == "unreadable"
    assert watch.calls == []


@pytest.mark.parametrize("body", [None, 7, [], "a" * 20_000, "x\u0000\u202ey", "\ud800"])
def test_any_body_is_kept_as_far_as_it_can_be(sales: Any, body: Any) -> None:
    customer = reachable(sales)
    assert received(*text(number_of(customer), body)) == "kept"
    (message,) = thread(sales, customer["id"])
    whole = sales.get(f"/v1/messages/{message['id']}").json["text"]
    assert len(whole) <= 10_000
    assert not {"\u0000", "\u202e", "\ud800"} & set(whole)


def test_archived_customers_hold_no_number(sales: Any, manager: Any) -> None:
    customer = reachable(sales)
    manager.delete(f"/v1/customers/{customer['id']}")
    assert received(*text(number_of(customer), "Hello")) == "unknown_number"


@pytest.mark.usefixtures("deployment")
def test_what_has_no_id_is_dropped() -> None:
    payload, envelope = text(a_number(), "Hello", inboundMessageId=None)
    assert received(payload, {**envelope, "MessageId": "x" * 201}) == "unreadable"


def test_a_text_comes_through_the_topic_and_the_worker(sales: Any) -> None:
    """Published as the provider does, signed and queued, and handed to the worker three times."""
    customer = reachable(sales)
    payload, _ = text(number_of(customer), "See you on Saturday")
    topic = os.environ["FACET_PROVIDER_TOPICS"].split(",")[1]
    boto3.client("sns").publish(TopicArn=topic, Message=json.dumps(payload))
    envelopes = _arrived(payload["inboundMessageId"])
    assert failed(worker.handle(batch(*envelopes * 3), None)) == []
    (message,) = thread(sales, customer["id"])
    assert message["body_preview"] == "See you on Saturday"
    forged = [{**envelope, "Message": json.dumps({**payload, "inboundMessageId": "other"})} for envelope in envelopes]
    assert failed(worker.handle(batch(*forged), None)) == []
    assert len(thread(sales, customer["id"])) == 1


def _arrived(cause: str) -> list[dict[str, Any]]:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        queue = sending.in_queue("FACET_TEST_PROVIDER_EVENTS_QUEUE_URL")
        found = [dict(each) for each in queue if cause in each.get("Message", "")]
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("the text did not come")
