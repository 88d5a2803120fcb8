"""The list of messages on their way, by when somebody must look at them again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain import instants
from chalicelib.repos import keys
from chalicelib.repos.keys import Key
from chalicelib.repos.table import Range, Table, key_of


@dataclass(frozen=True)
class Entry:
    """A place in the list."""

    key: Key

    @property
    def message_id(self) -> str:
        """The message that it is of."""
        return self.key.sk.partition("#")[2]


class Outgoing:
    """Reads of the list, and the removal of what has no message any more."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def due(self, now: datetime, limit: int) -> Iterator[Entry]:
        """What is to be looked at by now, at most `limit` of each part of the list, the oldest of a part first."""
        until = f"{instants.to_text(now)}#{keys.LAST}"
        for shard in range(keys.SHARDS):
            partition = keys.outgoing_partition(shard)
            for item in self._table.query(Range(partition, between=("0", until), limit=limit)).items:
                yield Entry(Key(item["pk"], item["sk"]))

    def drop(self, entry: Entry) -> None:
        """Take out a place whose message has been erased."""
        self._table.send("delete_item", Key=key_of(entry.key))
