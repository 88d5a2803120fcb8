"""Messages really leave through the local AWS, once, and only to those who want them."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_string, policy
from typing import Any

import pytest

from chalicelib.wiring.store import table
from tests.support import sending
from tests.support.messaging import PUBLIC_URL
from tests.support.sending import a_customer, deliver, kinds, left, on_the_list, queued, read, say

pytestmark = pytest.mark.emulator
Change = Callable[[Any, dict[str, Any]], None]


def address_of(customer: dict[str, Any]) -> str:
    return str(customer["emails"][0]["address"])


def test_a_mail_leaves_with_its_headers_and_both_parts(manager: Any) -> None:
    customer = a_customer(manager, "email.birthday", language="de-AT")
    message = queued(customer["id"], address_of(customer), automatic=True, language=None, send_at=None)
    noon = datetime.now(UTC).replace(hour=12) + timedelta(days=1)  # after it was queued, whatever time it is now
    assert deliver(message.id, clock=lambda: noon) == []
    (mail,) = left(message.id)
    assert mail["to"] == address_of(customer)
    assert mail["tags"] == {"message": message.id}
    assert mail["configuration_set"] == "facet-test"
    headers = message_from_string(mail["raw"], policy=policy.default)
    assert headers["From"].addresses[0].addr_spec == "hello@shop.example"
    assert headers["X-Facet-Message"] == message.id
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = headers["List-Unsubscribe"].strip("<>")
    assert link.startswith(f"{PUBLIC_URL}/v1/unsubscribe?token=")
    assert link in mail["text"]
    assert link in mail["html"]
    assert "Abmelden" in mail["text"]
    after = read(message.id)
    assert (after.status, after.provider_id, after.claim, after.check_at) == ("sent", mail["id"], None, None)
    assert on_the_list(message.id) == []
    assert kinds(customer["id"]) == ["message_queued", "message_sent"]


def test_the_link_of_a_mail_ends_messages_of_its_kind(manager: Any) -> None:
    from chalicelib.domain.consents.links import read_unsubscribe_token
    from chalicelib.wiring.signing import signing_key

    customer = a_customer(manager, "email.promotions")
    message = queued(customer["id"], address_of(customer), purpose="promotions")
    deliver(message.id)
    (mail,) = left(message.id)
    token = mail["headers"]["List-Unsubscribe"].strip("<>").partition("token=")[2]
    link = read_unsubscribe_token(signing_key(), token)
    assert link is not None
    assert (link.customer_id, link.channel, link.purpose) == (customer["id"], "email", "promotions")


def test_what_is_owed_has_no_link_and_needs_no_consent(manager: Any) -> None:
    customer = a_customer(manager)
    message = queued(customer["id"], address_of(customer), purpose="service")
    deliver(message.id)
    (mail,) = left(message.id)
    assert not {"List-Unsubscribe", "List-Unsubscribe-Post", "Auto-Submitted"} & mail["headers"].keys()


def test_a_text_and_a_push_message_leave(manager: Any) -> None:
    customer = a_customer(manager, "sms.promotions", "push.promotions", language="en")
    text = queued(customer["id"], customer["phones"][0]["e164"], channel="sms", purpose="promotions")
    arn = _device(manager, customer["id"])
    push = queued(customer["id"], arn, channel="push", purpose="promotions")
    deliver(text.id, push.id)
    (sms,) = left(text.id)
    assert sms["to"] == customer["phones"][0]["e164"]
    assert sms["text"].endswith("Reply STOP to end")
    assert sms["headers"]["AWS.SNS.SMS.SMSType"] == "Promotional"
    (shown,) = left(push.id)
    assert (shown["to"], read(push.id).status, read(text.id).status) == (arn, "sent", "sent")


def test_a_device_from_which_the_app_is_gone_is_not_chosen_again(manager: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from chalicelib.domain.messages.providing import Refused
    from chalicelib.repos.push import Push
    from chalicelib.repos.reach import ReachReader

    def gone(*_: Any) -> str:  # the local AWS sends to endpoints that are disabled
        raise Refused("endpoint_disabled")

    customer = a_customer(manager, "push.promotions", language="en")
    arn = _device(manager, customer["id"])
    monkeypatch.setattr(Push, "send", gone)
    push = queued(customer["id"], arn, channel="push", purpose="promotions")
    deliver(push.id)
    assert (read(push.id).status, read(push.id).reason) == ("failed", "endpoint_disabled")
    assert list(ReachReader(table()).get(customer["id"]).endpoints) == []
    (device,) = manager.get(f"/v1/customers/{customer['id']}/devices").json["items"]
    assert device["enabled"] is False


def _device(api: Any, customer_id: str) -> str:
    """The endpoint of a device that the customer's app has registered."""
    from chalicelib.repos.reach import ReachReader

    body = {"platform": "apns", "token": uuid.uuid4().hex}
    assert api.post(f"/v1/customers/{customer_id}/devices", body).status == 201
    return ReachReader(table()).get(customer_id).endpoints[0]


def test_consent_that_was_withdrawn_meanwhile_is_heeded(manager: Any) -> None:
    customer = a_customer(manager, "email.birthday")
    message = queued(customer["id"], address_of(customer))
    say(manager, customer["id"], "email.birthday", granted=False)
    assert deliver(message.id) == []
    after = read(message.id)
    assert (after.status, after.reason) == ("suppressed", "no_consent")
    assert left(message.id) == []
    assert kinds(customer["id"]) == ["message_queued", "message_suppressed"]


def test_a_withdrawal_between_the_look_and_the_claim_wins(manager: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from chalicelib.repos.sending import Sending

    customer = a_customer(manager, "email.birthday")
    message = queued(customer["id"], address_of(customer))
    withdrawn: list[bool] = []
    real = Sending.claim

    def claim(self: Sending, *arguments: Any) -> bool:
        if not withdrawn:
            withdrawn.append(True)
            say(manager, customer["id"], "email.birthday", granted=False)
        return real(self, *arguments)

    monkeypatch.setattr(Sending, "claim", claim)
    deliver(message.id)
    assert read(message.id).reason == "no_consent"
    assert left(message.id) == []


def _archive(manager: Any, customer: dict[str, Any]) -> None:
    assert manager.delete(f"/v1/customers/{customer['id']}").status == 204


def _move(manager: Any, customer: dict[str, Any]) -> None:
    body = {"emails": [{"address": f"new.{address_of(customer)}"}]}
    assert manager.patch(f"/v1/customers/{customer['id']}", body).status == 200


def _suppress(manager: Any, customer: dict[str, Any]) -> None:
    body = {"channel": "email", "address": address_of(customer)}
    assert manager.post("/v1/suppressions", body).status == 201


def _write_four(_: Any, customer: dict[str, Any]) -> None:
    deliver(*(queued(customer["id"], address_of(customer)).id for _ in range(4)))


CHANGES = [
    (_archive, "suppressed", "archived"),
    (_move, "sent", None),
    (_suppress, "suppressed", "manual"),
    (_write_four, "suppressed", "cap"),
]


@pytest.mark.parametrize(("change", "status", "reason"), CHANGES)
def test_what_changes_between_the_look_and_the_claim_counts(
    manager: Any, monkeypatch: pytest.MonkeyPatch, change: Change, status: str, reason: str | None
) -> None:
    from chalicelib.repos.sending import Sending

    customer = a_customer(manager, "email.birthday")
    message = queued(customer["id"], address_of(customer))
    done: list[bool] = []
    real = Sending.claim

    def claim(self: Sending, *arguments: Any) -> bool:
        if not done:
            done.append(True)
            change(manager, customer)
        return real(self, *arguments)

    monkeypatch.setattr(Sending, "claim", claim)
    deliver(message.id)
    after = read(message.id)
    assert (after.status, after.reason) == (status, reason)
    sent_to = [each["to"] for each in left(message.id)]
    assert sent_to == ([f"new.{address_of(customer)}"] if status == "sent" else [])


def test_a_queue_that_delivers_everything_three_times(manager: Any) -> None:
    customers = [a_customer(manager, "email.birthday") for _ in range(3)]
    messages = [queued(each["id"], address_of(each)) for each in customers]
    names = [each.id for each in messages] * 3
    assert deliver(*names) == []
    assert deliver(*reversed(names)) == []
    assert [len(left(each.id)) for each in messages] == [1, 1, 1]


def test_a_message_whose_time_has_not_come_is_queued_again(manager: Any) -> None:
    customer = a_customer(manager, "email.birthday")
    soon = sending.ids_at(datetime.now(UTC) + timedelta(minutes=5))
    message = queued(customer["id"], address_of(customer), send_at=soon)
    later = queued(customer["id"], address_of(customer), send_at=sending.ids_at(datetime.now(UTC) + timedelta(hours=5)))
    sent: list[tuple[str, int]] = []
    from chalicelib.wiring import sender

    class Queue:
        def send(self, body: dict[str, str], seconds: int = 0) -> None:
            sent.append((body["message_id"], seconds))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sender, "queue", Queue)
        assert deliver(message.id, later.id) == []
    ((name, seconds),) = sent
    assert name == message.id
    assert 290 <= seconds <= 301
    assert read(message.id).status == "queued"
    assert on_the_list(later.id) != []


def test_a_turn_without_time_gives_the_message_back_unclaimed(manager: Any) -> None:
    customer = a_customer(manager, "email.birthday")
    message = queued(customer["id"], address_of(customer))
    list(sending.in_queue())
    assert deliver(message.id, seconds=20) == []
    after = read(message.id)
    assert (after.status, after.version, left(message.id)) == ("queued", 1, [])


def test_a_staff_notification_goes_to_the_address_in_the_directory(manager: Any, deployment: dict[str, str]) -> None:
    from chalicelib.wiring import shop

    member = shop.staff.fresh()[manager.get("/v1/me").json["id"]]  # others' addresses are other tests' business
    message = queued(member.id, member.email, purpose="staff", template="staff_digest")
    deliver(message.id)
    assert [each["to"] for each in left(message.id)] == [member.email]
    assert read(message.id).status == "sent"
    assert "message_sent" in kinds(member.id)


def test_a_record_that_cannot_be_read_fails_alone(manager: Any) -> None:
    from chalicelib.handlers import sender

    customer = a_customer(manager, "email.birthday")
    message = queued(customer["id"], address_of(customer))
    event = sending.batch(message.id)
    event["Records"] += [{"messageId": "bad", "body": "{"}, *sending.batch("cus_x")["Records"]]
    answer = sender.handle(event, sending.Turn())
    assert answer == {"batchItemFailures": [{"itemIdentifier": "bad"}]}
    assert len(left(message.id)) == 1
