"""The list of all customers, newest first, month by month; its entries answer what they can."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from chalicelib.domain.customers.filters import Filters, Span
from chalicelib.repos import keys
from chalicelib.repos.found import Found, Position
from chalicelib.repos.list_conditions import Condition, condition_of
from chalicelib.repos.months import FIRST_MONTH, month_before, months_back
from chalicelib.repos.table import Page, Range, Table

EXAMINED = 1000
MOST_MONTHS = 24
MOST_READ = 300  # customers that a page reads to check what no entry answers
GUESS = 10  # the first Query reads this many times the page, as a guess at how many pass; the next one all it may
BY_ENTRIES: dict[str, Any] = {
    "texts": {},
    "there": {},
    "language": None,
    "region": None,
    "country": None,
    "contacted": None,
}


def walk(table: Table, filters: Filters, limit: int, position: Position, now: datetime) -> Found:
    """Customers of the list from the position on, as many as fill a page as far as that can be known."""
    asked, left, after = condition_of(filters), EXAMINED, position.get("k")
    enough = limit if _by_entries(filters) else MOST_READ
    examined = min(limit * GUESS, left) if asked.expression else enough
    ids: list[tuple[str, Position]] = []
    for queries, month in enumerate(_months(filters, position, now)):
        if queries == MOST_MONTHS:
            return Found(ids, {"m": month})
        while True:
            page = _query(table, filters.status, month, after, examined, asked)
            ids += [(item["sk"], {"m": month, "k": item["sk"]}) for item in page.items]
            after = page.last
            if after is None:
                break
            left -= examined
            if len(ids) >= enough or left <= 0:
                return Found(ids, {"m": month, "k": after})
            examined = left if asked.expression else enough - len(ids)
        if len(ids) >= enough:
            return Found(ids, {"m": month_before(month)} if month > FIRST_MONTH else None)
    return Found(ids, None)


def _by_entries(filters: Filters) -> bool:
    """Whether the entries answer all that is asked, so that what they let through will pass."""
    spans = {name: span for name, span in filters.spans.items() if name == "updated_at"}
    return not filters.besides(spans=spans, **BY_ENTRIES)


def _query(table: Table, status: str, month: str, after: str | None, examined: int, asked: Condition) -> Page:
    return table.query(
        Range(
            keys.listed(status, "", month).pk,
            newest_first=True,
            after=after,
            limit=examined,
            fields=("sk",),
            filter=asked.expression,
            values=asked.values or None,
            names=asked.names or None,
        )
    )


def _months(filters: Filters, position: Position, now: datetime) -> Iterator[str]:
    """The months in which the wanted customers were created, the newest first."""
    created = filters.spans.get("created_at", Span())
    newest = (created.before or "9")[:7]
    for month in months_back(position.get("m"), now):
        if month < (created.after or "")[:7]:
            return
        if month <= newest:
            yield month
