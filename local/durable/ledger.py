"""The one place that writes the journal: it takes what changed, appends it, and says when it is safe."""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from ministack import app as ministack_app
from ministack.services import dynamodb

from local.durable.encoding import Blobs, Codec
from local.durable.loading import Loading
from local.durable.services import Services, Tracker
from local.journal import Journal
from local.mends import items, streams, tokens
from local.records import Head, Record

_COMPACT_FROM = 32 << 20  # bytes of journal beyond which replaying it costs more than writing a snapshot
_ITEMS_PER_RECORD = 500


def _entries_record(service: str, entries: Iterable[tuple[str, bytes | None]]) -> Record:
    listed = list(entries)
    head: Head = {"s": service, "k": [[key, -1 if raw is None else len(raw)] for key, raw in listed]}
    return head, [raw for _, raw in listed if raw is not None]


def items_record(changes: list[items.Change]) -> Record:
    """One record for the changes of one request."""
    tables = list(dict.fromkeys(change[0] for change in changes))
    rows = []
    for table, pk, sk, raw, event in changes:
        row = [tables.index(table), pk, sk, -1 if raw is None else len(raw)]
        rows.append([*row, event] if event else row)
    return {"t": tables, "w": rows}, [change[3] for change in changes if change[3] is not None]


class Ledger:
    """Journal, trackers and MiniStack's stores together. Everything here runs on the event loop's thread."""

    def __init__(self, folder: Path) -> None:
        self._codec = Codec(Blobs(folder / "blobs"))
        self._journal = Journal(folder)
        self._services = Services(self._codec)

    def load(self) -> None:
        """Brings everything back. Raises DamagedFolder."""
        ministack_app._get_module("dynamodb")
        loading = Loading(self._codec)
        gc.disable()  # a hundred thousand new objects and no garbage among them
        try:
            self._journal.load(loading.apply)
            loading.finish(self._services)
        finally:
            gc.enable()
            gc.freeze()
        if self._journal.size > _COMPACT_FROM:
            self._compact()

    def note_items(self) -> int:
        """Appends the item changes made since the last call; returns the position to wait for (0: nothing)."""
        changes, token = items.take(), tokens.take()
        if not changes and not token:
            return 0
        head, tail = items_record(changes)
        if token:
            head["c"] = token
        return self._journal.append(head, tail)

    def note(self, trackers: Iterable[Tracker]) -> int:
        """Appends what changed in services; returns the position to wait for (0: nothing)."""
        position = self.note_items()
        for tracker in trackers:
            if changed := tracker.changed():
                position = self._journal.append(*_entries_record(tracker.service, changed))
        return position

    def note_request(self, signing_name: str | None) -> int:
        """Appends what a request to a service can have changed."""
        return self.note(self._services.touched(signing_name))

    def note_background(self) -> None:
        """Appends what MiniStack did by itself: messages taken or sent, stream positions, schedules that are over."""
        names = ("sqs", "lambda_svc", "scheduler")
        self.note([tracker for name in names if (tracker := self._services.tracker(name)) is not None])

    async def durable(self, position: int) -> None:
        """Returns once everything up to `position` is on the disk."""
        if position:
            await self._journal.durable(position)

    def close(self) -> None:
        """Writes what is left and stops, with a snapshot when the journal has grown long."""
        self.note(self._services.loaded())
        if self._journal.size > _COMPACT_FROM:
            self._compact()
        self._journal.close()

    def _compact(self) -> None:
        self._codec.named.clear()
        self._journal.compact(self._records())
        self._codec.blobs.keep_only(self._codec.named)

    def _records(self) -> Iterator[Record]:
        for tracker in self._services.loaded():
            yield _entries_record(tracker.service, tracker.entries())
        for table in list(dynamodb._tables._data.values()):
            yield from _table_records(table)
        if kept := tokens.kept(time.time()):
            yield {"tokens": kept}, ()


def _table_records(table: dict[str, Any]) -> Iterator[Record]:
    name = items.identity(table)
    rows = ((pk, sk, raw) for pk, part in items.items_of(table).items() for sk, raw in part.raws())
    while chunk := list(islice(rows, _ITEMS_PER_RECORD)):
        yield {"t": [name], "w": [[0, pk, sk, len(raw)] for pk, sk, raw in chunk]}, [raw for _, _, raw in chunk]
    first, kept = streams.kept(table)
    if first or kept:
        yield {"stream": name, "first": first}, [json.dumps(kept, separators=(",", ":")).encode()]
