"""What bulk routes and the bulk job work with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.bulk.job import Position
from chalicelib.domain.bulk.rows import Task
from chalicelib.domain.customers.commands import Desk
from chalicelib.domain.customers.filters import Filters
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.customers.narrowing import CustomerFilter
from chalicelib.domain.errors import Invalid
from chalicelib.domain.jobs.model import Job, StoredFile
from chalicelib.repos.consents import ConsentReader
from chalicelib.repos.customer_list import CustomerPage
from chalicelib.repos.shop import ShopWriter
from chalicelib.repos.spool import Spool
from chalicelib.repos.transaction import Transaction
from chalicelib.wiring import customers, imports, shop
from chalicelib.wiring.store import table

MOST_COUNTED = 1000
MOST_PAGES = 20


@dataclass(frozen=True)
class Parts:
    """The files of a selection in the bucket."""

    bulk_id: str

    def write(self, name: str, customer_ids: Sequence[str]) -> StoredFile:
        """Write one part."""
        return self._spool(name).write(customer_ids)

    def read(self, name: str, file: StoredFile, offset: int) -> Iterable[tuple[str, int]]:
        """The ids from this byte on, each with the byte after its line."""
        return self._spool(name).read(file, offset)

    def _spool(self, name: str) -> Spool:
        return Spool(imports.files(), f"bulk/{self.bulk_id}/{name}.jsonl")


def desk(work: Transaction, job: Job) -> Desk:
    """The desk at which one row is done."""
    return replace(customers.desk(work), job_id=job.id)


def filters(job: Job) -> Filters | None:
    """The filters of the selection; None when it names the customers."""
    wanted = job.request["selection"].get("filter")
    return None if wanted is None else customers.filters(CustomerFilter.model_validate(wanted), job.actor.roles)


def page(job: Job, position: Position | None, now: datetime) -> tuple[Sequence[str], Position | None]:
    """The ids at a position of the selection, and the next position."""
    wanted = filters(job)
    if wanted is None:
        return job.request["selection"]["ids"], None
    found = customers.select_page(wanted, position, now)
    return [customer.id for customer in found.customers], found.next


def task(job: Job, wanted: Filters | None, work: Transaction) -> Task:
    """The action of the job; its tags must be there when the row commits.

    Raises:
        Invalid: one of the tags was removed meanwhile.
    """
    tags = tuple(job.request["tag_ids"])
    if job.request["action"]["kind"] == "tag":
        if not _known(tags, work):
            raise Invalid.field("/tags", "names a tag that was removed")
        ShopWriter(work).require_tags(tags)
    return Task(job.request["action"], tags, lambda customer: _meant(wanted, customer))


def _known(tags: Iterable[str], work: Transaction) -> bool:
    """Whether these tags are there; the request may have made one a moment ago, in another process."""
    wanted = set(tags)
    return (work.attempt == 0 and wanted <= shop.shop.get().tags.keys()) or wanted <= shop.shop.fresh().tags.keys()


def _meant(wanted: Filters | None, customer: Customer) -> bool:
    """Whether the customer still passes; consents lie beside the customer."""
    if wanted is None or wanted.consent is None:
        return wanted is None or wanted.accepts(customer)
    return wanted.accepts(customer) and ConsentReader(table()).current(customer.id).agreed(*wanted.consent)


def count(wanted: Filters, now: datetime) -> tuple[int, bool, list[Customer]]:
    """How many customers pass, whether that is all of them, and the first of them.

    It stops at a thousand customers or twenty pages, so that a request stays within its time.
    """
    total, first, position = 0, list[Customer](), None
    for _ in range(MOST_PAGES):
        found: CustomerPage = customers.select_page(wanted, position, now)
        total, position = total + len(found.customers), found.next
        first += found.customers
        if position is None or total >= MOST_COUNTED:
            break
    return total, position is None, first
