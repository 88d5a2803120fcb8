"""How an event becomes a message: the stream to the relay, a queue for each purpose, the bus for other systems."""

from __future__ import annotations

import json
from typing import Any

from infra.functions import FUNCTIONS
from infra.intrinsics import Resource, Resources, Value, attribute, ref
from infra.queues import gives_up_into, mapping, policy, queue

# Queue, its name, and the function that works on it. What providers tell is the worker's, too, and so comes through its
# queue: Lambda asks every queue all day, and that is what costs a small shop most (docs/costs.md).
PURPOSES = {"OutreachQueue": ("outreach", "Worker"), "SendingQueue": ("sending", "Sender")}
OF_PROVIDERS = "OutreachQueue"
DEAD_LETTERS = "DeadLetterQueue"
_TOPICS = ("MailEventsTopic", "InboundTextsTopic")
_BATCH = 10


def resources(stage: str) -> Resources:
    """The queues with their policies and mappings, the mapping of the stream, and the bus."""
    made: Resources = {
        DEAD_LETTERS: queue(f"facet-{stage}-failed"),
        f"{DEAD_LETTERS}Policy": policy(DEAD_LETTERS, _topics_may_send(DEAD_LETTERS)),
        "StreamMapping": _stream_mapping(),
        "Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": f"facet-{stage}"}},
    }
    for name, (suffix, function) in PURPOSES.items():
        made[name] = _purpose_queue(f"facet-{stage}-{suffix}", function)
        made[f"{name}Policy"] = policy(name, *([_topics_may_send(name)] if name == OF_PROVIDERS else []))
        made[name.replace("Queue", "Mapping")] = mapping(name, function, BatchSize=_BATCH, **_turns(function))
    return made


def stream() -> Value:
    """The stream that the relay reads: that of the table in use, where an admin has named it."""
    return {"Fn::If": ["HasRestoredStream", ref("RestoredStream"), attribute("Table", "StreamArn")]}


def _purpose_queue(name: str, function: str) -> Resource:
    # AWS advises six times the function's timeout, so that a throttled batch is not received a second time.
    hidden = 6 * FUNCTIONS[function].seconds
    return queue(name, VisibilityTimeout=hidden, RedrivePolicy=gives_up_into(DEAD_LETTERS))


def _turns(function: str) -> dict[str, Any]:
    # Two senders at once: each keeps to half the provider's rate, and a shop has no more to send.
    return {"ScalingConfig": {"MaximumConcurrency": 2}} if function == "Sender" else {}


def _topics_may_send(name: str) -> dict[str, Any]:
    return {
        "Sid": "ProviderTopicsSend",
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": attribute(name, "Arn"),
        "Condition": {"ArnEquals": {"aws:SourceArn": [ref(topic) for topic in _TOPICS]}},
    }


def _stream_mapping() -> Resource:
    """New events, and of them only those that are to be relayed; nothing else in the table starts the function."""
    wanted = {"eventName": ["INSERT"], "dynamodb": {"NewImage": {"publish": {"BOOL": [True]}}}}
    properties = {
        "EventSourceArn": stream(),
        "FunctionName": ref("Relay"),
        "BatchSize": 100,
        "FilterCriteria": {"Filters": [{"Pattern": json.dumps(wanted)}]},
        # What was written while the mapping was being made is relayed too; an event that is relayed twice does no harm.
        "StartingPosition": "TRIM_HORIZON",
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "BisectBatchOnFunctionError": True,
        # Given up here it is not lost: it stays in the index `pending`, and the sweep relays it. Which part of the
        # stream it was lies in the dead-letter queue, whose alarm says that somebody should look why.
        "MaximumRetryAttempts": 5,
        "MaximumRecordAgeInSeconds": 3600,
        "DestinationConfig": {"OnFailure": {"Destination": attribute(DEAD_LETTERS, "Arn")}},
    }
    return {"Type": "AWS::Lambda::EventSourceMapping", "Properties": properties}
