"""Digests: what waits for a member of staff, told once."""

from typing import Any

import pytest

from chalicelib.wiring import clients
from tests.support.faults import injected
from tests.support.letters import reachable
from tests.support.meter import Meter
from tests.support.outreach import celebrating, delivered, digest, of, the_only
from tests.support.staff import Person

pytestmark = pytest.mark.emulator


@pytest.fixture
def colleague(manager: Any) -> str:
    return str(manager.get("/v1/me").json["id"])


def test_a_digest_tells_what_waits_now(sales: Any, colleague: str) -> None:
    customer = celebrating(sales, given_name="Meera", family_name="Iyer")
    path = f"/v1/customers/{customer['id']}"
    due_at = "2035-03-15T10:30:00Z"
    open_one, done_one = (
        sales.post(f"{path}/reminders", {"type": "other", "due_at": due_at, "note": note}).json
        for note in ("Call about\nthe ring", "Already done")
    )
    sales.patch(f"/v1/reminders/{done_one['id']}", {"status": "done"})
    waiting, answered = (sales.post(f"{path}/inquiries", {"text": text}).json for text in ("Any studs?", "Any pearls?"))
    sales.patch(f"{path}/inquiries/{answered['id']}", {"status": "answered"})
    due = digest(
        colleague,
        reminder_ids=[open_one["id"], done_one["id"]],
        inquiry_ids=[waiting["id"], answered["id"]],
        inquiry_customer_ids=[customer["id"]] * 2,
        birthday_ids=[customer["id"]],
    )
    assert delivered(due, due, due) == []
    (message,) = [each for each in of(colleague) if each.event_id == due["id"]]
    assert (message.status, message.channel, message.purpose, message.template) == (
        "queued",
        "email",
        "staff",
        "staff_digest",
    )
    assert message.id.startswith("ntf_")
    assert message.address == "manager@shop.example"
    for words in ("Meera Iyer: Call about the ring", "Meera Iyer: Any studs?", "Meera Iyer (15 March)", "2035-03-15"):
        assert words in message.content.text
    for words in ("Already done", "Any pearls"):
        assert words not in message.content.text


def test_a_digest_of_what_was_done_meanwhile_is_not_sent(sales: Any, colleague: str) -> None:
    due = digest(colleague, birthday_ids=[reachable(sales)["id"]])
    assert delivered(due) == []
    (message,) = [each for each in of(colleague) if each.event_id == due["id"]]
    assert (message.status, message.reason) == ("suppressed", "nothing_due")


def test_a_digest_for_somebody_who_left_is_not_sent(admin: Any, sales: Any, deployment: dict[str, str]) -> None:
    person = Person(deployment, "sales")
    staff_id = person.signs_in().get("/v1/me").json["id"]
    assert admin.patch(f"/v1/users/{staff_id}", {"disabled": True}).status == 200
    due = digest(staff_id, birthday_ids=[celebrating(sales)["id"]])
    assert delivered(due) == []
    message = the_only(staff_id)
    assert (message.status, message.reason, message.content.text) == ("suppressed", "disabled", "")


def test_a_digest_for_nobody_is_done(deployment: dict[str, str]) -> None:
    with injected() as watch:
        assert delivered(digest("usr_00000000000000000000000000")) == []
    assert watch.written == []
    assert deployment


def test_a_digest_is_read_at_once(sales: Any, colleague: str) -> None:
    born = [celebrating(sales)["id"] for _ in range(3)]
    delivered(digest(colleague))
    with Meter(clients.dynamodb()) as meter:
        delivered(digest(colleague, birthday_ids=born))
    assert meter.operations == ["BatchGetItem", "TransactWriteItems"]
