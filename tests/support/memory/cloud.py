"""The account: its services, one lock, one position that grows with every write."""

import threading
from collections.abc import Mapping, Sequence
from typing import Any

from tests.support.memory.dynamodb.service import Change, DynamoDB
from tests.support.memory.dynamodb.stream import record
from tests.support.memory.errors import Refusal, told


class Cloud:
    """An AWS account, empty at first."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self.position = 0
        self.dynamodb = DynamoDB(self._grow)
        self._services: dict[str, Any] = {"dynamodb": self.dynamodb}

    def _grow(self) -> int:
        self.position += 1
        return self.position

    def call(self, service: str, operation: str, arguments: Mapping[str, Any]) -> Any:
        """One call of one service, alone.

        Raises:
            Refusal: the service refused.
            NotImplementedError: nobody has needed this operation yet.
        """
        if service not in self._services:
            raise NotImplementedError(f"{service} {operation}")
        with self._lock:
            answer = self._services[service].call(operation, arguments)
        answer["ResponseMetadata"] = told()
        return answer

    def snapshot(self) -> Any:
        """All that the account holds; takes next to no time, and no room until something is written."""
        with self._lock:
            return self.position, {name: service.snapshot() for name, service in self._services.items()}

    def restore(self, kept: Any) -> None:
        """Hold again what was held at the snapshot."""
        with self._lock:
            self.position, states = kept
            for name, service in self._services.items():
                service.restore(states[name])

    def items(self, table: str) -> dict[tuple[str, str], Any]:
        """All items of a table by partition and sort key, typed as the store has them; no call is counted."""
        with self._lock:
            return dict(self.dynamodb.tables[table].all())

    @property
    def changes(self) -> Sequence[Change]:
        """Every change of an item, in order; those of one transaction have the same position."""
        return self.dynamodb.changes

    @property
    def stream(self) -> list[dict[str, Any]]:
        """The stream of all tables as Lambda gets it."""
        return self.stream_from(0)

    def stream_from(self, start: int) -> list[dict[str, Any]]:
        """The same from the record of this number on."""
        with self._lock:
            return [record(start + number, each) for number, each in enumerate(self.changes[start:])]

    @property
    def index_lags(self) -> bool:
        """Whether queries of indexes see what these held some time ago."""
        return self.dynamodb.lags

    @index_lags.setter
    def index_lags(self, lags: bool) -> None:
        with self._lock:
            self.dynamodb.lag(lags=lags)

    def index_catch_up(self) -> None:
        """Let queries of indexes see what was written until now; they fall behind again from here on."""
        if self.index_lags:
            self.index_lags = True

    def expire(self, now: float) -> int:
        """Delete the items that were to expire before `now` (seconds since 1970), which no call does; how many."""
        with self._lock:
            return self.dynamodb.expire(now)


__all__ = ("Cloud", "Refusal")
