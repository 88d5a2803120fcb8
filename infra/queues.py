"""How queues are made here, and the import queue with the place for what failed five times."""

from __future__ import annotations

from typing import Any

from infra.files import BUCKET_ARN
from infra.intrinsics import Resource, Resources, attribute, ref, sub

LONGEST_IMPORT_SECONDS = 900
FOURTEEN_DAYS = 14 * 24 * 3600


def resources(stage: str) -> Resources:
    """The import queue with its dead-letter queue, their policy, and the mapping to the function."""
    return {
        "ImportQueue": queue(
            f"facet-{stage}-imports",
            # A message must stay hidden for as long as the function may work on it.
            VisibilityTimeout=LONGEST_IMPORT_SECONDS,
            RedrivePolicy=gives_up_into("ImportDeadLetterQueue"),
        ),
        "ImportDeadLetterQueue": queue(f"facet-{stage}-imports-failed"),
        "ImportQueuePolicy": policy("ImportQueue", _bucket_may_send(stage)),
        "ImportDeadLetterQueuePolicy": policy("ImportDeadLetterQueue"),
        # Imports take turns, so that a large list does not slow down the people at the counter.
        "ImportMapping": mapping("ImportQueue", "Imports", BatchSize=1, ScalingConfig={"MaximumConcurrency": 2}),
    }


def queue(name: str, **properties: object) -> Resource:
    """An encrypted queue that keeps what it holds for as long as SQS can."""
    common = {"QueueName": name, "SqsManagedSseEnabled": True, "MessageRetentionPeriod": FOURTEEN_DAYS}
    return {"Type": "AWS::SQS::Queue", "Properties": {**common, **properties}}


def gives_up_into(dead_letter_queue: str) -> dict[str, Any]:
    """The redrive policy: after five receives a message goes to that queue."""
    return {"deadLetterTargetArn": attribute(dead_letter_queue, "Arn"), "maxReceiveCount": 5}


def policy(name: str, *allowed: dict[str, Any]) -> Resource:
    """The policy of the queue `name`: what is allowed beside the roles, and TLS only."""
    # SQS refuses a policy that names any queue but its own, so each queue has one.
    only_tls = {
        "Sid": "OnlyTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sqs:*",
        "Resource": attribute(name, "Arn"),
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    document = {"Version": "2012-10-17", "Statement": [*allowed, only_tls]}
    properties = {"Queues": [ref(name)], "PolicyDocument": document}
    return {"Type": "AWS::SQS::QueuePolicy", "Properties": properties}


def mapping(name: str, function: str, **properties: object) -> Resource:
    """Hands the messages of the queue `name` to a function, which says which of them failed."""
    common = {
        "EventSourceArn": attribute(name, "Arn"),
        "FunctionName": ref(function),
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
    }
    return {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {**common, **properties}}


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
