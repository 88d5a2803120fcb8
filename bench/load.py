"""Fills the measured store: the app's own commands run in this process, their items are stored 100 a transaction.

What a command writes does not depend on where it is stored, so the table holds what the API would have written; only
the conditions are not checked again, as nobody else writes. Instants are spread over the last twenty days.
"""

import random
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from bench.memory_table import Attributes, MemoryTable
from bench.names import NOTES, OUTCOMES
from bench.people import Person, person
from chalicelib.domain import ids
from chalicelib.domain.call import Actor, Call
from chalicelib.domain.calls import commands as call_commands
from chalicelib.domain.calls.model import NewCall
from chalicelib.domain.customers import commands as customer_commands
from chalicelib.domain.customers.model import NewCustomer
from chalicelib.domain.notes import commands as note_commands
from chalicelib.domain.notes.model import NoteFields
from chalicelib.repos.transaction import MOST_ITEMS, Transaction
from chalicelib.wiring import calls, clients, customers, notes, shop, store

DAYS = 20
REGULARS = 20  # every twentieth customer has the long history
LONG_HISTORY = 30
COUNTERS = "COUNTERS"
WRITERS = 2
MOST_WAITING = 40


@dataclass(frozen=True)
class Loaded:
    """A customer in the table, and the number of timeline entries that were added after the first one."""

    id: str
    person: Person
    entries: int


class Loader:
    """Runs commands at made-up instants and stores what they wrote."""

    def __init__(self, actor: Actor, count: int, entries: int, seed: int = 1) -> None:
        self._actor = actor
        self._table = MemoryTable(store.table().name)
        self._chance = random.Random(seed)
        self._count = count
        self._entries = _shares(count, entries, self._chance)
        self._step = timedelta(days=DAYS) / (count + entries)
        self._now = datetime.now(UTC) - timedelta(days=DAYS, minutes=1)
        self._items = 0

    def load(self) -> tuple[list[Loaded], int]:
        """Every customer with their history; and how many items that took."""
        loaded: list[Loaded] = []
        with ThreadPoolExecutor(WRITERS) as writers:
            waiting: list[Future[None]] = []
            for number in range(self._count):
                loaded.append(self._customer(person(number), self._entries[number]))
                if number % 25 == 24 or number == self._count - 1:
                    kept = "" if number == self._count - 1 else COUNTERS
                    waiting += [writers.submit(_store, self._table.name, chunk) for chunk in self._chunks(kept)]
                while len(waiting) > MOST_WAITING:
                    waiting.pop(0).result()
            for each in waiting:
                each.result()
        return loaded, self._items

    def _chunks(self, kept: str) -> Iterator[list[Attributes]]:
        items = self._table.take(kept)
        while chunk := list(islice(items, MOST_ITEMS)):
            self._items += len(chunk)
            yield chunk

    def _customer(self, who: Person, entries: int) -> Loaded:
        work = self._work()
        fields = NewCustomer.model_validate(dict(who.body))
        tag_ids = tuple(tag.id for name in who.tags if (tag := shop.shop.get().tag_named(name)))
        customer = customer_commands.create(customers.desk(work), fields, tag_ids)
        work.commit()
        for _ in range(entries):
            self._entry(customer.id)
        return Loaded(customer.id, who, entries)

    def _entry(self, customer_id: str) -> None:
        work = self._work()
        if self._chance.random() < 0.6:
            text, kind = self._chance.choice(NOTES), self._chance.choice(("general", "requirement", "service"))
            fields = NoteFields.model_validate({"text": text, "kind": kind})
            note_commands.add(notes.desk(work), customer_id, fields)
        else:
            made: dict[str, Any] = {"direction": "out", "duration_s": self._chance.randint(0, 600)}
            call = NewCall.model_validate({**made, "outcome": self._chance.choice(OUTCOMES)})
            call_commands.log(calls.desk(work), customer_id, call)
        work.commit()

    def _work(self) -> Transaction:
        self._now += self._step
        return Transaction(self._table, Call(self._actor, self._now, ids.new_id("req", self._now), "127.0.0.1"))


def loading_actor() -> Actor:
    """The manager of the directory; there is one once a manager has used the API."""
    member = next(each for each in shop.staff.fresh().values() if "manager" in each.roles)
    return Actor(member.id, member.name, member.roles)


def _shares(count: int, entries: int, chance: random.Random) -> list[int]:
    """How many entries each customer gets: the regulars a long history, the others what is left."""
    shares = [LONG_HISTORY if number % REGULARS == 0 else 0 for number in range(count)]
    others = [number for number in range(count) if shares[number] == 0]
    for number in chance.choices(others, k=max(0, entries - sum(shares))):
        shares[number] += 1
    return shares


def _store(table: str, chunk: list[Attributes]) -> None:
    clients.dynamodb().transact_write_items(
        TransactItems=[{"Put": {"TableName": table, "Item": settled(attributes)}} for attributes in chunk]
    )


def settled(attributes: Attributes) -> Attributes:
    """An item as it lies long after: the loaded history was relayed in its time, and is not again."""
    if "pending_pk" not in attributes:
        return attributes
    kept = {name: value for name, value in attributes.items() if name not in ("pending_pk", "pending_sk")}
    return {**kept, "publish": {"BOOL": False}}
