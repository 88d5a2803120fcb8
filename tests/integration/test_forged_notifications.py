"""Who says that a mail bounced is believed only with the signature of a topic of ours."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.handlers import provider_events
from tests.support import sending
from tests.support.faulting.letters import believed, notification, ses_event, waiting
from tests.support.stale import named
from tests.support.world import World

FORGERIES: dict[str, dict[str, Any]] = {
    "another message": {"Message": json.dumps({"eventType": "Delivery"})},
    "no signature": {"Signature": ""},
    "another signature": {"Signature": "AAAA"},
    "another certificate": {"SigningCertURL": "https://evil.example/SimpleNotificationService-1.pem"},
    "another topic": {"TopicArn": "arn:aws:sns:us-east-1:999999999999:other"},
}


@pytest.fixture(autouse=True)
def _signed() -> Iterator[None]:
    with believed():
        yield


@pytest.mark.parametrize("forged", [*FORGERIES, "nothing"])
def test_only_what_a_topic_of_ours_signed_is_believed(world: World, forged: str) -> None:
    message = waiting(world, named(world, "Meera").id, "email", "birthday")
    sending.deliver(message.id)
    said = ses_event("Bounce", "bounce", message.id)
    envelope = {**json.loads(notification(said)), **FORGERIES.get(forged, {})}
    if forged == "another message":
        envelope["Message"] = json.dumps({**said, "eventType": "Complaint", "complaint": said["bounce"]})
    provider_events.settle(envelope)
    assert sending.read(message.id).status == ("bounced" if forged == "nothing" else "sent")
