"""Messages: each is told of as it stands, is made once, and counts towards the customer's cap."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from chalicelib.domain import instants
from chalicelib.domain.messages.model import Message
from chalicelib.domain.messages.policy import is_transactional
from chalicelib.domain.messages.recording import UNCOUNTED
from chalicelib.domain.shop.model import Shop
from chalicelib.repos import keys
from chalicelib.repos.compact import compact
from tools.table_check.aggregate import Aggregate
from tools.table_check.finding import Finding, put
from tools.table_check.rule import Rule
from tools.table_check.shop_records import shop

ON_ITS_WAY = frozenset(("queued", "sending"))
LEFT = frozenset(("sending", "sent", "delivered", "unknown"))


class Messages(Rule):
    """Messages of which nothing is told, that are not what was told, made twice, or forgotten by the cap."""

    def prepare(self) -> None:
        """What the shop allows itself."""
        self._shop = shop(self.items)

    def look(self, record: Aggregate) -> Iterator[Finding]:
        """The messages of one recipient."""
        if record.messages and not record.restored:
            yield from _told(record)
            yield from _counted(record, self._shop, datetime.fromtimestamp(self.now, UTC))


def _told(record: Aggregate) -> Iterator[Finding]:
    told: dict[str, list[str | None]] = {}
    for _, item, data in record.events:
        if item["kind"].startswith("message_") and "message_id" in data:
            told.setdefault(data["message_id"], []).append(data.get("status"))
    made = Counter(each.event_id for each in record.messages if each.event_id)
    for message in record.messages:
        place = keys.message(record.pk, message.id)
        if message.event_id and made[message.event_id] > 1:
            yield Finding("messages", place, "two messages were made of one event")
        if message.id not in told:
            yield Finding("messages", place, "no event tells of the message")
        elif not _agree(message, told[message.id]):
            yield Finding("messages", place, f"is {message.status}, and is told of as {told[message.id][-1]}")


def _agree(message: Message, told: list[str | None]) -> bool:
    """What is on its way was told of as queued and as nothing else; what came to rest was told of as that."""
    return {*told} == {"queued"} if message.status in ON_ITS_WAY else message.status in told


def _counted(record: Aggregate, settings: Shop, now: datetime) -> Iterator[Finding]:
    """Whoever has had a message that nobody is owed is not sent more than the shop allows itself."""
    days = settings.settings["communication"]["cap"]["days"]
    since = instants.to_text(now - timedelta(days=days))
    place = keys.recent_sends(record.pk)
    there = record.get(place.sk)
    sends = [tuple(each) for each in json.loads(there["doc"])["sends"]] if there else []
    right = _right(record.messages, sends, settings, since)
    if right != sorted(sends):
        doc = compact({"sends": [list(each) for each in right]})
        after = {"version": int(there["version"]) + 1 if there else 1, "doc": doc}
        yield Finding("messages", place, "counts other messages than have left", put(place, after, there))


def _right(messages: list[Message], sends: list[tuple[str, ...]], settings: Shop, since: str) -> list[tuple[str, ...]]:
    """What left counts; what waits or failed does not. Messages that are not there any more stay as they are."""
    known, statuses = {message_id for _, message_id in sends}, {each.id: each.status for each in messages}
    kept = [sent for sent in sends if statuses.get(sent[1]) not in UNCOUNTED]
    missing = [
        (message.status_at or message.at, message.id)
        for message in messages
        if message.id not in known and message.at > since and _counts(message, settings)
    ]
    return sorted([*kept, *missing])


def _counts(message: Message, settings: Shop) -> bool:
    automatic = not message.to_staff and message.direction == "out"
    return automatic and message.status in LEFT and not is_transactional(settings, message.purpose)
