"""Birthdays in the table: entries by day and store, and the mark that a customer's birthday of a year was seen to."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from chalicelib.domain.birthdays.calendar import Span, kept_on, spans
from chalicelib.domain.birthdays.model import Kept, facts
from chalicelib.domain.errors import NotFound
from chalicelib.repos import keys
from chalicelib.repos.customers import ACTIVE, STATUS
from chalicelib.repos.found import Position
from chalicelib.repos.owned import EXAMINED, EXTRA
from chalicelib.repos.table import Item, Range, Table
from chalicelib.repos.transaction import Transaction

FREE = "attribute_not_exists(pk)"
PAGE = 100
Passes = Callable[[Kept], bool]


class AlreadyDone(Exception):
    """The customer's birthday of this year was seen to before."""


class NotActive(Exception):
    """The customer was archived meanwhile."""


@dataclass(frozen=True)
class BirthdayPage:
    """Birthdays, each with the year in which it is kept, and the position of the next page."""

    found: list[tuple[Kept, int]]
    next: Position | None


class BirthdayReader:
    """Reads of birthdays; customers themselves are not read."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def at(self, day: date, home_location: str | None) -> Iterator[list[Kept]]:
        """The birthdays kept on a day by customers of one home location, 100 at a time: one Query a kept date."""
        found = (
            item
            for month, number in kept_on(day)
            for item in self._table.query_all(
                Range(
                    keys.birthday_partition(f"{month:02d}"),
                    begins=keys.birthday(f"{month:02d}", f"{number:02d}", home_location, "").sk,
                )
            )
        )
        yield from _in_hundreds(found)

    def on(self, day: date) -> Iterator[Kept]:
        """The birthdays kept on a day, whatever the store."""
        for span in spans(day, day):
            yield from map(facts, self._table.query_all(_range(span)))

    def between(self, first: date, last: date) -> tuple[list[tuple[Kept, int]], bool]:
        """The birthdays of these days with the year in which each is kept, as many as one Query a month reads (1 MB),
        and whether there are more.
        """
        pages = [(span, self._table.query(_range(span))) for span in spans(first, last)]
        found = [(facts(item), span.year) for span, page in pages for item in page.items]
        return found, any(page.last is not None for _, page in pages)

    def page(
        self, first: date, last: date, limit: int, position: Position | None, passes: Passes | None = None
    ) -> BirthdayPage:
        """Birthdays in the order of their days, one Query a month; a narrowed page may be short."""
        found: list[tuple[Kept, int, str]] = []
        most = min(limit * EXTRA, EXAMINED) if passes else limit + 1
        for span, wanted in _following(list(spans(first, last)), position):
            page = self._table.query(replace(wanted, limit=most))
            most -= len(page.items)
            kept = ((facts(item), item["sk"]) for item in page.items)
            found += [(each, span.year, sk) for each, sk in kept if passes is None or passes(each)]
            if len(found) > limit:
                return BirthdayPage([each[:2] for each in found[:limit]], _place(*found[limit - 1]))
            if page.last is not None:
                return BirthdayPage([each[:2] for each in found], {"y": span.year, "m": span.month, "k": page.last})
            if most <= 0:
                return BirthdayPage([each[:2] for each in found], {"y": span.year, "m": span.month, "k": keys.LAST})
        return BirthdayPage([each[:2] for each in found], None)

    def done(self, customer_ids: Sequence[str], year: int) -> set[str]:
        """Those of at most 100 customers whose birthday of this year was seen to: one read."""
        marks = [keys.once(customer_id, _mark(year)) for customer_id in customer_ids]
        return {key.pk for key in self._table.get_many(marks)}


def mark_done(work: Transaction, customer_id: str, year: int) -> None:
    """See to the birthday of an active customer once a year.

    Raises (on commit):
        AlreadyDone, NotActive, NotFound: it was done, or must not be.
    """
    work.put(
        keys.once(customer_id, _mark(year)),
        {"at": work.call.at},
        condition=FREE,
        otherwise=lambda _: AlreadyDone(),
    )
    work.check(keys.profile(customer_id), ACTIVE, {":active": "active"}, names=STATUS, otherwise=_inactive)


def _inactive(profile: Item | None) -> Exception:
    return NotActive() if profile else NotFound("There is no such customer.")


def _mark(year: int) -> str:
    return f"birthday#{year}"


def _range(span: Span) -> Range:
    first, last = f"{span.first:02d}#", f"{span.last:02d}#{keys.LAST}"
    return Range(keys.birthday_partition(f"{span.month:02d}"), between=(first, last))


def _following(months: Sequence[Span], position: Position | None) -> Iterator[tuple[Span, Range]]:
    """The rest of each month from the position on. A blank behind an entry's key is just after that entry."""
    for span in months:
        wanted = _range(span)
        reached = (position["y"], position["m"]) if position else (0, 0)
        if position and wanted.between and (span.year, span.month) == reached:
            wanted = replace(wanted, between=(f"{position['k']} ", wanted.between[1]))
        if (span.year, span.month) >= reached and wanted.between and wanted.between[0] < wanted.between[1]:
            yield span, wanted


def _place(kept: Kept, year: int, sk: str) -> Position:
    return {"y": year, "m": int(kept.birthday[-5:-3]), "k": sk}


def _in_hundreds(items: Iterable[Item]) -> Iterator[list[Kept]]:
    batch: list[Kept] = []
    for item in items:
        batch.append(facts(item))
        if len(batch) == PAGE:
            yield batch
            batch = []
    if batch:
        yield batch
