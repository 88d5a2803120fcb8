"""SQS: each queue's settings and each message are entries of their own.

A message is written when it arrives and when it is received (its count decides when it goes to the dead-letter queue).
After a restart a message that was in flight is visible again; one that was delayed keeps its delay.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from ministack.services import sqs

from local.durable.encoding import Codec
from local.durable.general import Entries

_COUNTED = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)


def _settings(queue: dict[str, Any]) -> dict[str, Any]:
    attributes = {name: value for name, value in queue["attributes"].items() if name not in _COUNTED}
    return {**queue, "messages": [], "attributes": attributes}


class Queues:
    """Tracks SQS."""

    service = "sqs"

    def __init__(self, codec: Codec) -> None:
        self._codec = codec
        self._settings: dict[str, int] = {}
        self._messages: dict[str, dict[str, int]] = {}

    def entries(self) -> Iterator[tuple[str, bytes]]:
        """All queues, each followed by its messages in order."""
        with sqs._queues_lock:
            for scope, queue in list(sqs._queues._data.items()):
                name = "\x00".join(scope)
                yield f"q\x00{name}", self._codec.dump(_settings(queue))
                for message in list(queue["messages"]):
                    yield f"m\x00{name}\x00{message['id']}", self._codec.dump(message)

    def changed(self) -> list[tuple[str, bytes | None]]:
        """Queues and messages that are new, different or gone since the last call."""
        found: list[tuple[str, bytes | None]] = []
        with sqs._queues_lock:
            present = {"\x00".join(scope): queue for scope, queue in list(sqs._queues._data.items())}
            for name in self._settings.keys() - present.keys():
                found.append((f"q\x00{name}", None))
                found += [(f"m\x00{name}\x00{message}", None) for message in self._messages.pop(name)]
                del self._settings[name]
            for name, queue in present.items():
                raw = self._codec.dump(_settings(queue))
                if self._settings.get(name) != hash(raw):
                    found.append((f"q\x00{name}", raw))
                    self._settings[name] = hash(raw)
                found += self._changed_messages(name, queue)
        return found

    def _changed_messages(self, name: str, queue: dict[str, Any]) -> list[tuple[str, bytes | None]]:
        seen, now = self._messages.get(name, {}), {}
        found: list[tuple[str, bytes | None]] = []
        for message in list(queue["messages"]):
            key = message["id"]
            now[key] = message.get("receive_count", 0)
            if seen.get(key) != now[key]:
                found.append((f"m\x00{name}\x00{key}", self._codec.dump(message)))
        found += [(f"m\x00{name}\x00{key}", None) for key in seen.keys() - now.keys()]
        self._messages[name] = now
        return found

    def restore(self, entries: Entries) -> None:
        """Puts queues and messages back."""
        now = time.time()
        for key, raw in entries.items():
            kind, account, region, url, *_ = key.split("\x00")
            value = self._codec.load(raw)
            if kind == "q":
                sqs._queues.set_scoped(account, region, url, value)
                continue
            if value.get("receive_count"):
                value["visible_at"] = now
            sqs._queues._data[(account, region, url)]["messages"].append(value)
        sqs._restore_state({"queues": {}})  # rebuilds the index of names
        self.changed()
