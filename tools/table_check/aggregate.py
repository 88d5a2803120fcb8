"""One record's partition, read once for all rules."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from chalicelib.domain.customers.model import Customer
from chalicelib.domain.messages.model import Message
from chalicelib.repos import customer_items, keys, message_items
from chalicelib.repos.keys import Key
from chalicelib.repos.restore import RESTORED
from chalicelib.repos.table import Item
from tools.table_check.items import Partition


class Aggregate:
    """The items whose partition key is one id."""

    def __init__(self, pk: str, items: Partition) -> None:
        self.pk = pk
        self.items = items

    def get(self, sk: str) -> Item | None:
        """One of its items."""
        return self.items.get(sk)

    def of(self, beginning: str) -> Iterator[tuple[Key, Item]]:
        """Its items whose sort key begins so."""
        there = self._kinds.get(beginning.partition("#")[0], ())
        return (each for each in there if each[0].sk.startswith(beginning))

    @cached_property
    def _kinds(self) -> dict[str, list[tuple[Key, Item]]]:
        """Its items by the first word of their sort keys."""
        found: dict[str, list[tuple[Key, Item]]] = defaultdict(list)
        for sk, item in self.items.items():
            found[sk.partition("#")[0]].append((Key(self.pk, sk), item))
        return found

    @cached_property
    def restored(self) -> bool:
        """Whether it came from an export, whose records come one by one: what tells of one may have stayed behind."""
        return any(item["action"] == RESTORED for _, item in self.of(keys.AUDIT))

    @cached_property
    def customer(self) -> Customer | None:
        """The customer, when it is one's partition."""
        profile = self.items.get(keys.PROFILE)
        return customer_items.from_item(profile) if profile else None

    @cached_property
    def messages(self) -> list[Message]:
        """Messages to and from whom it is about."""
        return [message_items.from_item(item) for _, item in self.of(keys.MESSAGE)]

    @cached_property
    def events(self) -> list[tuple[Key, Item, dict[str, Any]]]:
        """What happened, oldest first: key, item, and the facts told."""
        found = [*self.of(keys.EVENT), *self.of(keys.SYSTEM_EVENT)]
        told = [(key, item, json.loads(item["doc"])["data"]) for key, item in found]
        return sorted(told, key=lambda each: each[0].sk.partition("#")[2])
