"""Writes of messages, for the faults."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.domain import instants
from chalicelib.wiring import templates
from tests.proof.scenarios import Attempt, Scenario, kinds, unique
from tests.support.letters import agrees, reachable, sent, thread


def _write(statuses: list[str], *happened: str, **fields: Any) -> Callable[[Any], Attempt]:
    """A POST of a message to a customer who waits for an answer."""

    def prepare(api: Any) -> Attempt:
        customer_id, key = reachable(api)["id"], unique()
        api.post(f"/v1/customers/{customer_id}/inquiries", {"text": "Any studs?"})
        words = {} if "template" in fields else {"text": "Ready"}
        body = {"customer_id": customer_id, **words, **fields}
        templates.own.forget()

        def check() -> None:
            assert [each["status"] for each in thread(api, customer_id)] == statuses
            counted = Counter(kinds(api, customer_id))
            assert counted == Counter(("customer_created", "inquiry_received", *happened))

        return Attempt(lambda: api.post("/v1/messages", body, Idempotency_Key=key), check)

    return prepare


def _cancel(api: Any) -> Attempt:
    customer_id, key = reachable(api)["id"], unique()
    later = instants.to_text(datetime.now(UTC) + timedelta(hours=3))
    made = sent(api, customer_id, send_at=later)
    templates.own.forget()

    def check() -> None:
        (message,) = thread(api, customer_id)
        assert (message["status"], message["reason"], message["version"]) == ("suppressed", "cancelled", 2)
        assert kinds(api, customer_id) == ["customer_created", "message_suppressed"]

    return Attempt(lambda: api.post(f"/v1/messages/{made['id']}/cancel", Idempotency_Key=key), check)


def _resend(api: Any) -> Attempt:
    customer_id, key = reachable(api)["id"], unique()
    made = sent(api, customer_id, template="birthday")
    agrees(api, customer_id)
    templates.own.forget()

    def check() -> None:
        copy, before = thread(api, customer_id)
        assert (copy["status"], copy["resend_of"], before["resent_as"]) == ("queued", made["id"], copy["id"])

    return Attempt(lambda: api.post(f"/v1/messages/{made['id']}/resend", Idempotency_Key=key), check)


MESSAGES = (
    Scenario("send", "sales", _write(["queued"], "inquiry_answered", channel="sms")),
    Scenario("a visit", "sales", _write(["received"], "message_received", channel="visit", direction="in")),
    Scenario("cancel", "sales", _cancel),
    Scenario("resend", "sales", _resend),
)
