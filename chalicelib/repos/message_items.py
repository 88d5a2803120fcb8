"""How a message lies in the table: with its recipient, in the log of its day, and in the list of what is on its way."""

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from chalicelib.domain.messages.model import Content, Message
from chalicelib.domain.signature import Signature
from chalicelib.repos import keys
from chalicelib.repos.compact import compact
from chalicelib.repos.keys import Key

_APART = frozenset(("id", "recipient_id", "version", "status", "content", "by"))
_FACTS = tuple(field.name for field in fields(Message) if field.name not in _APART)


def key(message: Message) -> Key:
    """Where the message lies."""
    return keys.message(message.recipient_id, message.id)


def attributes(message: Message) -> dict[str, Any]:
    """The message item's attributes; what it says stays in an attribute of its own."""
    facts = {name: value for name in _FACTS if (value := getattr(message, name)) is not None}
    content = {"subject": message.content.subject, "text": message.content.text, "html": message.content.html}
    return {
        "version": message.version,
        "status": message.status,
        "channel": message.channel,
        "doc": compact({**facts, "by": message.by.kept()}),
        "content": compact({name: value for name, value in content.items() if value is not None}),
    }


def from_item(item: Mapping[str, Any]) -> Message:
    """The message of an item."""
    facts = json.loads(item["doc"])
    by, content = facts.pop("by"), json.loads(item["content"])
    return Message(
        id=item["sk"].split("#", 1)[1],
        recipient_id=item["pk"],
        version=int(item["version"]),
        status=item["status"],
        content=Content(content.get("subject"), content["text"], content.get("html")),
        by=Signature(by["id"], by["name"], by["at"]),
        **{"address": None, **facts},
    )


def log_key(message: Message) -> Key:
    """The message's place in the log of its day."""
    return keys.message_logged(message.at[:10], message.id)


def log_attributes(message: Message) -> dict[str, Any]:
    """What the log can be narrowed to."""
    return {
        "status": message.status,
        "channel": message.channel,
        "purpose": message.purpose,
        "template": message.template,
        "recipient_id": message.recipient_id,
    }


def outgoing_key(message: Message) -> Key | None:
    """The message's place among those that somebody must look at again; None when it has come to rest."""
    if not message.on_its_way or message.check_at is None:
        return None
    return keys.outgoing(message.check_at, message.id)
