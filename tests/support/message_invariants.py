"""What must hold of all messages in the table: where they are listed, what waits, and that none was made twice."""

import json
from collections import Counter

from chalicelib.domain.messages.model import Message
from chalicelib.repos import keys, message_items
from chalicelib.repos.keys import Key
from chalicelib.repos.table import Item

LOG, OUTGOING = "MESSAGES#", "OUTGOING#"


def check(items: dict[Key, Item]) -> None:
    """Raise AssertionError for the first thing that does not hold."""
    messages = [message_items.from_item(item) for key, item in items.items() if key.sk.startswith(keys.MESSAGE)]
    _listed(items, messages)
    _waiting(items, messages)
    _once(messages)
    _told(items, messages)


def _listed(items: dict[Key, Item], messages: list[Message]) -> None:
    """Each message stands once in the log, as it is now."""
    expected = {message_items.log_key(message): message_items.log_attributes(message) for message in messages}
    assert len(expected) == len(messages)
    actual = {key: item for key, item in items.items() if key.pk.startswith(LOG)}
    assert set(actual) == set(expected), f"the log differs: {set(actual) ^ set(expected)}"
    for key, attributes in expected.items():
        kept = {name: value for name, value in attributes.items() if value is not None}
        found = {name: value for name, value in actual[key].items() if name not in ("pk", "sk")}
        assert found == kept, f"{key} holds {found}, not {kept}"


def _waiting(items: dict[Key, Item], messages: list[Message]) -> None:
    """What is on its way is in the list of those to look after, exactly as long as it is."""
    on_their_way = [message for message in messages if message.status in ("queued", "sending")]
    expected = {message_items.outgoing_key(message) for message in on_their_way}
    assert None not in expected, "a message on its way that nobody looks after"
    actual = {key for key in items if key.pk.startswith(OUTGOING)}
    assert actual == expected, f"the list of what is on its way differs: {actual ^ expected}"


def _once(messages: list[Message]) -> None:
    """An event makes at most one message for a recipient."""
    made = Counter((message.event_id, message.recipient_id) for message in messages if message.event_id)
    assert not [each for each, count in made.items() if count > 1]


def _told(items: dict[Key, Item], messages: list[Message]) -> None:
    """Every message has the event with which it began."""
    told = set()
    for key, item in items.items():
        if key.sk.startswith((keys.EVENT, keys.SYSTEM_EVENT)) and item["kind"].startswith("message_"):
            told.add(json.loads(item["doc"])["data"]["message_id"])
    assert {message.id for message in messages} <= told
