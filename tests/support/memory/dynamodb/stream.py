"""The table's stream, as the relay's Lambda gets it."""

import time
from typing import Any

from tests.support.memory.dynamodb.service import Change, arn_of

TTL = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}


def record(number: int, change: Change) -> dict[str, Any]:
    """One change as a record of the stream; `number` is its place in the stream."""
    kind = "INSERT" if change.before is None else "REMOVE" if change.after is None else "MODIFY"
    item = change.after if change.after is not None else change.before
    facts: dict[str, Any] = {
        "ApproximateCreationDateTime": int(change.at),
        "Keys": {"pk": {"S": change.place[0]}, "sk": {"S": change.place[1]}},
        "SequenceNumber": f"{number + 1:021d}",
        "SizeBytes": getattr(item, "size", 0),
        "StreamViewType": "NEW_IMAGE",
    }
    if change.after is not None:
        facts["NewImage"] = dict(change.after)
    made = {
        "eventID": f"{number + 1:032x}",
        "eventName": kind,
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
        "dynamodb": facts,
        "eventSourceARN": f"{arn_of(change.table)}/stream/{time.strftime('%Y-%m-%dT00:00:00.000', time.gmtime(0))}",
    }
    return {**made, "userIdentity": TTL} if change.expired else made
