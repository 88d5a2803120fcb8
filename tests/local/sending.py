"""Mails sent to the local AWS, and what it tells about them."""

import http.client
import json
import threading
from email.message import EmailMessage
from typing import Any

from tests.local.emulated import Emulated

SENDER = "Chandni Jewellers <shop@facet.example>"


def get(emulated: Emulated, path: str) -> bytes:
    """The body at a path of the local AWS."""
    connection = http.client.HTTPConnection("127.0.0.1", emulated.port, timeout=30)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    assert answer.status == 200
    return body


def outbox(emulated: Emulated) -> list[dict[str, Any]]:
    """What left, the newest first."""
    found: list[dict[str, Any]] = json.loads(get(emulated, "/_facet/outbox"))
    return found


def make_topic(emulated: Emulated, version: str) -> str:
    """A topic with this version of signatures and a queue `told` behind it; returns its ARN."""
    sns, sqs = emulated.client("sns"), emulated.client("sqs")
    topic: str = sns.create_topic(Name=f"events-{version}", Attributes={"SignatureVersion": version})["TopicArn"]
    queue = sqs.create_queue(QueueName="told")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return topic


def make_configuration_set(emulated: Emulated, *events: str) -> None:
    """The configuration set `shop`, which tells of these events."""
    topic, ses = make_topic(emulated, "2"), emulated.client("sesv2")
    ses.create_configuration_set(ConfigurationSetName="shop")
    destination = {"Enabled": True, "MatchingEventTypes": list(events), "SnsDestination": {"TopicArn": topic}}
    ses.create_configuration_set_event_destination(
        ConfigurationSetName="shop", EventDestinationName="told", EventDestination=destination
    )


def mail(to: str) -> EmailMessage:
    """A mail with two parts and headers of its own."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = SENDER, to, "Alles Gute, Zoë"
    made["X-Facet-Message"] = "msg_1"
    made["List-Unsubscribe"] = "<https://facet.example/v1/unsubscribe?token=t>"
    made.set_content("Grüße")
    made.add_alternative("<p>Grüße</p>", subtype="html")
    return made


def send(emulated: Emulated, to: str, **more: Any) -> str:
    """Sends the mail as Facet does; returns the id that SES gives."""
    given = {"ConfigurationSetName": "shop", "EmailTags": [{"Name": "message", "Value": "msg_1"}], **more}
    answer = emulated.client("sesv2").send_email(
        FromEmailAddress=SENDER,
        Destination={"ToAddresses": [to]},
        Content={"Raw": {"Data": mail(to).as_bytes()}},
        **given,
    )
    return str(answer["MessageId"])


def told(emulated: Emulated, count: int) -> list[dict[str, Any]]:
    """The envelopes in the queue, as soon as there are `count`; what is there after a while otherwise."""
    sqs, pause, found = emulated.client("sqs"), threading.Event(), list[dict[str, Any]]()
    for _ in range(100):
        received = sqs.receive_message(
            QueueUrl=f"http://127.0.0.1:{emulated.port}/000000000000/told", MaxNumberOfMessages=10
        )
        found += [json.loads(message["Body"]) for message in received.get("Messages", ())]
        if len(found) >= count:
            break
        pause.wait(0.1)
    return found
