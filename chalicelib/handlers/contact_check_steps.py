"""The steps of a look over all customers' contact details, with what they work with."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import partial

from chalicelib.domain.call import Call
from chalicelib.domain.contact_checks import job
from chalicelib.domain.contact_checks.commands import renewed
from chalicelib.domain.contact_checks.job import Outcome, Position
from chalicelib.domain.contact_checks.model import Findings
from chalicelib.domain.contact_checks.rules import doubts
from chalicelib.domain.customers.filters import Filters
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.errors import NotFound
from chalicelib.domain.jobs.model import Job
from chalicelib.domain.jobs.run import Turn
from chalicelib.domain.shop.model import Shop
from chalicelib.repos.contact_findings import Dropped, FindingWriter, customer_of
from chalicelib.repos.dashboard import customer_counts
from chalicelib.repos.keys import Key
from chalicelib.repos.transaction import Transaction, commit_with_retry
from chalicelib.wiring import contact_checks, customers, shop
from chalicelib.wiring.jobs import patiently
from chalicelib.wiring.store import table

STATUSES = ("open", "dismissed")
PAGE = 50


class Look:
    """What one worker's turn at a look works with."""

    def __init__(self, of: Job, clock: Callable[[], datetime]) -> None:
        self._job, self._clock = of, clock

    def expected(self) -> int:
        """About how many customers there are."""
        return customer_counts(table())["active"]

    def look(self, position: Position | None) -> Outcome:
        """Renew the findings of the next hundred customers."""
        page, counted = customers.select_page(Filters(), position, self._clock()), Counter({"customers": 0})
        known = contact_checks.reader().of([customer.id for customer in page.customers])
        reference, today = shop.shop.get(), self._clock().astimezone(UTC).date()
        for customer in page.customers:
            counted["customers"] += 1
            if self._after(customer, known[customer.id], reference, today) != known[customer.id]:
                counted.update(self._renew(customer.id, reference, today))
        return dict(counted), page.next

    def _after(self, customer: Customer, before: Findings, reference: Shop, today: date) -> Findings:
        return renewed(before, doubts(customer, reference, today), customer.doc.get("assignee"), self._call())

    def _renew(self, customer_id: str, reference: Shop, today: date) -> Counter[str]:
        def command(work: Transaction) -> Counter[str]:
            writer = FindingWriter(work)
            customer, before = writer.about(customer_id)
            after = self._after(customer, before, reference, today)
            if after != before:
                writer.save(before, after)
            return _difference(before, after)

        return self._done(command)

    def clear(self, position: Position | None) -> Outcome:
        """Remove findings of customers who are archived or gone, from the next fifty entries of the queue."""
        status = STATUSES[int((position or {}).get("s", 0))]
        entries, following = contact_checks.reader().listed(status, None, None, PAGE, position)
        owners = list(dict.fromkeys(map(customer_of, entries)))
        people = {customer.id: customer for customer, _ in contact_checks.reader().about_many(owners)}
        counted: Counter[str] = Counter({"gone": 0})
        for entry in (each for each in entries if customer_of(each) not in people):
            counted.update(self._done(partial(_drop, entry)))
        for customer in people.values():
            if customer.status != "active":
                counted.update(self._done(partial(_forget, customer.id)))
        if following is not None:
            return dict(counted), {**following, "s": STATUSES.index(status)}
        return dict(counted), {"s": 1} if status == STATUSES[0] else None

    def _done(self, command: Callable[[Transaction], Counter[str]]) -> Counter[str]:
        try:
            return patiently(lambda: commit_with_retry(table(), self._call(), command))
        except (NotFound, Dropped):  # the customer was erased meanwhile; another worker was quicker
            return Counter()

    def _call(self) -> Call:
        return Call(self._job.actor, self._clock(), self._job.id)


def _forget(customer_id: str, work: Transaction) -> Counter[str]:
    writer = FindingWriter(work)
    _, before = writer.about(customer_id)
    if before.items:
        writer.forget(before)
    return Counter({"gone": len(before.items)})


def _drop(entry: Key, work: Transaction) -> Counter[str]:
    FindingWriter(work).drop(entry)
    return Counter({"gone": 1})


def steps(turn: Turn) -> Iterator[Job]:
    """The look after each of its steps."""
    return job.steps(turn, Look(turn.job, turn.now))


def _difference(before: Findings, after: Findings) -> Counter[str]:
    old, new = ({finding.id for finding in each.items} for each in (before, after))
    return Counter({"found": len(new - old), "gone": len(old - new)})
