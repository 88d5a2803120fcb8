"""Customers on their way into an export: a page of a filter or of ids after the other."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.domain.customers.model import Customer
from chalicelib.domain.customers.narrowing import CustomerFilter
from chalicelib.domain.customers.visible import tag_names
from chalicelib.domain.exports import cells, columns
from chalicelib.domain.exports.job import CUSTOMERS, Piece, Place
from chalicelib.domain.imports.columns import CUSTOM
from chalicelib.domain.jobs.model import Job
from chalicelib.wiring import customers, shop

PAGE = 100


class Selected:
    """The customers of an export, as its job names them."""

    def __init__(self, job: Job, now: Callable[[], datetime]) -> None:
        self._asked, self._roles, self._now = job.request, job.actor.roles, now

    def pieces(self, at: Place | None, known: tuple[str, ...]) -> Iterator[Piece]:
        """Pages from a place on, with the columns that they and those before them use."""
        pages = self._by_id(at) if self._asked["ids"] else self._by_filter(at)
        for found, following, missing in pages:
            lines, left_out = self._lines(found), 0
            if self._asked["format"] != "jsonl":
                known = columns.with_columns(known, (column for line in lines for column in line))
                left_out = self._left_out(found, lines, known)
            yield Piece(iter(lines), following, _counts(len(found), missing, left_out), known)

    def _by_id(self, at: Place | None) -> Iterator[tuple[list[Customer], Place | None, int]]:
        wanted: Sequence[str] = self._asked["ids"]
        for start in range(at["i"] if at else 0, len(wanted), PAGE):
            asked, end = wanted[start : start + PAGE], start + PAGE
            found = customers.reader().get_many(asked)
            yield found, {"i": end} if end < len(wanted) else None, len(asked) - len(found)

    def _by_filter(self, at: Place | None) -> Iterator[tuple[list[Customer], Place | None, int]]:
        """Each filter in turn; a place is the number of the filter and the position within it."""
        number, position = (at["n"], at["p"]) if at else (0, None)
        wanted = self._filters()
        while number < len(wanted):
            filters = customers.filters(wanted[number], self._roles)
            page = customers.select_page(filters, position, self._now())
            position = page.next
            number += position is None
            yield page.customers, {"n": number, "p": position} if number < len(wanted) else None, 0

    def _filters(self) -> list[CustomerFilter]:
        if self._asked["filter"]:
            return [CustomerFilter.model_validate(self._asked["filter"])]
        archived = [CustomerFilter(status="archived")] if self._asked["archived"] else []
        return [CustomerFilter(), *archived]

    def _lines(self, found: Sequence[Customer]) -> list[dict[str, Any]]:
        write = cells.body if self._asked["format"] == "jsonl" else cells.cells
        known = shop.knowing(*found)
        return [write(customer, tag_names(self._roles, customer, known)) for customer in found]

    def _left_out(self, found: Sequence[Customer], lines: Sequence[Mapping[str, str]], known: tuple[str, ...]) -> int:
        """Values of custom fields without a column; who chose columns left the others out on purpose."""
        if self._asked["columns"]:
            return 0
        beyond = sum(column.startswith(CUSTOM) and column not in known for line in lines for column in line)
        return beyond + sum(map(cells.left_out, found))


def _counts(found: int, missing: int, left_out: int) -> dict[str, int]:
    counts = {CUSTOMERS: found, "missing": missing, "left_out": left_out}
    return {name: number for name, number in counts.items() if number or name == CUSTOMERS}
