"""The import queue, and where a message goes that failed five times."""

from __future__ import annotations

from typing import Any

from infra.files import BUCKET_ARN
from infra.intrinsics import Resource, Resources, attribute, ref, sub

LONGEST_IMPORT_SECONDS = 900
FOURTEEN_DAYS = 14 * 24 * 3600


def resources(stage: str) -> Resources:
    """The import queue with its dead-letter queue, their policy, and the mapping to the function."""
    return {
        "ImportQueue": _queue(
            f"facet-{stage}-imports",
            # A message must stay hidden for as long as the function may work on it.
            VisibilityTimeout=LONGEST_IMPORT_SECONDS,
            RedrivePolicy={
                "deadLetterTargetArn": attribute("ImportDeadLetterQueue", "Arn"),
                "maxReceiveCount": 5,
            },
        ),
        "ImportDeadLetterQueue": _queue(f"facet-{stage}-imports-failed"),
        "ImportQueuePolicy": _policy("ImportQueue", _bucket_may_send(stage)),
        "ImportDeadLetterQueuePolicy": _policy("ImportDeadLetterQueue"),
        "ImportMapping": _mapping(),
    }


def _queue(name: str, **properties: object) -> Resource:
    common = {"QueueName": name, "SqsManagedSseEnabled": True, "MessageRetentionPeriod": FOURTEEN_DAYS}
    return {"Type": "AWS::SQS::Queue", "Properties": {**common, **properties}}


def _policy(queue: str, *allowed: dict[str, Any]) -> Resource:
    # SQS refuses a policy that names any queue but its own, so each queue has one.
    only_tls = {
        "Sid": "OnlyTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sqs:*",
        "Resource": attribute(queue, "Arn"),
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    document = {"Version": "2012-10-17", "Statement": [*allowed, only_tls]}
    properties = {"Queues": [ref(queue)], "PolicyDocument": document}
    return {"Type": "AWS::SQS::QueuePolicy", "Properties": properties}


def _bucket_may_send(stage: str) -> dict[str, Any]:
    return {
        "Sid": "FilesBucketSends",
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": attribute("ImportQueue", "Arn"),
        "Condition": {
            "ArnEquals": {"aws:SourceArn": sub(BUCKET_ARN.format(stage=stage))},
            "StringEquals": {"aws:SourceAccount": ref("AWS::AccountId")},
        },
    }


def _mapping() -> Resource:
    properties = {
        "EventSourceArn": attribute("ImportQueue", "Arn"),
        "FunctionName": ref("Imports"),
        "BatchSize": 1,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        # Imports take turns, so that a large list does not slow down the people at the counter.
        "ScalingConfig": {"MaximumConcurrency": 2},
    }
    return {"Type": "AWS::Lambda::EventSourceMapping", "Properties": properties}
