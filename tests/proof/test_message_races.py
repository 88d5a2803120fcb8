"""Many hands on the same message, event or text at once, a fifth of all transactions refused: one effect."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from chalicelib.domain import instants
from chalicelib.handlers.inbound_texts import received
from chalicelib.wiring.store import table
from tests.proof.scenarios import unique
from tests.support import history_invariants, invariants
from tests.support.letters import agrees, reachable, sent, thread
from tests.support.outreach import birthday, delivered
from tests.support.race import conflicts, together

pytestmark = [pytest.mark.emulator, pytest.mark.race]
HANDS = 8


def statuses(replies: list[Any]) -> Counter[int]:
    return Counter(reply.status for reply in replies)


def test_one_event_delivered_at_once_makes_one_message(sales: Any) -> None:
    customer = reachable(sales, birthday="--03-15", time_zone="UTC")
    agrees(sales, customer["id"])
    due = birthday(customer["id"])
    with conflicts(1):
        together([partial(delivered, due)] * HANDS)
    assert delivered(due) == []
    assert [each["status"] for each in thread(sales, customer["id"])] == ["queued"]


def test_a_message_is_sent_again_once_whoever_presses_first(sales: Any) -> None:
    customer = reachable(sales)
    made = sent(sales, customer["id"], template="birthday")
    agrees(sales, customer["id"])
    with conflicts(2):
        replies = together([partial(sales.post, f"/v1/messages/{made['id']}/resend")] * HANDS)
    assert set(statuses(replies)) <= {201, 409}
    assert statuses(replies)[201] == 1
    assert len(thread(sales, customer["id"])) == 2


def test_a_message_is_cancelled_once(sales: Any) -> None:
    customer = reachable(sales)
    made = sent(sales, customer["id"], send_at=instants.to_text(datetime.now(UTC) + timedelta(hours=1)))
    with conflicts(3):
        replies = together([partial(sales.post, f"/v1/messages/{made['id']}/cancel")] * HANDS)
    assert set(statuses(replies)) <= {200, 409}
    assert statuses(replies)[200] == 1
    assert [each["version"] for each in thread(sales, customer["id"])] == [2]


def test_the_same_key_at_once_makes_one_message(sales: Any) -> None:
    customer, key = reachable(sales), unique()
    body = {"customer_id": customer["id"], "channel": "sms", "text": "Ready"}
    with conflicts(4):
        replies = together([partial(sales.post, "/v1/messages", body, Idempotency_Key=key)] * HANDS)
    assert set(statuses(replies)) <= {201, 409}
    assert len({reply.json["id"] for reply in replies if reply.status == 201}) == 1
    assert len(thread(sales, customer["id"])) == 1


def test_an_inquiry_is_answered_by_one_of_many_messages(sales: Any) -> None:
    customer = reachable(sales)
    place = sales.post(f"/v1/customers/{customer['id']}/inquiries", {"text": "Any studs?"}).headers["Location"]
    body = {"customer_id": customer["id"], "channel": "sms", "text": "Yes"}
    with conflicts(5):
        replies = together([partial(sales.post, "/v1/messages", body)] * HANDS)
    made = {reply.json["id"] for reply in replies if reply.status == 201}
    assert set(statuses(replies)) <= {201, 409}
    assert sales.get(place).json["answered_by_message"] in made
    assert {each["id"] for each in thread(sales, customer["id"])} == made


def test_a_stop_that_comes_many_times_at_once_is_heeded_once(sales: Any) -> None:
    customer = reachable(sales)
    agrees(sales, customer["id"], channel="sms", purpose="promotions")
    payload = {
        "originationNumber": customer["phones"][0]["e164"],
        "messageBody": "STOP",
        "inboundMessageId": unique(),
    }
    envelope = {"Timestamp": instants.to_text(datetime.now(UTC))}
    with conflicts(6):
        together([partial(_once, payload, envelope)] * HANDS)
    assert received(payload, envelope) == "known"
    assert [each["status"] for each in thread(sales, customer["id"])] == ["received"]
    path = f"/v1/customers/{customer['id']}"
    happened = Counter(each["kind"] for each in sales.get(f"{path}/timeline?limit=100").json["items"])
    assert (happened["address_suppressed"], happened["consent_withdrawn"], happened["message_received"]) == (1, 1, 1)


def _once(payload: dict[str, Any], envelope: dict[str, Any]) -> str:
    try:
        return received(payload, envelope)
    except Exception as busy:  # noqa: BLE001 -- the queue delivers it again, whatever it was
        return type(busy).__name__


@pytest.mark.usefixtures("deployment")
def test_the_table_is_whole_after_all_races() -> None:
    invariants.check(table())
    history_invariants.check(table())
