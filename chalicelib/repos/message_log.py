"""Messages in lists: a customer's thread, the log of all by UTC day, and how many there were."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from chalicelib.domain.customers.model import Customer
from chalicelib.domain.messages.model import Message, recipient_of
from chalicelib.repos import keys, message_items
from chalicelib.repos.customer_items import from_item
from chalicelib.repos.found import Position
from chalicelib.repos.owned import Narrowed, Records, newest
from chalicelib.repos.table import Range, Table

EXAMINED = 1000
MOST_DAYS = 31  # Queries of one page; the next page goes on
COUNTED = ("channel", "purpose", "status")
Days = tuple[date, date]  # the first and the last, both included


@dataclass(frozen=True)
class ThreadPage:
    """Messages, newest first, and the position of the next page."""

    messages: list[Message]
    next: Position | None


@dataclass(frozen=True)
class LogPage:
    """Messages of all customers, newest first, each with its customer, and the position of the next page."""

    messages: list[tuple[Message, Customer | None]]
    next: Position | None


class MessageLog:
    """Reads of many messages."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def thread(
        self, customer_id: str, limit: int, position: Position | None, channel: str | None, status: str | None
    ) -> ThreadPage:
        """What went to and came from a customer: one Query.

        Raises:
            NotFound: there is no such customer.
        """
        span = Records(keys.MESSAGE, f"{keys.MESSAGE}{keys.LAST}")
        only = Narrowed.to(channel=channel, status=status)
        found = newest(self._table, customer_id, span, limit, position, only)
        return ThreadPage([message_items.from_item(item) for item in found.items], found.next)

    def days(self, days: Days, only: Narrowed | None, limit: int, position: Position | None) -> LogPage:
        """A page of the log: a Query a day, and one BatchGetItem of the messages and their customers."""
        found: list[str] = []
        after = (position or {}).get("k")
        for queries, day in enumerate(_backwards(days, position)):
            if queries == MOST_DAYS:
                return LogPage(self._whole(found), {"d": day})
            page = self._table.query(_range(day, only, after, limit - len(found)))
            after = None
            for item in page.items:
                found.append(item["sk"])
                if len(found) == limit:
                    return LogPage(self._whole(found), {"d": day, "k": item["sk"]})
            if page.last is not None:
                return LogPage(self._whole(found), {"d": day, "k": page.last})
        return LogPage(self._whole(found), None)

    def figures(self, days: Days) -> Counter[tuple[str, str, str]]:
        """How many messages there were by channel, purpose and status: a Query a day of what is counted alone."""
        counted = Counter[tuple[str, str, str]]()
        for day in _backwards(days, None):
            for item in self._table.query_all(Range(keys.message_logged(day, "").pk, fields=COUNTED)):
                counted[item["channel"], item["purpose"], item["status"]] += 1
        return counted

    def was_done(self, customer_id: str, what: str) -> bool:
        """Whether something that happens once for a customer has happened."""
        return self._table.get(keys.once(customer_id, what)) is not None

    def _whole(self, message_ids: Sequence[str]) -> list[tuple[Message, Customer | None]]:
        places = {each: keys.message(recipient_of(each) or "", each) for each in message_ids}
        profiles = {keys.profile(place.pk) for place in places.values() if place.pk.startswith("cus_")}
        items = self._table.get_many([*places.values(), *profiles])
        listed = []
        for place in places.values():
            profile = items.get(keys.profile(place.pk))
            if place in items:
                listed.append((message_items.from_item(items[place]), from_item(profile) if profile else None))
        return listed


def _range(day: str, only: Narrowed | None, after: str | None, limit: int) -> Range:
    return Range(
        keys.message_logged(day, "").pk,
        after=after,
        newest_first=True,
        limit=EXAMINED if only else limit,
        filter=only.expression if only else None,
        values=only.values if only else None,
        names=only.names if only else None,
        fields=() if only else ("sk",),
    )


def _backwards(days: Days, position: Position | None) -> Iterator[str]:
    first, day = days
    if position:
        day = min(day, date.fromisoformat(position["d"]))
    while day >= first:
        yield day.isoformat()
        day -= timedelta(days=1)
