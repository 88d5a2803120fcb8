"""All of a shop's data on its way into an export: what belongs to no customer, a customer at a time, pairs of them."""

from collections.abc import Callable, Iterator
from datetime import datetime

from chalicelib.domain.exports.job import CUSTOMERS, Piece, Place
from chalicelib.repos.everything import Records
from chalicelib.repos.months import months_back
from chalicelib.repos.record_lines import Line
from chalicelib.wiring.store import table

RECORDS = "records"
PAIRS = ("open", "different")


class Everything:
    """The lines of an export without loss.

    A place is a status, a month, and the last customer that was written; or the status of pairs and where they go on.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now, self._records = now, Records(table())

    def pieces(self, at: Place | None, known: tuple[str, ...]) -> Iterator[Piece]:  # noqa: ARG002 -- lines have no columns
        """Pieces from a place on: of the shop, a customer each, pairs."""
        if at is None:
            at = {"s": "active"}
            yield _piece(self._records.shop(), at, customers=0)
        if "s" in at:
            yield from self._customers(at)
            at = {"p": PAIRS[0]}
            yield _piece(iter(()), at, customers=0)
        yield from self._pairs(at)

    def _customers(self, at: Place) -> Iterator[Piece]:
        for status in ("active", "archived") if at["s"] == "active" else ("archived",):
            yield from self._of_status(status, at if at["s"] == status else {})

    def _pairs(self, at: Place) -> Iterator[Piece]:
        """The pairs of a status after those of the one before."""
        following: Place | None = at
        while following is not None:
            status, position = following["p"], following.get("at")
            lines, position = self._records.pairs(status, position)
            rest = PAIRS[PAIRS.index(status) + 1 :]
            following = {"p": status, "at": position} if position else {"p": rest[0]} if rest else None
            yield _piece(lines, following, customers=0)

    def _of_status(self, status: str, at: Place) -> Iterator[Piece]:
        after = at.get("k")
        for month in months_back(at.get("m"), self._now()):
            while True:
                listed = self._records.listed(status, month, after)
                for customer_id, lines in self._records.of_customers(listed):
                    yield _piece(lines, {"s": status, "m": month, "k": customer_id})
                after = listed.last
                if after is None:
                    break


def _piece(lines: Iterator[Line], following: Place | None, customers: int = 1) -> Piece:
    counts = {CUSTOMERS: customers, RECORDS: 0}
    return Piece(_counted(lines, counts), following, counts)


def _counted(lines: Iterator[Line], counts: dict[str, int]) -> Iterator[Line]:
    for line in lines:
        counts[RECORDS] += 1
        yield line
