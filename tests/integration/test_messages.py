"""Messages over the API: sent, suppressed, logged, answered by, cancelled, sent again."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain import instants
from tests.support.faults import injected
from tests.support.history import a_number, kinds, timeline
from tests.support.letters import agrees, an_address, reachable, sent, thread, write

pytestmark = pytest.mark.emulator


def soon(**ahead: float) -> str:
    return instants.to_text(datetime.now(UTC) + timedelta(**ahead))


def test_a_message_is_made_and_read_back(sales: Any) -> None:
    customer = reachable(sales)
    reply = write(sales, customer["id"], text="Your ring is ready.\nCome by any day.")
    assert reply.status == 201
    made = reply.json
    assert (made["status"], made["reason"], made["channel"], made["purpose"]) == ("queued", None, "email", "service")
    assert (made["address"], made["direction"]) == (customer["emails"][0]["address"], "out")
    assert (made["by"]["name"], made["automatic"], made["version"]) == ("Sales", False, 1)
    assert sales.get(reply.headers["Location"]).json == made
    assert reply.headers["ETag"] == '"1"'
    (listed,) = thread(sales, customer["id"])
    assert {name: made[name] for name in listed} == listed
    assert not {"text", "html", "address"} & set(listed)
    assert sales.get(f"/v1/customers/{customer['id']}").json["last_contact_at"] is None


def test_a_queued_message_is_an_event_of_the_system_that_is_relayed(sales: Any) -> None:
    from chalicelib.repos import keys
    from chalicelib.repos.table import Range
    from chalicelib.wiring.store import table

    customer = reachable(sales)
    made = sent(sales, customer["id"])
    events = list(table().query_all(Range(customer["id"], begins=keys.SYSTEM_EVENT)))
    (event,) = [each for each in events if each["kind"] == "message_queued"]
    assert event["publish"] is True
    assert made["id"] in event["doc"]
    assert "ring" not in event["doc"]
    assert kinds(sales, f"/v1/customers/{customer['id']}") == ["customer_created"]


def test_the_channel_is_the_preferred_one_else_email_else_sms(sales: Any) -> None:
    only_phone = reachable(sales, emails=[])
    assert sent(sales, only_phone["id"], subject=None)["channel"] == "sms"
    texts = reachable(sales, preferred_channel="sms")
    assert sent(sales, texts["id"], subject=None)["channel"] == "sms"
    calls = reachable(sales, preferred_channel="call")
    assert sent(sales, calls["id"])["channel"] == "email"


def test_what_is_not_agreed_to_is_kept_with_its_reason(sales: Any) -> None:
    customer = reachable(sales)
    made = sent(sales, customer["id"], template="birthday")
    assert (made["status"], made["reason"], made["purpose"]) == ("suppressed", "no_consent", "birthday")
    newest = timeline(sales, f"/v1/customers/{customer['id']}")[0]
    assert (newest["kind"], newest["data"]["reason"]) == ("message_suppressed", "no_consent")
    agrees(sales, customer["id"])
    assert sent(sales, customer["id"], template="birthday")["status"] == "queued"
    agrees(sales, customer["id"], granted=False)
    assert sent(sales, customer["id"], template="birthday")["reason"] == "no_consent"
    agrees(sales, customer["id"], purpose="service", granted=False)
    assert sent(sales, customer["id"])["reason"] == "no_consent"


def test_nothing_goes_to_a_suppressed_address(sales: Any, manager: Any) -> None:
    customer = reachable(sales)
    address = customer["emails"][0]["address"]
    manager.post("/v1/suppressions", {"channel": "email", "address": address})
    made = sent(sales, customer["id"])
    assert (made["status"], made["reason"]) == ("suppressed", "manual")


def test_a_template_speaks_the_customers_language(sales: Any) -> None:
    swiss = reachable(sales, language="de-CH")
    made = sent(sales, swiss["id"], template="follow_up")
    assert (made["language"], made["template"]) == ("de", "follow_up")
    assert "Asha" in made["text"]
    assert made["html"]
    japanese = reachable(sales, language="ja")
    assert sent(sales, japanese["id"], template="follow_up")["language"] == "en"


def test_a_missing_field_means_not_sent(sales: Any, manager: Any) -> None:
    name = f"t{an_address()[1:9]}"
    body = {"name": name, "purpose": "service", "channel": "email", "language": "en", "subject": "For {{ company }}"}
    assert manager.post("/v1/templates", {**body, "text": "Hello {{ company }}: {{ text }}"}).status == 201
    customer = reachable(sales)
    with injected() as watch:
        refused = write(sales, customer["id"], template=name, text="Hello")
    assert (refused.status, refused.code, refused.pointers) == (422, "missing_field", ["/template"])
    assert watch.written == []
    firm = reachable(sales, company="Rao & Sons")
    refused = write(sales, firm["id"], template=name)
    assert (refused.status, refused.code, refused.pointers) == (422, "missing_field", ["/text"])
    made = sent(sales, firm["id"], template=name, text="All is well")
    assert (made["subject"], made["text"]) == ("For Rao & Sons", "Hello Rao & Sons: All is well")


def test_a_message_to_an_archived_customer_is_refused(sales: Any, manager: Any) -> None:
    customer = reachable(sales)
    made = sent(sales, customer["id"], template="birthday")
    manager.delete(f"/v1/customers/{customer['id']}")
    with injected() as watch:
        replies = [write(sales, customer["id"], channel=channel) for channel in ("email", "letter")]
        replies.append(sales.post(f"/v1/messages/{made['id']}/resend"))
    for reply in replies:
        assert (reply.status, reply.code, reply.json["conflict"]["id"]) == (409, "archived", customer["id"])
    assert watch.written == []
    assert len(thread(sales, customer["id"])) == 1


def test_the_same_key_makes_one_message(sales: Any) -> None:
    customer = reachable(sales)
    key = an_address()
    body = {"customer_id": customer["id"], "channel": "sms", "text": "Ready"}
    first, second = (sales.post("/v1/messages", body, Idempotency_Key=key) for _ in range(2))
    assert (first.status, second.status, second.json) == (201, 201, first.json)
    assert second.headers["Idempotent-Replayed"] == "true"
    assert len(thread(sales, customer["id"])) == 1
    other = sales.post("/v1/messages", {**body, "text": "Else"}, Idempotency_Key=key)
    assert other.status == 422


def asked(sales: Any, customer_id: str) -> str:
    place = sales.post(f"/v1/customers/{customer_id}/inquiries", {"text": "Any studs?"})
    return str(place.headers["Location"])


@pytest.mark.parametrize("channel", ["email", "letter", "whatsapp"])
def test_what_goes_out_answers_open_inquiries(sales: Any, channel: str) -> None:
    customer = reachable(sales)
    places = [asked(sales, customer["id"]) for _ in range(2)]
    made = sent(sales, customer["id"], channel=channel)
    for place in places:
        inquiry = sales.get(place).json
        assert (inquiry["status"], inquiry["answered_by_message"]) == ("answered", made["id"])
        assert (inquiry["answered_by"]["name"], inquiry["answered_by_call"]) == ("Sales", None)
    overview = sales.get(f"/v1/customers/{customer['id']}/overview").json
    assert overview["open_inquiries"] == []
    answered = [entry for entry in overview["timeline"] if entry["kind"] == "inquiry_answered"]
    assert [entry["data"]["message_id"] for entry in answered] == [made["id"]] * 2


def test_of_many_inquiries_the_oldest_twenty_are_answered_at_once(sales: Any) -> None:
    customer = reachable(sales)
    places = [asked(sales, customer["id"]) for _ in range(21)]
    with injected() as watch:
        sales.post(
            "/v1/messages", {"customer_id": customer["id"], "text": "Yes", "channel": "sms"}, Idempotency_Key="many"
        )
    assert len(watch.written) <= 100
    assert [sales.get(place).json["status"] for place in places] == ["answered"] * 20 + ["open"]
    sent(sales, customer["id"])
    assert sales.get(places[-1]).json["status"] == "answered"


def test_what_does_not_go_out_answers_nothing(sales: Any) -> None:
    customer = reachable(sales)
    place = asked(sales, customer["id"])
    sent(sales, customer["id"], template="birthday")
    sent(sales, customer["id"], channel="visit", direction="in")
    assert sales.get(place).json["status"] == "open"


@pytest.mark.parametrize("channel", ["letter", "visit", "social", "whatsapp"])
def test_contact_elsewhere_is_written_down(sales: Any, channel: str) -> None:
    customer = reachable(sales)
    path = f"/v1/customers/{customer['id']}"
    at = soon(days=-3)
    out = sent(sales, customer["id"], channel=channel, text="Sent the catalogue", at=at)
    assert (out["status"], out["direction"], out["at"], out["address"]) == ("logged", "out", at, None)
    assert sales.get(path).json["last_contact_at"] is None
    came = sent(sales, customer["id"], channel=channel, text="Likes it", direction="in", at=soon(days=-2))
    assert (came["status"], came["direction"]) == ("received", "in")
    assert sales.get(path).json["last_contact_at"] == came["at"]
    sent(sales, customer["id"], channel=channel, text="Earlier", direction="in", at=soon(days=-9))
    assert sales.get(path).json["last_contact_at"] == came["at"]
    told = [(entry["kind"], entry["data"].get("text")) for entry in timeline(sales, path)][1:3]
    assert told == [("message_received", "Likes it"), ("message_logged", "Sent the catalogue")]


def test_the_thread_can_be_narrowed_and_paged(sales: Any) -> None:
    customer = reachable(sales)
    made = [sent(sales, customer["id"], channel=channel)["id"] for channel in ("letter", "email", "social")]
    path = f"/v1/customers/{customer['id']}/messages"
    first = sales.get(f"{path}?limit=2").json
    assert [each["id"] for each in first["items"]] == [made[2], made[1]]
    rest = sales.get(f"{path}?limit=2&cursor={first['next_cursor']}").json
    assert ([each["id"] for each in rest["items"]], rest["next_cursor"]) == ([made[0]], None)
    assert [each["id"] for each in thread(sales, customer["id"], "&channel=email")] == [made[1]]
    assert [each["id"] for each in thread(sales, customer["id"], "&status=logged")] == [made[2], made[0]]
    for query in ("channel=fax", "status=read", "limit=0", "page=2"):
        assert sales.get(f"{path}?{query}").status == 422


def test_sales_read_their_own_customers_messages_only(people: dict[str, Any], sales: Any, manager: Any) -> None:
    colleague = manager.get("/v1/me").json["id"]
    customer = reachable(manager, assignee=colleague)
    made = sent(manager, customer["id"])
    for path in (f"/v1/customers/{customer['id']}/messages", f"/v1/messages/{made['id']}"):
        assert manager.get(path).status == 200
        assert people["admin"].get(path).status == 200
        assert (sales.get(path).status, sales.get(path).code) == (404, "not_found")
        for role in ("analyst", "inventory"):
            assert people[role].get(path).status == 403
    for action in ("resend", "cancel"):
        assert sales.post(f"/v1/messages/{made['id']}/{action}").status == 404
    written = sent(sales, customer["id"])  # who serves them may write to them, and see what they wrote
    assert sales.get(f"/v1/messages/{written['id']}").status == 200
    assert sales.get("/v1/messages/msg_none").status == 404


def test_a_message_that_waits_can_be_cancelled(sales: Any) -> None:
    customer = reachable(sales)
    made = sent(sales, customer["id"], send_at=soon(hours=3))
    assert (made["status"], made["send_at"] > made["at"]) == ("queued", True)
    reply = sales.post(f"/v1/messages/{made['id']}/cancel")
    assert (reply.status, reply.json["status"], reply.json["reason"]) == (200, "suppressed", "cancelled")
    again = sales.post(f"/v1/messages/{made['id']}/cancel")
    assert (again.status, again.code) == (409, "not_waiting")
    at_once = sent(sales, customer["id"])
    assert sales.post(f"/v1/messages/{at_once['id']}/cancel").status == 409
    assert kinds(sales, f"/v1/customers/{customer['id']}")[0] == "message_suppressed"


def test_a_message_that_did_not_go_can_be_sent_again_once(sales: Any) -> None:
    customer = reachable(sales)
    made = sent(sales, customer["id"], template="birthday")
    place = f"/v1/messages/{made['id']}"
    agrees(sales, customer["id"])
    reply = sales.post(f"{place}/resend")
    assert reply.status == 201, reply.text
    copy = sales.get(reply.headers["Location"]).json
    assert copy == reply.json
    assert (copy["status"], copy["resend_of"], copy["text"]) == ("queued", made["id"], made["text"])
    assert sales.get(place).json["resent_as"] == copy["id"]
    twice = sales.post(f"{place}/resend")
    assert (twice.status, twice.code, twice.json["conflict"]["id"]) == (409, "already_resent", copy["id"])
    under_way = sales.post(f"/v1/messages/{copy['id']}/resend")
    assert (under_way.status, under_way.code) == (409, "not_resendable")


def test_nobody_may_override_a_missing_consent(sales: Any, manager: Any) -> None:
    customer = reachable(sales)
    made = sent(sales, customer["id"], template="birthday")
    copy = manager.post(f"/v1/messages/{made['id']}/resend").json
    assert (copy["status"], copy["reason"]) == ("suppressed", "no_consent")
    moved = {"emails": [{"address": an_address()}]}
    sales.patch(f"/v1/customers/{customer['id']}", moved)
    agrees(sales, customer["id"])
    last = manager.post(f"/v1/messages/{copy['id']}/resend").json
    assert (last["status"], last["address"]) == ("queued", moved["emails"][0]["address"])


def test_what_was_logged_or_received_is_not_sent_again(sales: Any) -> None:
    customer = reachable(sales)
    for direction in ("in", "out"):
        made = sent(sales, customer["id"], channel="whatsapp", direction=direction)
        assert sales.post(f"/v1/messages/{made['id']}/resend").code == "not_resendable"


def test_a_number_in_another_notation_is_the_same_number(sales: Any) -> None:
    number = a_number()
    customer = reachable(sales, phones=[{"number": f"{number[:3]} {number[3:8]} {number[8:]}"}])
    assert sent(sales, customer["id"], channel="sms", subject=None)["address"] == number
