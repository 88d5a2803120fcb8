"""What import routes and the import job work with."""

import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import TypeVar

from chalicelib.config import settings
from chalicelib.domain.call import Call
from chalicelib.domain.customers.commands import Desk
from chalicelib.domain.errors import Busy, Unavailable
from chalicelib.domain.imports import commands
from chalicelib.domain.imports.model import Import
from chalicelib.domain.shop.model import Shop
from chalicelib.repos.files import Files, Uploaded, result_key, upload_key
from chalicelib.repos.import_rows import RowReader
from chalicelib.repos.imports import ImportReader, ImportWriter, new_token, saved
from chalicelib.repos.queues import ImportQueue
from chalicelib.repos.transaction import Transaction, commit_with_retry
from chalicelib.wiring import clients, customers
from chalicelib.wiring.store import table

ATTEMPTS = 5
FIRST_PAUSE = 0.5
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class ShopOfOneCountry(Shop):
    """The shop as an import sees it that says of which country its numbers are."""

    country: str | None = None

    def country_for(self, home_location: str | None) -> str | None:
        """That country, whatever the location says."""
        return self.country or super().country_for(home_location)


def desk(work: Transaction, job: Import) -> Desk:
    """The desk at which one row is done."""
    usual = customers.desk(work)
    known = {each.name: getattr(usual.shop, each.name) for each in fields(usual.shop)}
    return replace(usual, import_id=job.id, shop=ShopOfOneCountry(**known, country=job.default_country))


def reader() -> ImportReader:
    """Reads of imports."""
    return ImportReader(table())


def rows() -> RowReader:
    """Reads of row results."""
    return RowReader(table())


@cache
def files() -> Files:
    """The files bucket."""
    return Files(clients.s3(), settings().files_bucket)


@cache
def queue() -> ImportQueue:
    """The queue of the imports function."""
    return ImportQueue(clients.sqs(), settings().import_queue_url)


def uploaded(import_id: str) -> Uploaded:
    """The file of an import."""
    return Uploaded(files(), upload_key(import_id))


def write_result(job: Import) -> None:
    """Put the results of all rows into one file; they pass through the disk, not through memory."""
    with tempfile.TemporaryFile() as file:
        rows().write_csv(job.id, file)
        files().put(result_key(job.id), file)


def patiently(action: Callable[[], Answer], pause: Callable[[float], None] = time.sleep) -> Answer:
    """Do what may be done again without harm, up to five times while the store is busy or silent.

    Raises:
        Busy, Unavailable: it still is.
    """
    for attempt in range(ATTEMPTS - 1):
        try:
            return action()
        except (Busy, Unavailable):
            pause(FIRST_PAUSE * 2**attempt * random.uniform(0.5, 1.5))  # noqa: S311 -- spreads retries
    return action()


class States:
    """The states of an import, each written in a transaction of its own and only after the one before."""

    def __init__(self, call: Call) -> None:
        self._call = call

    def save(self, before: Import, after: Import) -> Import:
        """Write the next state; returns it as it was written.

        Raises:
            Taken: the import has left the state before.
        """
        kept, token = replace(after, version=before.version + 1), new_token()

        def command(work: Transaction) -> None:
            ImportWriter(work).save(before, kept, token)

        patiently(lambda: saved(lambda: commit_with_retry(table(), self._call, command)))
        return kept

    def finish(self, before: Import, after: Import) -> None:
        """Write the last state, with its event and audit entry.

        Raises:
            Taken: the import has left the state before.
        """
        kept, token = replace(after, version=before.version + 1), new_token()

        def command(work: Transaction) -> None:
            commands.finish(ImportWriter(work), work, before, kept, token)

        patiently(lambda: saved(lambda: commit_with_retry(table(), self._call, command)))
