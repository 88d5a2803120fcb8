"""Events that wait to be relayed: read from the stream or by key, and taken out of the sparse index."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.errors import Unavailable
from chalicelib.domain.relaying.model import Relayed, Unreadable
from chalicelib.repos import keys
from chalicelib.repos.keys import Key
from chalicelib.repos.table import Item, Table, decode, encode, key_of

_GONE, _IN_USE = "ConditionalCheckFailedException", "TransactionConflictException"
_STILL_PENDING = "attribute_exists(pending_pk)"


@dataclass(frozen=True)
class Waiting:
    """An event item that waits; how often it was tried in vain by the sweep."""

    key: Key
    item: Mapping[str, Any]

    @property
    def event_id(self) -> str:
        """The event's id, which stands in its sort key."""
        return self.key.sk.partition("#")[2]

    @property
    def attempts(self) -> int:
        """How often the sweep could not relay it."""
        return int(self.item.get("relay_attempts", 0))

    def event(self) -> Relayed:
        """What consumers are told.

        Raises:
            Unreadable: the item is no event that can be relayed.
        """
        try:
            line = json.loads(self.item["doc"])
            texts = (self.event_id, self.item["kind"], line["at"], self.item["request_id"])
            if not all(isinstance(text, str) and text for text in texts):
                raise TypeError("a text was expected")
            event_id, kind, at, request_id = texts
            return Relayed(event_id, kind, self.key.pk, at, dict(line["data"]), request_id)
        except (KeyError, RecursionError, TypeError, ValueError) as wrong:
            raise Unreadable(f"not an event: {type(wrong).__name__}") from wrong


def of_image(image: Mapping[str, Any]) -> Waiting:
    """The event item in a stream record's new image.

    Raises:
        Unreadable: the image is not what the table holds.
    """
    try:
        item = decode(image)
        return Waiting(Key(item["pk"], item["sk"]), item)
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as wrong:
        raise Unreadable(f"not an item: {type(wrong).__name__}") from wrong


@dataclass(frozen=True)
class Entries:
    """Keys of one page of the index, oldest first, and the event id to go on after when more may follow."""

    keys: list[Key]
    ids: list[str]
    last: Mapping[str, Any] | None


class Pending:
    """The index of events that are not relayed yet."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def page(self, shard: int, before: str, after: Mapping[str, Any] | None, limit: int) -> Entries:
        """Keys of a shard's events with ids below `before`; the index follows the table within a moment."""
        return self._query(keys.pending_partition(shard), before, after, limit)

    def aside(self, after: Mapping[str, Any] | None = None, limit: int = 100) -> Entries:
        """Keys of the events that were set aside."""
        return self._query(keys.PENDING_ASIDE, f"evt_{keys.LAST}", after, limit)

    def _query(self, partition: str, before: str, after: Mapping[str, Any] | None, limit: int) -> Entries:
        arguments: dict[str, Any] = {
            "IndexName": keys.PENDING_INDEX,
            "KeyConditionExpression": "pending_pk = :pk AND pending_sk < :before",
            "ExpressionAttributeValues": encode({":pk": partition, ":before": before}),
            "Limit": limit,
        }
        if after:
            arguments["ExclusiveStartKey"] = after
        answer = self._table.send("query", **arguments)
        found = [decode(item) for item in answer["Items"]]
        places = [Key(item["pk"], item["sk"]) for item in found]
        return Entries(places, [item["pending_sk"] for item in found], answer.get("LastEvaluatedKey"))

    def read(self, places: Sequence[Key]) -> list[Waiting]:
        """Those of the events that still wait, in order; the others were relayed or are gone."""
        items: Mapping[Key, Item] = self._table.get_many(places)
        return [Waiting(key, items[key]) for key in places if "pending_pk" in items.get(key, {})]

    def relayed(self, key: Key) -> bool:
        """Take an event out of the index; False when it had left it, or is gone.

        Raises:
            Unavailable: it may still be in it.
        """
        return self._update(key, "REMOVE pending_pk, pending_sk, relay_attempts")

    def tried(self, waiting: Waiting, *, set_aside: bool) -> bool:
        """Count an attempt in vain; one that is set aside is out of the way of the others.

        Raises:
            Unavailable: it may not be counted.
        """
        # The number is set, not added to: botocore may send the same update twice.
        values: dict[str, Any] = {":attempts": waiting.attempts + 1}
        if not set_aside:
            return self._update(waiting.key, "SET relay_attempts = :attempts", values)
        values[":aside"] = keys.PENDING_ASIDE
        return self._update(waiting.key, "SET relay_attempts = :attempts, pending_pk = :aside", values)

    def back(self, key: Key) -> bool:
        """Let an event that was set aside be tried again from the start.

        Raises:
            Unavailable: it may still be set aside.
        """
        partition, _ = keys.pending(key.sk.partition("#")[2])
        return self._update(key, "SET pending_pk = :shard REMOVE relay_attempts", {":shard": partition})

    def _update(self, key: Key, expression: str, values: Mapping[str, Any] | None = None) -> bool:
        from botocore.exceptions import ClientError  # noqa: PLC0415 -- loaded with the client

        arguments: dict[str, Any] = {"ExpressionAttributeValues": encode(values)} if values else {}
        try:
            self._table.send(
                "update_item",
                Key=key_of(key),
                UpdateExpression=expression,
                # An update makes the item that it does not find: an event that was erased must stay erased.
                ConditionExpression=_STILL_PENDING,
                **arguments,
            )
        except ClientError as refusal:
            code = refusal.response["Error"]["Code"]
            if code == _GONE:
                return False
            if code == _IN_USE:
                raise Unavailable("Others are changing the event.") from refusal
            raise
        return True
