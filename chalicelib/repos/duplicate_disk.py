"""Pairs of customers out of any number of them, on disk: sorted by their keys, each pair once.

The work is that of sorting, n log n: every customer has a handful of keys, and what shares one is compared, in large
blocks with neighbours only. Memory does not grow: SQLite keeps a cache of fixed size and sorts in files.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from chalicelib.domain.duplicates.blocking import MOST_TOGETHER, NEIGHBOURS, keys_of, order
from chalicelib.domain.duplicates.model import Pair, pair_id
from chalicelib.domain.duplicates.scoring import LIKELY, compare
from chalicelib.domain.duplicates.traits import Traits, as_json, from_json

CACHE_KILOBYTES = 64 * 1024
A_BEAT = 20_000  # pairs compared between two signs of life
# What has to survive stands in the bucket: this file is made anew when a worker dies, so it need not be safe.
_SETUP = f"""
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = FILE;
PRAGMA cache_size = -{CACHE_KILOBYTES}; PRAGMA locking_mode = EXCLUSIVE;
CREATE TABLE people (n INTEGER PRIMARY KEY, id TEXT UNIQUE, sorted TEXT, traits TEXT);
CREATE TABLE keys (key TEXT, n INTEGER);
CREATE TABLE pairs (a INTEGER, b INTEGER, PRIMARY KEY (a, b)) WITHOUT ROWID;
CREATE TABLE found (id TEXT PRIMARY KEY, score INTEGER, facts TEXT) WITHOUT ROWID;
CREATE TABLE known (id TEXT PRIMARY KEY, status TEXT, facts TEXT, pair TEXT) WITHOUT ROWID;
"""
_LARGE = """
CREATE INDEX keys_in_order ON keys (key, n);
CREATE TABLE large AS SELECT key FROM keys GROUP BY key HAVING count(*) > ?;
"""
_TOGETHER = """
INSERT OR IGNORE INTO pairs SELECT x.n, y.n FROM keys x JOIN keys y ON y.key = x.key AND y.n > x.n
WHERE x.key NOT IN (SELECT key FROM large)
"""
_NEIGHBOURS = """
INSERT OR IGNORE INTO pairs SELECT min(n, m), max(n, m) FROM (
    SELECT keys.n AS n, lead(keys.n, ?) OVER (PARTITION BY keys.key ORDER BY people.sorted, keys.n) AS m
    FROM large JOIN keys ON keys.key = large.key JOIN people ON people.n = keys.n
) WHERE m IS NOT NULL
"""
_ADDED = "SELECT found.id, found.facts FROM found LEFT JOIN known USING (id) WHERE known.id IS NULL ORDER BY score DESC"
_CHANGED = """
SELECT known.pair, found.facts FROM found JOIN known USING (id)
WHERE known.status = 'open' AND known.facts <> found.facts
"""
_GONE = """
SELECT known.pair FROM known LEFT JOIN found USING (id) WHERE found.id IS NULL AND known.status = 'open'
"""


class Disk:
    """One comparison of all customers, in a file of its own."""

    def __init__(self, path: Path) -> None:
        self._store = sqlite3.connect(path, isolation_level=None)
        self._store.executescript(_SETUP)

    def close(self) -> None:
        """Let the file go."""
        self._store.close()

    def add(self, people: Iterable[Traits]) -> None:
        """Take customers in; one that comes twice counts as it came last."""
        self._store.execute("BEGIN")
        for each in people:
            row = (each.id, order(each), json.dumps(as_json(each), ensure_ascii=False, separators=(",", ":")))
            number = self._store.execute("INSERT OR REPLACE INTO people (id, sorted, traits) VALUES (?, ?, ?)", row)
            keys = ((key, number.lastrowid) for key in dict.fromkeys(keys_of(each)))
            self._store.executemany("INSERT INTO keys VALUES (?, ?)", keys)
        self._store.execute("COMMIT")

    def know(self, pairs: Iterable[Pair]) -> None:
        """Take in what the queue holds, also what people decided."""
        rows = ((pair.id, pair.status, _facts(pair), json.dumps(pair.kept())) for pair in pairs)
        self._store.execute("BEGIN")
        self._store.executemany("INSERT OR REPLACE INTO known VALUES (?, ?, ?, ?)", rows)
        self._store.execute("COMMIT")

    def compare(self, beat: Callable[[], None]) -> dict[str, int]:
        """Compare what shares a key; how many pairs were compared, how many blocks were too large, what was found."""
        self._pair(beat)
        self._store.execute("BEGIN")
        self._store.executemany("INSERT INTO found VALUES (?, ?, ?)", self._likely(beat))
        self._store.execute("COMMIT")
        return {"compared": self._count("pairs"), "large_blocks": self._count("large"), "found": self._count("found")}

    def pairs(self) -> Iterator[tuple[str, int]]:
        """Every pair that was found, with its score."""
        yield from self._store.execute("SELECT id, score FROM found")

    def changes(self, run: str, at: str) -> Iterator[dict[str, Any]]:
        """What the queue lacks, what has changed in it, and what has to leave it."""
        for found, facts in self._store.execute(_ADDED):
            pair = Pair(id=found, found_at=at, run=run, **_read(facts))
            yield {"do": "added", "after": pair.kept()}
        for kept, facts in self._store.execute(_CHANGED):
            before = Pair.read(json.loads(kept))
            after = replace(before, version=before.version + 1, run=run, **_read(facts))
            yield {"do": "changed", "before": before.kept(), "after": after.kept()}
        for (kept,) in self._store.execute(_GONE):
            yield {"do": "gone", "before": json.loads(kept)}

    def _pair(self, beat: Callable[[], None]) -> None:
        index, large = _LARGE.strip().split(";\n")
        self._store.execute(index)
        beat()
        self._store.execute(large.rstrip(";").replace("?", str(MOST_TOGETHER)))
        self._store.execute(_TOGETHER)
        beat()
        for distance in range(1, NEIGHBOURS + 1):
            self._store.execute(_NEIGHBOURS, (distance,))
        beat()

    def _likely(self, beat: Callable[[], None]) -> Iterator[tuple[str, int, str]]:
        joined = "SELECT a.traits, b.traits FROM pairs JOIN people a ON a.n = pairs.a JOIN people b ON b.n = pairs.b"
        for number, (one, other) in enumerate(self._store.execute(joined), 1):
            first, second = _traits(one), _traits(other)
            verdict = compare(first, second)
            if verdict.score >= LIKELY:
                facts = {"score": verdict.score, "reasons": verdict.reasons, "against": verdict.against}
                yield pair_id(first.id, second.id), verdict.score, json.dumps(facts)
            if number % A_BEAT == 0:
                beat()

    def _count(self, table: str) -> int:
        counted = self._store.execute(f"SELECT count(*) FROM {table}")  # nosec B608  # noqa: S608 -- our own names
        return int(counted.fetchone()[0])


@lru_cache(4096)
def _traits(text: str) -> Traits:
    return from_json(json.loads(text))


def _facts(pair: Pair) -> str:
    return json.dumps({"score": pair.score, "reasons": pair.reasons, "against": pair.against})


def _read(facts: str) -> dict[str, Any]:
    found = json.loads(facts)
    return {"score": found["score"], "reasons": tuple(found["reasons"]), "against": tuple(found["against"])}
