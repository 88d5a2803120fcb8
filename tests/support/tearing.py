"""Transactions of the made-up shop, torn: one of their items as it was before, or one of them alone as it became."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from chalicelib.repos.keys import Key
from chalicelib.repos.table import Item, decode

WORD = re.compile(r"[A-Z]+")
Items = dict[Key, Item]


@dataclass(frozen=True)
class Step:
    """One transaction: its items before and after."""

    items: Mapping[Key, tuple[Item | None, Item | None]]

    @property
    def name(self) -> str:
        """What was done, by its audit entries; else the kinds of its items."""
        actions = {after["action"] for key, (_, after) in self.items.items() if key.pk.startswith("AUDIT#") and after}
        return "+".join(sorted(actions)) or "+".join(sorted({kind_of(key) for key in self.items}))


@dataclass(frozen=True)
class Torn:
    """A table in which one transaction is torn."""

    what: str
    items: Items


def kind_of(key: Key) -> str:
    """The kind of item at a key, such as `cus/NOTE` or `PHONE/CLAIM`."""
    first, second = key.pk.partition("#")[0], key.sk.partition("#")[0]
    own = first.partition("_")[0] if first[:1].islower() else first
    return f"{own}/{second}" if WORD.fullmatch(second) else own


def steps(changes: Sequence[Any]) -> Iterator[Step]:
    """The transactions of a stretch of the account's changes, oldest first."""
    for _, group in groupby(changes, key=lambda change: change.position):
        yield Step({Key(*each.place): (_plain(each.before), _plain(each.after)) for each in group})


def _plain(item: Any) -> Item | None:
    return None if item is None else decode(item)


def applied(items: Mapping[Key, Item], step: Step, *, only: Key | None = None, without: Key | None = None) -> Items:
    """The table after a transaction, or after one of its items alone, or after all but one."""
    after = dict(items)
    for key, (_, new) in step.items.items():
        if key == without or (only is not None and key != only):
            continue
        if new is None:
            after.pop(key, None)
        else:
            after[key] = new
    return after


def tears(before: Items, step: Step) -> Iterator[Torn]:
    """Every way in which one item of a transaction is torn from the others."""
    whole = applied(before, step)
    for key in step.items:
        for how, items in (
            ("without", applied(before, step, without=key)),
            ("only", applied(before, step, only=key)),
        ):
            if items not in (before, whole):
                yield Torn(f"{step.name} {how} {kind_of(key)}{_result(step.items[key])}", items)


def _result(item: tuple[Item | None, Item | None]) -> str:
    """What became of the row that an item tells of: rows of each result are torn apart."""
    result = (item[1] or {}).get("result")
    return f" ({result})" if result else ""
