"""The timeline in the table: the EVENT# range of the customer's partition, newest first, one Query a page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from chalicelib.domain import ids
from chalicelib.repos import keys
from chalicelib.repos.event_items import LINE, to_entry
from chalicelib.repos.found import Position
from chalicelib.repos.owned import Narrowed, Records, newest
from chalicelib.repos.table import Table

FIRST = datetime(1970, 1, 1, tzinfo=UTC)  # ids begin with the milliseconds since then


@dataclass(frozen=True)
class TimelinePage:
    """Entries and the position of the next page."""

    entries: list[Mapping[str, Any]]
    next: Position | None


@dataclass(frozen=True)
class Span:
    """From an instant on, and until before another; None is open."""

    since: datetime | None = None
    until: datetime | None = None


class Timeline:
    """Reads of timelines."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def page(
        self,
        customer_id: str,
        limit: int,
        position: Position | None,
        *,
        span: Span = Span(),
        kind: str | None = None,
        with_content: bool,
    ) -> TimelinePage:
        """What happened, newest first; without content the words that people wrote are left out.

        Raises:
            NotFound: there is no such customer.
        """
        only = Narrowed.to(kind=kind)
        found = newest(self._table, customer_id, _bounds(span), limit, position, only)
        return TimelinePage([to_entry(item, with_content=with_content) for item in found.items], found.next)


def _bounds(span: Span) -> Records:
    """Event ids begin with their instant, so the first and last possible id bound the range."""
    first = f"evt_{_first_id(span.since)}" if span.since else ""
    last = f"evt_{_first_id(span.until)}" if span.until else keys.LAST
    return Records(keys.event("", first, "staff").sk, keys.event("", max(first, last), "staff").sk, LINE)


def _first_id(moment: datetime) -> str:
    return ids.time_ordered(max(moment, FIRST), 0)
