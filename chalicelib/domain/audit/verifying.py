"""Holds the seals against the entries: what was changed, removed or added since, and where the chain is broken."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, Protocol

from chalicelib.domain.audit import sealing
from chalicelib.domain.audit.sealing import DAY, Damaged, Seal

Item = Mapping[str, Any]
AT_ONCE = 100


@dataclass(frozen=True)
class Finding:
    """Something that is not as it was sealed: on which day, an entry's id or a file's key, and what is wrong."""

    day: str
    what: str
    name: str


class Evidence(Protocol):
    """What is looked at: the files as they were first written, and the entries as they are stored now."""

    def sealed_days(self) -> Sequence[date]:
        """The days that have a seal."""

    def read(self, key: str) -> bytes | None:
        """The file of this key as it was first written."""

    def rewritten(self, key: str) -> str | None:
        """What was done to the file since, if anything."""

    def entries(self, day: str) -> Iterator[Item]:
        """The entries of a day, in the order of their ids."""

    def altered(self, items: Sequence[Item]) -> Iterable[str]:
        """The ids of those of the entries whose values are not the ones that the entry has the digest of."""


class Verification:
    """One pass over all days; `checked` counts days and entries, `newest` is the last seal and its sha256."""

    def __init__(self, evidence: Evidence, first: date, due: date) -> None:
        self._evidence, self._first, self._due = evidence, first, due
        self.checked: Counter[str] = Counter()
        self.newest: sealing.Link | None = None

    def findings(self) -> Iterator[Finding]:
        """Whatever is wrong, oldest day first; entries of days before the first seal are not sealed at all."""
        days = self._evidence.sealed_days()
        start = min(days, default=self._due + DAY)
        yield from self._before(start)
        day, before = start, None
        while day <= max((*days, self._due)):
            content = self._evidence.read(sealing.seal_key(day.isoformat()))
            if content is None:
                yield Finding(day.isoformat(), "the seal is missing", sealing.seal_key(day.isoformat()))
            else:
                yield from self._day(day.isoformat(), content, before, first=day == start)
            before, day = content, day + DAY

    def _before(self, start: date) -> Iterator[Finding]:
        day = self._first
        while day < start:
            for item in self._evidence.entries(day.isoformat()):
                yield Finding(day.isoformat(), "added to a day that has no seal", _id(item))
            day += DAY

    def _day(self, day: str, content: bytes, before: bytes | None, *, first: bool) -> Iterator[Finding]:
        key = sealing.seal_key(day)
        yield from self._rewritten(day, key)
        try:
            seal = sealing.read(content)
        except Damaged as wrong:
            yield Finding(day, f"the file {wrong}", key)
            return
        if seal.day != day:
            yield Finding(day, f"the seal is of {seal.day}", key)
        if first or before is not None:
            expected = sealing.Link((date.fromisoformat(day) - DAY).isoformat(), sealing.digest(before or b""))
            if seal.previous != (None if first else expected):
                yield Finding(day, "the chain is broken: it names another seal of the day before", key)
        self.newest = sealing.Link(day, sealing.digest(content))
        self.checked["days"] += 1
        yield from self._entries(seal, day)

    def _entries(self, seal: Seal, day: str) -> Iterator[Finding]:
        named: dict[str, str] = {}
        for part in seal.lists:
            content = self._evidence.read(part.key)
            yield from self._rewritten(day, part.key)
            if content is None:
                yield Finding(day, "the list is missing", part.key)
            else:
                if sealing.listing(part.key, content) != part:
                    yield Finding(day, "the list is not the one that was sealed", part.key)
                named |= dict(_lines(content))
        yield from self._compared(named, day)

    def _compared(self, named: dict[str, str], day: str) -> Iterator[Finding]:
        stored = iter(self._evidence.entries(day))
        while items := list(islice(stored, AT_ONCE)):
            self.checked["entries"] += len(items)
            for item in items:
                sealed = named.pop(_id(item), None)
                if sealed is None:
                    yield Finding(day, "added after the seal", _id(item))
                elif sealed != sealing.digest(sealing.canonical(item)):
                    yield Finding(day, "changed", _id(item))
            for name in self._evidence.altered(items):
                yield Finding(day, "its values before and after were changed", name)
        yield from (Finding(day, "missing", name) for name in named)

    def _rewritten(self, day: str, key: str) -> Iterator[Finding]:
        if said := self._evidence.rewritten(key):
            yield Finding(day, said, key)


def _lines(content: bytes) -> Iterable[tuple[str, str]]:
    for line in content.decode("utf-8", "surrogateescape").splitlines():
        digest, _, name = line.partition("  ")
        yield name, digest


def _id(item: Item) -> str:
    return str(item["sk"]["S"])
