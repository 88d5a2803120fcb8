"""The screen of all reminders: four partitions of one status, merged in the order in which they fall due."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.customers.model import Customer
from chalicelib.domain.reminders.model import Reminder
from chalicelib.repos import customer_items, keys, reminder_items
from chalicelib.repos.found import Position
from chalicelib.repos.keys import Key
from chalicelib.repos.owned import EXAMINED, EXTRA, Narrowed, all_of
from chalicelib.repos.reminder_items import REMINDER
from chalicelib.repos.table import Item, Page, Range, Table


@dataclass(frozen=True)
class Wanted:
    """Reminders of a status, due from an instant on and until before another; None narrows nothing."""

    status: str = "open"
    due_after: str | None = None
    due_before: str | None = None
    assignee: str | None = None
    customer_id: str | None = None


@dataclass(frozen=True)
class DuePage:
    """Reminders with their customers, and the position of the next page."""

    found: list[tuple[Reminder, Customer]]
    next: Position | None


class RemindersDue:
    """Lists reminders across customers."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def page(self, wanted: Wanted, limit: int, position: Position | None) -> DuePage:
        """Those that fall due first; archived customers' reminders are left out, so a page may be short."""
        if wanted.customer_id:
            shards = [self._own(wanted.customer_id, wanted, position)]
        else:
            shards = [self._shard(shard, wanted, limit, position) for shard in range(keys.SHARDS)]
        items, following = merged(shards, limit)
        return DuePage(self._with_customers(items), following)

    def _own(self, customer_id: str, wanted: Wanted, position: Position | None) -> Page:
        """One customer's reminders are few and lie together: read them all, and put them in order here."""
        first, last = _between(wanted, position)
        reminders = map(
            reminder_items.from_item, self._table.query_all(Range(customer_id, between=all_of(REMINDER)[:2]))
        )
        due = [(keys.due(each.status, each.due_at, each.id).sk, each) for each in reminders]
        items = [
            {"sk": sk, "customer_id": customer_id}
            for sk, each in due
            if first <= sk <= last and each.status == wanted.status and wanted.assignee in (None, each.assignee)
        ]
        return Page(sorted(items, key=_order), None)

    def _shard(self, shard: int, wanted: Wanted, limit: int, position: Position | None) -> Page:
        only = Narrowed.to(assignee=wanted.assignee)
        return self._table.query(
            Range(
                keys.due_partition(wanted.status, shard),
                between=_between(wanted, position),
                limit=min(limit * EXTRA, EXAMINED // keys.SHARDS) if only else limit + 1,
                filter=only.expression if only else None,
                values=only.values if only else None,
                names=only.names if only else None,
            )
        )

    def _with_customers(self, items: Sequence[Item]) -> list[tuple[Reminder, Customer]]:
        places = [(_place(item), keys.profile(item["customer_id"])) for item in items]
        wanted = dict.fromkeys(key for pair in places for key in pair)
        known = self._table.get_many(list(wanted))
        found = []
        for reminder_key, profile_key in places:
            if reminder_key in known and profile_key in known:
                customer = customer_items.from_item(known[profile_key])
                if customer.status == "active":
                    found.append((reminder_items.from_item(known[reminder_key]), customer))
        return found


def merged(shards: Sequence[Page], limit: int) -> tuple[list[Item], Position | None]:
    """The first `limit` items of all shards, and where to go on.

    A shard that has more than it gave may hold, right behind its last examined item, the next of all; so nothing
    behind the least of these ends is shown yet.
    """
    ends = [shard.last for shard in shards if shard.last is not None]
    horizon = min(ends) if ends else keys.LAST
    items = [item for item in heapq.merge(*(s.items for s in shards), key=_order) if item["sk"] <= horizon]
    if len(items) > limit:
        return items[:limit], {"k": items[limit - 1]["sk"]}
    return items, {"k": horizon} if ends else None


def _order(item: Item) -> str:
    return str(item["sk"])


def _between(wanted: Wanted, position: Position | None) -> tuple[str, str]:
    """Ids have one length, so a position with a blank behind it is just after the reminder it names."""
    first = f"{position['k']} " if position else wanted.due_after or "0"
    last = wanted.due_before or keys.LAST
    return first, max(first, last)


def _place(item: Item) -> Key:
    return reminder_items.key(item["customer_id"], item["sk"].split("#", 1)[1])
