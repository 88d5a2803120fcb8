"""What the providers of mail and texts need and tell: the sender, the configuration set, and two topics."""

from __future__ import annotations

from typing import Any

from infra.intrinsics import Resource, Resources, Value, attribute, ref, sub
from infra.messages import OF_PROVIDERS

EVENTS = (
    "SEND",
    "REJECT",
    "BOUNCE",
    "COMPLAINT",
    "DELIVERY",
    "OPEN",
    "CLICK",
    "RENDERING_FAILURE",
    "DELIVERY_DELAY",
)


def resources(stage: str) -> Resources:
    """The topics with their policies and subscriptions, the configuration set, and the sender's identity."""
    return {
        **_topic("MailEventsTopic", f"facet-{stage}-mail-events", _ses_may_publish(stage)),
        **_topic("InboundTextsTopic", f"facet-{stage}-inbound-texts", _texts_may_publish()),
        "ConfigurationSet": _configuration_set(stage),
        "MailEvents": _mail_events(),
        "SenderIdentity": _sender_identity(),
    }


def configuration_set_arn(stage: str) -> Value:
    """The ARN of the configuration set, put together so that nothing waits for it."""
    return sub(f"arn:${{AWS::Partition}}:ses:${{AWS::Region}}:${{AWS::AccountId}}:configuration-set/facet-{stage}")


def _topic(name: str, topic_name: str, statement: dict[str, Any]) -> Resources:
    """A topic, who may publish to it, and its way to the worker."""
    # No key of our own (it has a price by the month), and with the managed one no other service could publish.
    # Version 2 signs with SHA-256; what a topic does by itself is SHA-1.
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": topic_name, "SignatureVersion": "2"}}
    document = {"Version": "2012-10-17", "Statement": [{**statement, "Resource": ref(name)}]}
    subscription = {
        "TopicArn": ref(name),
        "Protocol": "sqs",
        "Endpoint": attribute(OF_PROVIDERS, "Arn"),
        # The signature is part of the envelope; the worker checks it.
        "RawMessageDelivery": False,
        # SNS tries a queue for weeks; what it may not put there at all would else be dropped without a word.
        "RedrivePolicy": {"deadLetterTargetArn": attribute("DeadLetterQueue", "Arn")},
    }
    return {
        name: topic,
        f"{name}Policy": {
            "Type": "AWS::SNS::TopicPolicy",
            "Properties": {"Topics": [ref(name)], "PolicyDocument": document},
        },
        f"{name}Subscription": {
            "Type": "AWS::SNS::Subscription",
            "DependsOn": [f"{OF_PROVIDERS}Policy", "DeadLetterQueuePolicy"],
            "Properties": subscription,
        },
    }


def _publishes(sid: str, service: str, condition: dict[str, Any]) -> dict[str, Any]:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sns:Publish",
        "Condition": condition,
    }


def _ses_may_publish(stage: str) -> dict[str, Any]:
    condition = {
        "StringEquals": {"aws:SourceAccount": ref("AWS::AccountId")},
        "ArnEquals": {"aws:SourceArn": configuration_set_arn(stage)},
    }
    return _publishes("MailEvents", "ses.amazonaws.com", condition)


def _texts_may_publish() -> dict[str, Any]:
    condition = {"StringEquals": {"aws:SourceAccount": ref("AWS::AccountId")}}
    return _publishes("InboundTexts", "sms-voice.amazonaws.com", condition)


def _configuration_set(stage: str) -> Resource:
    properties = {
        "Name": f"facet-{stage}",
        # Facet keeps its own list with the reason; this one also protects the account's reputation.
        "SuppressionOptions": {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]},
    }
    return {"Type": "AWS::SES::ConfigurationSet", "Properties": properties}


def _mail_events() -> Resource:
    destination = {
        "Name": "provider-events",
        "Enabled": True,
        "MatchingEventTypes": list(EVENTS),
        "SnsDestination": {"TopicARN": ref("MailEventsTopic")},
    }
    return {
        "Type": "AWS::SES::ConfigurationSetEventDestination",
        # SES publishes once to see whether it may.
        "DependsOn": "MailEventsTopicPolicy",
        "Properties": {"ConfigurationSetName": ref("ConfigurationSet"), "EventDestination": destination},
    }


def _sender_identity() -> Resource:
    """The address that mails come from, unless its domain is verified already."""
    return {
        "Type": "AWS::SES::EmailIdentity",
        "Condition": "HasSenderToVerify",
        "Properties": {"EmailIdentity": ref("SenderEmail")},
    }
