"""Pairs of customers that may be one person: the queue, and what became of each pair."""

from collections.abc import Iterator, Sequence

from chalicelib.domain.customers.model import Customer
from chalicelib.domain.duplicates.model import Pair, customers_of
from chalicelib.domain.errors import NotFound
from chalicelib.repos import keys
from chalicelib.repos.customer_items import from_item
from chalicelib.repos.customers import ACTIVE, STATUS
from chalicelib.repos.duplicate_items import attributes, listed_pair, of_run, pair_of, place
from chalicelib.repos.found import Position
from chalicelib.repos.table import Item, Range, Table
from chalicelib.repos.transaction import Refusal, Transaction, again

FREE = "attribute_not_exists(pk)"
SAME = "version = :before"


class Settled(Exception):
    """A change of the queue that is not to be made: it was made before (`done`), or a person was quicker."""

    def __init__(self, *, done: bool) -> None:
        super().__init__("the pair is not as the run found it")
        self.done = done


class DuplicateReader:
    """Reads of pairs."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def with_customers(self, pair_id: str) -> tuple[Pair, Sequence[Customer]]:
        """A pair and its two customers, in one read.

        Raises:
            NotFound: there is no such pair.
        """
        own = keys.duplicate(pair_id)
        people = [keys.profile(each) for each in customers_of(pair_id)]
        found = self._table.get_many([own, *people])
        if len(found) < 1 + len(people):
            raise NotFound("There is no such pair.")
        return pair_of(found[own]), [from_item(found[key]) for key in people]

    def page(self, status: str, limit: int, position: Position | None) -> tuple[list[Pair], Position | None]:
        """Pairs of a status, the best score first: one Query for each ten points of the score, until it is full."""
        found: list[Item] = []
        position = position or {"b": keys.BANDS[0]}
        after = position.get("k")
        for band in range(int(position["b"]), keys.BANDS[-1] - 1, -1):
            wanted = Range(keys.duplicate_band(status, band), after=after, limit=limit - len(found))
            page = self._table.query(wanted)
            found += page.items
            after = None
            if page.last:
                return list(map(listed_pair, found)), {"b": band, "k": page.last}
            if len(found) == limit:
                more = {"b": band - 1} if band > keys.BANDS[-1] else None
                return list(map(listed_pair, found)), more
        return list(map(listed_pair, found)), None

    def all(self, status: str) -> Iterator[Pair]:
        """Every pair of a status, a page of them in memory at a time."""
        for band in keys.BANDS:
            yield from map(listed_pair, self._table.query_all(Range(keys.duplicate_band(status, band))))

    def customers_of(self, pairs: Sequence[Pair]) -> dict[str, Customer]:
        """The customers of these pairs, by id."""
        wanted = dict.fromkeys(customer_id for pair in pairs for customer_id in customers_of(pair.id))
        found = self._table.get_many([keys.profile(each) for each in wanted])
        return {item["pk"]: from_item(item) for item in found.values()}

    def different(self, pair_ids: Sequence[str]) -> set[str]:
        """Those of these pairs of which a person said that they are two people."""
        found = self._table.get_many([keys.duplicate(each) for each in pair_ids])
        return {item["pk"] for item in found.values() if item["status"] == "different"}


class DuplicateWriter(DuplicateReader):
    """Writes of pairs within one transaction."""

    def __init__(self, work: Transaction) -> None:
        super().__init__(work.table)
        self._work = work

    def add(self, pair: Pair) -> None:
        """Put a new pair into the queue.

        Raises (on commit):
            Settled: it is known.
        """
        self._work.put(
            keys.duplicate(pair.id),
            attributes(pair),
            condition=FREE,
            otherwise=lambda old: Settled(done=of_run(old, pair.run)),
        )
        self._work.put(place(pair), attributes(pair))

    def replace(self, before: Pair, after: Pair, otherwise: Refusal = again) -> None:
        """Write a pair anew, in its place in the queue."""
        own = keys.duplicate(after.id)
        self._work.put(own, attributes(after), condition=SAME, values={":before": before.version}, otherwise=otherwise)
        if place(before) != place(after):
            self._work.delete(place(before))
        self._work.put(place(after), attributes(after))

    def update(self, before: Pair, after: Pair) -> None:
        """Write what a run found out about a pair.

        Raises (on commit):
            Settled: it is not as it was.
        """
        self.replace(before, after, lambda old: Settled(done=of_run(old, after.run)))

    def remove(self, pair: Pair) -> None:
        """Take a pair out of the queue.

        Raises (on commit):
            Settled: it is not as it was.
        """
        self._work.delete(
            keys.duplicate(pair.id),
            condition=SAME,
            values={":before": pair.version},
            otherwise=lambda old: Settled(done=old is None),
        )
        self._work.delete(place(pair))

    def require_active(self, customer_id: str) -> None:
        """Let the transaction fail when the customer is archived: the command is run again, and sees it."""
        self._work.check(keys.profile(customer_id), ACTIVE, {":active": "active"}, names=STATUS)
