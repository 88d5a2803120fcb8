"""What a template would say to a real customer, and a test of it sent to oneself."""

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.domain.messages.model import Content
from chalicelib.domain.templates import builtin
from chalicelib.repos import keys
from chalicelib.repos.messages import MessageReader
from chalicelib.repos.table import Range
from chalicelib.wiring.store import table
from tests.proof.scenarios import customer, unique
from tests.support.faults import injected
from tests.support.templates import GOOD, PATH, add, none_left

pytestmark = pytest.mark.emulator


@pytest.fixture(scope="module", autouse=True)
def _leave_none(people: dict[str, Any]) -> Iterator[None]:
    with none_left(people["manager"]):
        yield


def test_a_preview_shows_what_a_customer_would_get(manager: Any, sales: Any) -> None:
    made = add(
        manager,
        subject="For {{ name }}",
        text="{{ first_name }}, {{ birthday }}: {{ text }}",
        html="<p>{{ first_name }}: {{ text }}</p>",
    )
    asha = customer(sales, given_name="{{ text }}", family_name="<i>Rao</i>", birthday="1990-03-15")
    path = f"{PATH}/{made['id']}/preview"
    with injected() as watch:
        seen = sales.post(path, {"customer_id": asha["id"], "text": "<b>1 & 2</b>\nlines"})
    assert seen.json == {
        "subject": "For {{ text }} <i>Rao</i>",
        "text": "{{ text }}, 15 March: <b>1 & 2</b>\nlines",
        "html": "<p>{{ text }}: &lt;b&gt;1 &amp; 2&lt;/b&gt;\nlines</p>",
    }
    assert watch.written == []
    missing = sales.post(path, {"customer_id": asha["id"]})
    assert (missing.status, missing.code) == (422, "missing_field")
    assert "text" in missing.json["detail"]
    assert sales.post(path, {"customer_id": "cus_x"}).pointers == ["/customer_id"]
    assert sales.post(path, {"customer_id": "cus_00000000000000000000000000"}).pointers == ["/customer_id"]


def test_every_built_in_template_for_customers_can_be_sent_to_somebody_with_only_a_name(sales: Any) -> None:
    asha = customer(sales)
    for each in builtin.templates():
        if each.purpose != "staff":
            seen = sales.post(f"{PATH}/{each.id}/preview", {"customer_id": asha["id"]})
            assert seen.status == 200, seen.text
            assert "{{" not in seen.text


def test_a_draft_is_previewed_without_being_saved(manager: Any) -> None:
    asha = customer(manager)
    draft = {**GOOD, "name": unique()}
    with injected() as watch:
        seen = manager.post(f"{PATH}/preview", {"draft": draft, "customer_id": asha["id"]})
    assert (seen.status, seen.json["text"], seen.json["html"]) == (200, "Dear Asha, come and see.", None)
    assert watch.written == []
    broken = {**draft, "subject": "{{ text }}"}
    refused = manager.post(
        f"{PATH}/preview", {"draft": broken, "customer_id": asha["id"], "text": "a\nBcc: everyone@example.com"}
    )
    assert (refused.status, refused.code) == (422, "header_injection")


def test_a_test_goes_to_the_one_who_asks(manager: Any, people: dict[str, Any]) -> None:
    me = manager.get("/v1/me").json
    made = add(manager, subject="For {{ first_name }}", text="{{ name }}: {{ text }}", html="<p>{{ text }}</p>")
    asha, key = customer(manager), unique()
    body = {"customer_id": asha["id"], "text": "<Hello>"}
    sent = manager.post(f"{PATH}/{made['id']}/test", body, Idempotency_Key=key, X_Request_Id="tpl-test")
    assert sent.status == 202, sent.text
    assert manager.post(f"{PATH}/{made['id']}/test", body, Idempotency_Key=key).text == sent.text
    message = MessageReader(table()).get(sent.json["message_id"])
    assert (message.recipient_id, message.address, message.channel) == (me["id"], "manager@shop.example", "email")
    assert (message.status, message.purpose, message.automatic) == ("queued", "staff", False)
    assert message.check_at
    assert (message.template_id, message.template_version) == (made["id"], 1)
    assert message.content == Content("For Asha", "Asha: <Hello>", "<p>&lt;Hello&gt;</p>")
    (event,) = [
        item
        for item in table().query_all(Range(me["id"], begins=keys.SYSTEM_EVENT))
        if item["request_id"] == "tpl-test"
    ]
    assert event["kind"] == "message_queued"
    assert people["sales"].post(f"{PATH}/{made['id']}/test").status == 403


def test_a_test_without_a_customer_says_the_callers_name(manager: Any) -> None:
    sms = next(t for t in builtin.templates() if (t.name, t.channel, t.language) == ("birthday", "sms", "en"))
    sent = manager.post(f"{PATH}/{sms.id}/test")
    assert sent.status == 202, sent.text
    content = MessageReader(table()).get(sent.json["message_id"]).content
    assert (content.subject, content.html) == ("birthday (sms, en)", None)
    assert content.text.startswith("Happy birthday, Manager!")
    made = add(manager, text="{{ company }}")
    with injected() as watch:
        refused = manager.post(f"{PATH}/{made['id']}/test", {})
    assert (refused.status, refused.code) == (422, "missing_field")
    assert watch.written == []
