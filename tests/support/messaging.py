"""The queues, topics and the configuration set that messages pass, made as the template makes them.

But for a queue of its own for what providers tell: tests look at it alone.
"""

from typing import Any

CONFIGURATION_SET = "facet-test"
PUBLIC_URL = "https://api.shop.example/api"
EVENTS = ["SEND", "DELIVERY", "BOUNCE", "COMPLAINT"]


def make() -> dict[str, str]:
    """Everything between an event and its message; the environment that names it."""
    import boto3

    sqs, sns, ses = boto3.client("sqs"), boto3.client("sns"), boto3.client("sesv2")
    queues = {name: _queue(sqs, name) for name in ("outreach", "sending", "provider-events")}
    topics = [_topic(sns, sqs, name, queues["provider-events"]) for name in ("mail-events", "inbound-texts")]
    ses.create_configuration_set(ConfigurationSetName=CONFIGURATION_SET)
    ses.create_configuration_set_event_destination(
        ConfigurationSetName=CONFIGURATION_SET,
        EventDestinationName="provider-events",
        EventDestination={
            "Enabled": True,
            "MatchingEventTypes": EVENTS,
            "SnsDestination": {"TopicArn": topics[0]},
        },
    )
    boto3.client("events").create_event_bus(Name="facet-test")
    app = sns.create_platform_application(Name="facet-test", Platform="APNS", Attributes={"PlatformCredential": "x"})
    return {
        "FACET_OUTREACH_QUEUE_URL": queues["outreach"],
        "FACET_SENDING_QUEUE_URL": queues["sending"],
        "FACET_TEST_PROVIDER_EVENTS_QUEUE_URL": queues["provider-events"],
        "FACET_BUS": "facet-test",
        "FACET_CONFIGURATION_SET": CONFIGURATION_SET,
        "FACET_SENDER_EMAIL": "hello@shop.example",
        "FACET_PROVIDER_TOPICS": ",".join(topics),
        "FACET_PUBLIC_URL": PUBLIC_URL,
        "FACET_PUSH_APNS_ARN": app["PlatformApplicationArn"],
    }


def _queue(sqs: Any, name: str) -> str:
    return str(sqs.create_queue(QueueName=f"facet-test-{name}")["QueueUrl"])


def _topic(sns: Any, sqs: Any, name: str, queue: str) -> str:
    topic = str(sns.create_topic(Name=f"facet-test-{name}")["TopicArn"])
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return topic
