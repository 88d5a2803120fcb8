"""What import routes and the import job work with."""

import tempfile
from dataclasses import dataclass, fields, replace
from functools import cache

from chalicelib.config import settings
from chalicelib.domain.customers.commands import Desk
from chalicelib.domain.jobs.model import Job
from chalicelib.domain.shop.model import Shop
from chalicelib.repos.files import Files, Uploaded, result_key, upload_key
from chalicelib.repos.transaction import Transaction
from chalicelib.wiring import clients, customers, jobs


@dataclass(frozen=True)
class ShopOfOneCountry(Shop):
    """The shop as an import sees it that says of which country its numbers are."""

    country: str | None = None

    def country_for(self, home_location: str | None) -> str | None:
        """That country, whatever the location says."""
        return self.country or super().country_for(home_location)


def desk(work: Transaction, job: Job) -> Desk:
    """The desk at which one row is done."""
    usual = customers.desk(work)
    known = {each.name: getattr(usual.shop, each.name) for each in fields(usual.shop)}
    return replace(
        usual, job_id=job.id, shop=ShopOfOneCountry(**known, country=job.request["options"]["default_country"])
    )


@cache
def files() -> Files:
    """The files bucket."""
    return Files(clients.s3(), settings().files_bucket)


def uploaded(import_id: str) -> Uploaded:
    """The file of an import."""
    return Uploaded(files(), upload_key(import_id))


def write_result(job: Job) -> None:
    """Put the results of all rows into one file; they pass through the disk, not through memory."""
    with tempfile.TemporaryFile() as file:
        jobs.rows().write_csv(job.id, file)
        files().put(result_key(job.id), file)
