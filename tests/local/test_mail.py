"""Mail through the local SES: all of it is kept, and what became of it is told as SES tells it."""

import json
from typing import Any

import pytest

from tests.local.emulated import Emulated
from tests.local.sending import SENDER, mail, make_configuration_set, make_topic, outbox, send, told

pytestmark = pytest.mark.emulator
ALL = ("SEND", "DELIVERY", "BOUNCE", "COMPLAINT")


def _events(emulated: Emulated, count: int) -> list[dict[str, Any]]:
    return [json.loads(envelope["Message"]) for envelope in told(emulated, count)]


def test_everything_of_a_mail_is_kept_across_kill_9(emulated: Emulated) -> None:
    make_configuration_set(emulated, *ALL)
    provider_id = send(emulated, "zoe@example.com")
    emulated.kill()
    emulated.start()
    (left,) = outbox(emulated)
    assert (left["id"], left["message_id"], left["channel"]) == (provider_id, "msg_1", "email")
    assert (left["from"], left["to"], left["subject"]) == (SENDER, "zoe@example.com", "Alles Gute, Zoë")
    assert (left["text"], left["html"]) == ("Grüße\n", "<p>Grüße</p>\n")
    assert left["headers"]["List-Unsubscribe"] == "<https://facet.example/v1/unsubscribe?token=t>"
    assert (left["tags"], left["configuration_set"]) == ({"message": "msg_1"}, "shop")
    assert left["raw"].startswith(f"From: {SENDER}\n")
    assert [event["eventType"] for event in _events(emulated, 2)] == ["Send", "Delivery"]


def test_a_mail_of_simple_content_is_kept_with_its_headers(emulated: Emulated) -> None:
    emulated.client("sesv2").send_email(
        FromEmailAddress=SENDER,
        Destination={"ToAddresses": ["a@example.com"], "BccAddresses": ["b@example.com"]},
        Content={
            "Simple": {
                "Subject": {"Data": "Hello"},
                "Body": {"Text": {"Data": "text"}, "Html": {"Data": "<b>html</b>"}},
                "Headers": [{"Name": "X-Facet-Message", "Value": "msg_2"}],
            }
        },
    )
    (left,) = outbox(emulated)
    assert (left["to"], left["subject"]) == ("a@example.com, b@example.com", "Hello")
    assert (left["text"], left["html"], left["message_id"]) == ("text\n", "<b>html</b>\n", "msg_2")


@pytest.mark.parametrize(
    ("to", "outcomes"),
    [
        ("zoe@example.com", ["Delivery"]),
        ("success@simulator.amazonses.com", ["Delivery"]),
        ("bounce@simulator.amazonses.com", ["Bounce"]),
        ("bounce+zoe@simulator.amazonses.com", ["Bounce"]),
        ("bounce@example.com", ["Delivery"]),
        ("complaint+zoe@simulator.amazonses.com", ["Delivery", "Complaint"]),
    ],
)
def test_what_became_of_a_mail_is_told(shared: Emulated, to: str, outcomes: list[str]) -> None:
    if "shop" not in shared.client("sesv2").list_configuration_sets()["ConfigurationSets"]:
        make_configuration_set(shared, *ALL)
    provider_id = send(shared, to)
    events = _events(shared, 1 + len(outcomes))
    assert [event["eventType"] for event in events] == ["Send", *outcomes]
    for event in events:
        about = event["mail"]
        assert (about["messageId"], about["destination"], about["tags"]["message"]) == (provider_id, [to], ["msg_1"])
        assert {"name": "X-Facet-Message", "value": "msg_1"} in about["headers"]
        assert event["eventType"].lower() in event
    last = events[-1]
    if outcomes == ["Bounce"]:
        assert last["bounce"]["bounceType"] == "Permanent"
        assert last["bounce"]["bouncedRecipients"][0]["emailAddress"] == to
    if "Complaint" in outcomes:
        assert last["complaint"]["complainedRecipients"] == [{"emailAddress": to}]


def test_only_what_was_asked_for_is_told(emulated: Emulated) -> None:
    make_configuration_set(emulated, "BOUNCE")
    send(emulated, "zoe@example.com")
    send(emulated, "bounce@simulator.amazonses.com")
    assert [event["eventType"] for event in _events(emulated, 1)] == ["Bounce"]


def test_a_mail_without_a_configuration_set_is_not_told_of(emulated: Emulated) -> None:
    topic = make_topic(emulated, "1")
    emulated.client("sesv2").send_email(
        FromEmailAddress=SENDER,
        Destination={"ToAddresses": ["a@example.com"]},
        Content={"Raw": {"Data": mail("a@example.com").as_bytes()}},
    )
    emulated.client("sns").publish(TopicArn=topic, Message="the only one")
    assert [envelope["Message"] for envelope in told(emulated, 1)] == ["the only one"]


def test_a_configuration_set_that_there_is_not_sends_nothing(shared: Emulated) -> None:
    before = len(outbox(shared))
    client = shared.client("sesv2")
    with pytest.raises(client.exceptions.NotFoundException, match="nowhere"):
        send(shared, "a@example.com", ConfigurationSetName="nowhere")
    assert len(outbox(shared)) == before
