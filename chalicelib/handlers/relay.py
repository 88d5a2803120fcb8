"""The relay function: new events of the table's stream in, the first record to be delivered again out.

A stream delivers in order: what is reported comes again with everything behind it, and nothing passes it. So only
what a moment may mend is reported, a queue that did not answer. An event that cannot be read, or that its queue or the
bus refuses, and one that the bus alone did not take, do not hold the stream up: they stay in the index `pending`,
where the sweep finds them (handlers/sweep_pending.py).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.domain.relaying.model import NotSent, Unreadable
from chalicelib.handlers.relaying import Addressed, pass_on, say
from chalicelib.repos import relay

Record = Mapping[str, Any]


def handle(event: Mapping[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 -- Lambda gives it
    """Relay the events of a batch; the answer names the first record to be delivered again."""
    events = {_number(record): each for record in event["Records"] for each in _read(record)}
    outcome = pass_on(list(events.values()))
    again = {event_id for event_id, why in outcome.unqueued.items() if not why.refused}
    failed = [number for number, (_, each) in events.items() if each.id in again]
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed[:1]]}


def _number(record: Record) -> str:
    return str(record["dynamodb"]["SequenceNumber"])


def _read(record: Record) -> Iterator[Addressed]:
    """The event of a record; nothing for a record of something else, and for what cannot be read."""
    image = record["dynamodb"].get("NewImage")
    if record["eventName"] != "INSERT" or not image:
        return
    try:
        waiting = relay.of_image(image)
        if waiting.item.get("publish"):
            yield waiting.key, waiting.event()
    except Unreadable as wrong:
        say(_number(record), NotSent(str(wrong), refused=True))
