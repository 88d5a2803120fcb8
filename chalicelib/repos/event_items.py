"""How an event lies in the table: in its aggregate's partition, and in the sparse index until it is relayed."""

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.domain import ids, instants
from chalicelib.domain.call import Call
from chalicelib.domain.work import Event
from chalicelib.repos import keys
from chalicelib.repos.compact import compact
from chalicelib.repos.keys import Key

LINE = ("sk", "doc", "content")  # what of an event a line of the timeline shows: few attributes are read quickly


def build(event: Event, call: Call) -> tuple[str, Key, dict[str, Any]]:
    """Id, key and attributes of an event of this call.

    The id starts with the instant it happened (`event.at`, or the call's), so the sort key is the order of the
    timeline. Without `publish` the event stays out of the index that the relay reads.
    """
    moment = instants.parse_instant(event.at) if event.at else call.now
    event_id = event.id or ids.new_id("evt", moment)
    line = {
        "at": instants.to_text(moment),
        "kind": event.kind,
        "summary": event.summary,
        "actor": {"id": call.actor.id, "name": call.actor.name},
        "data": dict(event.data),
    }
    attributes: dict[str, Any] = {
        "kind": event.kind,
        "doc": compact(line),
        "content": compact(event.content) if event.content else None,
        "audience": event.audience,
        "publish": event.publish,
        "request_id": call.request_id,
    }
    if event.publish:
        attributes["pending_pk"], attributes["pending_sk"] = keys.pending(event_id)
    return event_id, keys.event(event.aggregate, event_id, event.audience), attributes


def to_entry(item: Mapping[str, Any], *, with_content: bool = True) -> dict[str, Any]:
    """An event item as a line of the timeline."""
    line: dict[str, Any] = json.loads(item["doc"])
    if with_content and "content" in item:
        line["data"] |= json.loads(item["content"])
    return {"id": item["sk"].split("#", 1)[1], **line}
