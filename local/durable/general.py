"""Services of little state (users, functions, stacks, parameters …): compared as a whole, kept per entry."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from ministack.core.responses import AccountRegionScopedDict, AccountScopedDict

from local.durable.encoding import Codec

Entries = dict[str, bytes]
_PARTS = "\x00"
# A store whose entries hold many members of their own: each member is kept as an entry, so one more user in a pool
# does not write all users again.
_SPLIT = {("cognito", "user_pools"): "_users"}


def _rows(value: Any) -> tuple[str, Iterable[tuple[str, Any]]]:
    """The kind of a store and its entries by text key."""
    if isinstance(value, AccountRegionScopedDict):
        return "r", ((repr(key), entry) for key, entry in list(value._data.items()))
    if isinstance(value, AccountScopedDict):
        return "a", ((repr(key), entry) for key, entry in list(value._data.items()))
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return "d", list(value.items())
    return "v", [("", value)]


def flatten(service: str, state: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The entries of a service's state as (key, value)."""
    for store, value in state.items():
        kind, rows = _rows(value)
        inner = _SPLIT.get((service, store))
        for name, entry in rows:
            key = _PARTS.join((store, kind, name))
            if inner and isinstance(entry, dict) and isinstance(entry.get(inner), dict):
                members = entry[inner]
                yield key, {**entry, inner: {}}
                yield from ((_PARTS.join((key, inner, member)), held) for member, held in list(members.items()))
            else:
                yield key, entry


_MAKERS: dict[str, Callable[[], Any]] = {"r": AccountRegionScopedDict, "a": AccountScopedDict, "d": dict}


def build(entries: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """The state that `flatten` took apart."""
    state: dict[str, Any] = {}
    for key, value in entries:
        store, kind, name, *member = key.split(_PARTS)
        if kind == "v":
            state[store] = value
            continue
        held = state.setdefault(store, _MAKERS[kind]())
        data = held if kind == "d" else held._data
        place = name if kind == "d" else ast.literal_eval(name)
        if member:
            data[place][member[0]][_PARTS.join(member[1:])] = value
        else:
            data[place] = value
    return state


class General:
    """Tracks one service module: what of it changed since the last look."""

    def __init__(
        self,
        service: str,
        codec: Codec,
        read: Callable[[], Mapping[str, Any]],
        write: Callable[[dict[str, Any]], object],
    ) -> None:
        self.service = service
        self._codec = codec
        self._read = read
        self._write = write
        self._seen: dict[str, int] = {}

    def entries(self) -> Iterator[tuple[str, bytes]]:
        """All entries with their texts. Another thread may change a store meanwhile: then read again."""
        for attempt in range(50):
            try:
                return iter([(key, self._codec.dump(value)) for key, value in flatten(self.service, self._read())])
            except RuntimeError:
                if attempt == 49:
                    raise
        raise AssertionError("unreachable")

    def changed(self) -> list[tuple[str, bytes | None]]:
        """Entries that are new, different or gone (None) since the last call."""
        found: list[tuple[str, bytes | None]] = []
        seen = {}
        for key, raw in self.entries():
            seen[key] = hash(raw)
            if self._seen.get(key) != seen[key]:
                found.append((key, raw))
        found += [(key, None) for key in self._seen.keys() - seen.keys()]
        self._seen = seen
        return found

    def restore(self, entries: Entries) -> None:
        """Gives the service what the journal held."""
        self._write(build((key, self._codec.load(raw)) for key, raw in entries.items()))
        self._seen = {key: hash(raw) for key, raw in entries.items()}
