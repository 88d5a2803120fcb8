"""The worker and what it plans: birthdays and digests, each event one message, however it is delivered."""

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain import ids, instants
from chalicelib.handlers import log, worker
from chalicelib.repos import keys
from chalicelib.repos.reach import ReachReader, count_send
from chalicelib.repos.table import Range, encode
from chalicelib.wiring import clients
from chalicelib.wiring.store import table
from tests.support.faults import injected
from tests.support.letters import agrees, reachable, thread
from tests.support.meter import Meter
from tests.support.outreach import NOON, batch, birthday, celebrating, delivered, event, failed, of, the_only
from tests.support.work import a_transaction

pytestmark = pytest.mark.emulator


def test_a_birthday_becomes_one_message(sales: Any) -> None:
    customer = celebrating(sales, language="de")
    due = birthday(customer["id"])
    assert delivered(due) == []
    message = the_only(customer["id"])
    assert (message.status, message.reason, message.channel, message.purpose) == ("queued", None, "email", "birthday")
    assert (message.language, message.template, message.automatic, message.send_at) == ("de", "birthday", True, None)
    assert (message.event_id, message.address) == (due["id"], customer["emails"][0]["address"])
    assert message.content.subject is not None
    assert "Asha" in message.content.subject
    assert message.by.name == "Facet"
    (shown,) = thread(sales, customer["id"])
    assert (shown["id"], shown["automatic"]) == (message.id, True)


def test_three_deliveries_in_any_order_make_one_message_each(sales: Any) -> None:
    customers = [celebrating(sales) for _ in range(4)]
    events = [birthday(each["id"]) for each in customers] * 3
    random.Random(3).shuffle(events)  # noqa: S311 -- a repeatable order, no secret
    assert delivered(*events) == []
    assert delivered(*reversed(events), at=NOON + timedelta(days=1)) == []
    assert [the_only(each["id"]).event_id for each in customers]


def test_a_redelivery_writes_nothing(sales: Any) -> None:
    customer = celebrating(sales)
    due = birthday(customer["id"])
    delivered(due)
    before = list(table().query_all(Range(customer["id"])))
    agrees(sales, customer["id"], granted=False)
    delivered(due, at=NOON + timedelta(hours=2))
    after = list(table().query_all(Range(customer["id"])))
    assert len([each for each in after if each["sk"].startswith(("MESSAGE#", "SYSTEM#"))]) == len(
        [each for each in before if each["sk"].startswith(("MESSAGE#", "SYSTEM#"))]
    )
    assert the_only(customer["id"]).status == "queued"


def test_two_events_are_two_messages(sales: Any) -> None:
    customer = celebrating(sales)
    delivered(birthday(customer["id"]), birthday(customer["id"]))
    assert len(of(customer["id"])) == 2


def reason(customer: dict[str, Any], at: datetime = NOON, **data: Any) -> str | None:
    assert delivered(birthday(customer["id"], at=NOON, **data), at=at) == []
    message = the_only(customer["id"])
    assert message.status == ("suppressed" if message.reason else "queued")
    return message.reason


def test_without_consent_it_is_kept_and_can_be_sent_later(sales: Any) -> None:
    customer = reachable(sales, birthday="--03-15")
    assert reason(customer) == "no_consent"
    message = the_only(customer["id"])
    assert "Asha" in message.content.text
    agrees(sales, customer["id"])
    assert sales.post(f"/v1/messages/{message.id}/resend").json["status"] == "queued"


def test_an_archived_customer_gets_nothing(sales: Any, manager: Any) -> None:
    customer = celebrating(sales)
    manager.delete(f"/v1/customers/{customer['id']}")
    assert reason(customer) == "archived"
    unasked = reachable(sales, birthday="--03-15")
    manager.delete(f"/v1/customers/{unasked['id']}")
    assert reason(unasked) == "archived"


def test_a_customer_who_is_archived_at_this_moment_gets_nothing(
    sales: Any, manager: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = celebrating(sales)
    due = birthday(customer["id"])
    look = ReachReader.with_items

    def look_and_archive(reader: ReachReader, customer_id: str) -> Any:
        seen = look(reader, customer_id)
        manager.delete(f"/v1/customers/{customer_id}")
        return seen

    with monkeypatch.context() as patched:
        patched.setattr(ReachReader, "with_items", look_and_archive)
        assert delivered(due) == ["0"]
    assert of(customer["id"]) == []
    assert delivered(due) == []
    assert the_only(customer["id"]).reason == "archived"


def test_a_customer_who_had_many_messages_lately_gets_no_more(sales: Any) -> None:
    customer = celebrating(sales)
    full(customer["id"])
    assert reason(customer) == "cap"


def full(customer_id: str) -> None:
    """As many messages at noon as the shop allows itself."""
    work = a_transaction()
    at = instants.to_text(NOON - timedelta(hours=1))
    count_send(work, ReachReader(table()).get(customer_id), [(at, f"msg_{number}") for number in range(4)])
    work.commit()


def test_an_event_for_a_customer_who_is_gone_is_done(deployment: dict[str, str]) -> None:
    stranger = ids.new_id("cus", NOON)
    with injected() as watch:
        assert delivered(birthday(stranger), birthday("cus_x"), birthday("usr_1#x")) == []
    assert watch.written == []
    assert deployment


def test_a_suppressed_address_gets_nothing(sales: Any, manager: Any) -> None:
    customer = celebrating(sales)
    manager.post("/v1/suppressions", {"channel": "email", "address": customer["emails"][0]["address"]})
    assert reason(customer) == "manual"


def test_an_event_that_comes_days_late_congratulates_nobody(sales: Any) -> None:
    assert reason(celebrating(sales), at=NOON + timedelta(days=3)) is None
    assert reason(celebrating(sales), at=NOON + timedelta(days=4)) == "too_late"
    assert reason(celebrating(sales), at=NOON + timedelta(days=4), by_hand=True) is None


def renamed(customer_id: str, before: str, after: str) -> None:
    """Let the profile say another name, past every rule."""
    place = keys.profile(customer_id)
    profile = table().get(place)
    assert profile is not None
    doc = json.loads(profile["doc"])
    assert doc["given_name"] == before
    values = encode({":doc": json.dumps({**doc, "given_name": after})})
    key = encode(place._asdict())
    table().send("update_item", Key=key, UpdateExpression="SET doc = :doc", ExpressionAttributeValues=values)


def test_a_name_that_no_subject_can_hold_is_not_sent(sales: Any) -> None:
    """No name has two lines today; one that an earlier version has kept may."""
    customer = celebrating(sales, given_name="Asha")
    renamed(customer["id"], "Asha", "Asha\u2028Bcc: all@example.com")
    assert reason(customer) == "header_injection"
    renamed(customer["id"], "Asha\u2028Bcc: all@example.com", "Asha")  # as the list of names has it


@contextmanager
def own_template(manager: Any, **fields: Any) -> Iterator[None]:
    """The shop's own words for birthdays in a language of their own, for a while."""
    body = {"name": "birthday", "purpose": "birthday", "channel": "email", "subject": "Hi", **fields}
    reply = manager.post("/v1/templates", body)
    assert reply.status == 201, reply.text
    try:
        yield
    finally:
        assert manager.delete(reply.headers["Location"]).status == 204


def test_a_missing_field_means_not_sent(sales: Any, manager: Any) -> None:
    with own_template(manager, language="sv", text="Grattis {{ company }}"):
        assert reason(celebrating(sales, language="sv")) == "missing_field"
        assert reason(celebrating(sales, language="sv", company="Rao & Sons")) is None


def test_the_preferred_channel_is_used_where_it_is_agreed_to(sales: Any) -> None:
    customer = celebrating(sales, preferred_channel="sms")
    agrees(sales, customer["id"], channel="sms")
    delivered(birthday(customer["id"]))
    message = the_only(customer["id"])
    assert (message.channel, message.address) == ("sms", customer["phones"][0]["e164"])


def test_quiet_hours_hold_what_leaves_by_itself(sales: Any) -> None:
    """Noon in UTC is one at night in Auckland: what a sweep plans waits until eight, what a person starts does not."""
    customer = celebrating(sales, time_zone="Pacific/Auckland")
    delivered(birthday(customer["id"]))
    message = the_only(customer["id"])
    eight = datetime(2027, 3, 15, 19, tzinfo=UTC)  # 08:00 of the 16th there
    assert message.send_at == eight.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert message.check_at is not None
    assert message.check_at > message.send_at
    by_hand = celebrating(sales, time_zone="Pacific/Auckland")
    delivered(birthday(by_hand["id"], by_hand=True))
    assert (the_only(by_hand["id"]).send_at, the_only(by_hand["id"]).automatic) == (None, False)


def test_planning_costs_one_read_and_one_transaction(sales: Any) -> None:
    customer = celebrating(sales)
    delivered(birthday(reachable(sales)["id"]))  # reads the reference data
    with Meter(clients.dynamodb()) as meter:
        delivered(birthday(customer["id"]))
    assert meter.operations == ["Query", "GetItem", "TransactWriteItems"]
    assert meter.write_units <= 40


def test_a_poison_message_fails_alone(sales: Any) -> None:
    customer = celebrating(sales)
    good: dict[str, Any] = {"purpose": "outreach", "event": birthday(customer["id"])}
    poison: list[Any] = [
        "no json",
        "[]",
        {},
        {"purpose": "else"},
        {"purpose": "outreach"},
        {"purpose": "outreach", "event": {}},
        {"purpose": "outreach", "event": {**good["event"], "kind": "note_added"}},
        {"purpose": "outreach", "event": {**good["event"], "data": []}},
        {"purpose": "outreach", "event": {**good["event"], "data": {}}},
        {"purpose": "outreach", "event": {**good["event"], "data": {**good["event"]["data"], "date": "2027-02-30"}}},
        {"purpose": "outreach", "event": event("digest_due", "usr_1", NOON, {"staff_id": "usr_1"})},
    ]
    answer = worker.handle(batch(good, *poison, good), None, lambda: NOON)
    assert failed(answer) == [str(number) for number in range(1, len(poison) + 1)]
    assert the_only(customer["id"]).status == "queued"


def test_a_defect_is_logged_with_the_request_and_no_word_of_anybody(
    sales: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[dict[str, Any]] = []
    monkeypatch.setattr(log.logger(), "error", lambda _text, extra: said.append(extra))
    customer = celebrating(sales)
    due = birthday(customer["id"], date=customer["emails"][0]["address"])
    assert delivered(due) == ["0"]
    assert [line["request_id"] for line in said] == [due["request_id"]]
    assert customer["emails"][0]["address"] not in json.dumps(said)
