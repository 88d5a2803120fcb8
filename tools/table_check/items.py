"""All items of a table, as the rules read them: in memory for tests, in a file for a table of any size."""

from __future__ import annotations

import json
import sqlite3
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol

from chalicelib.repos.keys import Key
from chalicelib.repos.table import Item, decode

Partition = dict[str, Item]
_BEHIND = "\U0010ffff"


class Items(Protocol):
    """Items in the order of their keys."""

    def get(self, key: Key) -> Item | None:
        """One item."""

    def under(self, prefix: str) -> Iterator[tuple[Key, Item]]:
        """The items whose partition key begins so."""

    def partition(self, pk: str) -> Partition:
        """The items of one partition."""

    def aggregates(self) -> Iterator[tuple[str, Partition]]:
        """The partitions of records: those whose key begins with an id."""


class InMemory:
    """The items of a dictionary."""

    def __init__(self, items: Mapping[Key, Item]) -> None:
        self._items = items
        self._keys = sorted(items)

    def get(self, key: Key) -> Item | None:
        """One item."""
        return self._items.get(key)

    def under(self, prefix: str) -> Iterator[tuple[Key, Item]]:
        """The items whose partition key begins so."""
        for n in range(bisect_left(self._keys, (prefix,)), len(self._keys)):
            key = self._keys[n]
            if not key.pk.startswith(prefix):
                return
            yield key, self._items[key]

    def partition(self, pk: str) -> Partition:
        """The items of one partition."""
        return {key.sk: item for key, item in self.under(pk) if key.pk == pk}

    def aggregates(self) -> Iterator[tuple[str, Partition]]:
        """The partitions of records."""
        own = (key for key in self._keys if key.pk[:1].islower())
        for pk, keys in groupby(own, key=lambda key: key.pk):
            yield pk, {key.sk: self._items[key] for key in keys}


class OnDisk:
    """The items of a file, so that memory holds no more than one record's partition of them.

    The file holds personal data: the caller removes it.
    """

    def __init__(self, path: Path) -> None:
        self._file = sqlite3.connect(path, isolation_level=None)
        self._file.execute("PRAGMA journal_mode = OFF")
        self._file.execute("PRAGMA synchronous = OFF")
        self._file.execute("CREATE TABLE items (pk TEXT, sk TEXT, item TEXT, PRIMARY KEY (pk, sk)) WITHOUT ROWID")

    def add(self, items: Iterable[Mapping[str, Any]]) -> None:
        """Keep some items, in the store's own notation."""
        rows = ((item["pk"]["S"], item["sk"]["S"], json.dumps(item)) for item in items)
        self._file.execute("BEGIN")
        self._file.executemany("INSERT OR REPLACE INTO items VALUES (?, ?, ?)", rows)
        self._file.execute("COMMIT")

    def __len__(self) -> int:
        return int(self._file.execute("SELECT COUNT(*) FROM items").fetchone()[0])

    def close(self) -> None:
        """Let the file go."""
        self._file.close()

    def get(self, key: Key) -> Item | None:
        """One item."""
        found = self._file.execute("SELECT item FROM items WHERE pk = ? AND sk = ?", key).fetchone()
        return _read(found[0]) if found else None

    def under(self, prefix: str) -> Iterator[tuple[Key, Item]]:
        """The items whose partition key begins so."""
        return self._between(prefix, prefix + _BEHIND)

    def partition(self, pk: str) -> Partition:
        """The items of one partition."""
        found = self._file.execute("SELECT sk, item FROM items WHERE pk = ? ORDER BY sk", (pk,))
        return {sk: _read(item) for sk, item in found}

    def aggregates(self) -> Iterator[tuple[str, Partition]]:
        """The partitions of records."""
        for pk, items in groupby(self._between("a", "{"), key=lambda each: each[0].pk):
            yield pk, {key.sk: item for key, item in items}

    def _between(self, first: str, behind: str) -> Iterator[tuple[Key, Item]]:
        wanted = "SELECT pk, sk, item FROM items WHERE pk >= ? AND pk < ? ORDER BY pk, sk"
        for pk, sk, item in self._file.execute(wanted, (first, behind)):
            yield Key(pk, sk), _read(item)


def _read(text: str) -> Item:
    return decode(json.loads(text))
