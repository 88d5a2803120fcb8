"""Reads the journal back: items first as texts by table, then every service's entries, then what follows from both."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ministack.services import dynamodb

from local.durable.encoding import Codec
from local.durable.general import Entries, build
from local.mends import items, streams, tokens
from local.partition import Items, decode
from local.records import DamagedFolder, Head

if TYPE_CHECKING:
    from local.durable.services import Services

_Event = tuple[str, bytes | None, bytes | None]


class Loading:
    """What has been read so far."""

    def __init__(self, codec: Codec) -> None:
        self._codec = codec
        self._entries: dict[str, Entries] = {}
        self._items: dict[str, Items] = {}
        self._events: dict[str, list[_Event]] = {}
        self._streams: dict[str, tuple[int, list[dict[str, Any]]]] = {}

    def apply(self, head: Head, tail: memoryview) -> None:
        """Takes one record in."""
        if "w" in head:
            self._apply_items(head, tail)
        elif "s" in head:
            self._apply_entries(head, tail)
        elif "stream" in head:
            self._streams[head["stream"]] = head["first"], json.loads(bytes(tail))
        elif "tokens" in head:
            for token in head["tokens"]:
                tokens.restore(token)

    def _apply_items(self, head: Head, tail: memoryview) -> None:
        at, texts, tables = 0, bytes(tail), [self._items.setdefault(name, Items()) for name in head["t"]]
        for row in head["w"]:  # written for speed: this loop is most of a start
            raw, size = None, row[3]
            if size >= 0:
                raw = texts[at : at + size]
                at += size
            before = tables[row[0]].replay(row[1], row[2], raw)
            if len(row) > 4:
                self._events.setdefault(head["t"][row[0]], []).append((row[4], before, raw))
        if "c" in head:
            tokens.restore(head["c"])

    def _apply_entries(self, head: Head, tail: memoryview) -> None:
        at, entries = 0, self._entries.setdefault(head["s"], {})
        for key, size in head["k"]:
            if size < 0:
                entries.pop(key, None)
            else:
                entries[key] = bytes(tail[at : at + size])
                at += size

    def finish(self, services: Services) -> None:
        """Hands everything to MiniStack. Raises DamagedFolder."""
        try:
            self._restore_tables(self._entries.pop("dynamodb", {}))
            for module_name, entries in self._entries.items():
                services.restore(module_name, entries)
        except (OSError, ValueError, KeyError) as error:
            raise DamagedFolder(f"The data folder's records do not fit together ({error})") from error
        for table in dynamodb._tables._data.values():
            self._restore_stream(table)
        if tracker := services.tracker("dynamodb"):
            tracker.changed()

    def _restore_tables(self, entries: Entries) -> None:
        state = build((key, self._codec.load(raw)) for key, raw in entries.items())
        tables = state.pop("tables", None)
        for store, held in state.items():
            getattr(dynamodb, f"_{store}")._data.update(held._data)
        for scope, table in tables._data.items() if tables is not None else ():
            kept = self._items.pop(items.identity(table), Items())
            order = items.order_of(table)
            if order is not kept.order:
                kept.reorder(order)
            table["items"] = kept
            dynamodb._tables._data[scope] = table
            items.recount(table)
            items.index_members(table)

    def _restore_stream(self, table: dict[str, Any]) -> None:
        name = items.identity(table)
        first, records = self._streams.get(name, (0, []))
        events = self._events.get(name, [])
        if not (records or events or first):
            return
        needed = max(streams.oldest_needed(table, first + len(records) + len(events)), first)
        past = needed - first
        rest = records[past:] + list(_records(table, events[max(past - len(records), 0) :]))
        streams.restore(table, min(needed, first + len(records) + len(events)), rest)


def _records(table: dict[str, Any], events: list[_Event]) -> Iterator[dict[str, Any]]:
    for event, before, after in events:
        yield streams.record(table, event, decode(before) if before else None, decode(after) if after else None)
