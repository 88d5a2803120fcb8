"""What the check of a table finds, and what mends it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.repos.keys import Key
from chalicelib.repos.table import Item
from chalicelib.repos.transaction import Transaction

Mend = Callable[[Transaction], None]
_ID = re.compile(r"(?<![a-z])([a-z]{3}_[0-9a-z]{26,})")
_KEY = frozenset(Key._fields)


@dataclass(frozen=True)
class Finding:
    """One thing that does not hold. `mend` puts it right in a transaction; None when nothing can be derived."""

    rule: str
    key: Key
    what: str
    mend: Mend | None = None

    @property
    def place(self) -> str:
        """Where it is, without numbers, addresses and names: the kind of item, and the ids in its key."""
        own = self.key.pk[:1].islower()
        kind = (self.key.sk if own else self.key.pk).partition("#")[0]
        return " ".join((kind, *dict.fromkeys(_ID.findall("#".join(self.key)))))


def facts(item: Item) -> Item:
    """What an item holds besides its key."""
    return {name: value for name, value in item.items() if name not in _KEY and value is not None}


def put(key: Key, attributes: Mapping[str, Any], before: Item | None) -> Mend:
    """Write an item whole where there is none, or in place of the one that was seen."""

    def mend(work: Transaction) -> None:
        if before is None:
            work.put(key, attributes, condition="attribute_not_exists(pk)")
        elif "version" in before:
            work.put(key, attributes, condition="version = :before", values={":before": before["version"]})
        else:
            work.put(key, attributes, condition="attribute_exists(pk)")

    return mend


def remove(*keys: Key) -> Mend:
    """Remove what leads nowhere."""

    def mend(work: Transaction) -> None:
        for key in keys:
            work.delete(key)

    return mend


def change(key: Key, attributes: Mapping[str, Any]) -> Mend:
    """Set attributes of an item that is there; None removes one."""

    def mend(work: Transaction) -> None:
        names = {f"#n{n}": name for n, name in enumerate(attributes)}
        kept = {f":n{n}": value for n, value in enumerate(attributes.values()) if value is not None}
        sets = ", ".join(f"#n{n} = :n{n}" for n, value in enumerate(attributes.values()) if value is not None)
        gone = ", ".join(f"#n{n}" for n, value in enumerate(attributes.values()) if value is None)
        expression = " ".join(filter(None, (sets and f"SET {sets}", gone and f"REMOVE {gone}")))
        work.update(key, expression, kept, condition="attribute_exists(pk)", names=names)

    return mend
