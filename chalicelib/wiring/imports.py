"""What import routes and the import job work with."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import cache
from itertools import islice
from pathlib import Path
from typing import IO, Any

from chalicelib.config import settings
from chalicelib.domain.consents import commands as consent_commands
from chalicelib.domain.customers.commands import Desk
from chalicelib.domain.errors import Invalid, NotFound
from chalicelib.domain.imports import saved
from chalicelib.domain.imports.commands import RowDesk
from chalicelib.domain.imports.dates import DateEvidence
from chalicelib.domain.imports.model import MOST_ROWS, NewMapping, only_checked, options_of
from chalicelib.domain.imports.planning import Said
from chalicelib.domain.imports.reading import read_file
from chalicelib.domain.imports.records import ReadOptions, Record, Table
from chalicelib.domain.imports.unreadable import Unreadable
from chalicelib.domain.jobs.model import Job, StoredFile
from chalicelib.domain.jobs.run import Turn
from chalicelib.domain.shop.model import Shop
from chalicelib.domain.shop.tags import unknown_names
from chalicelib.domain.text import folded_key
from chalicelib.repos import import_files
from chalicelib.repos.consents import ConsentWriter
from chalicelib.repos.customers import CustomerWriter
from chalicelib.repos.files import (
    CSV,
    MOST_UPLOAD_BYTES,
    MOST_WHOLE_BYTES,
    XLSX,
    Files,
    Uploaded,
    mend_key,
    result_key,
    upload_key,
)
from chalicelib.repos.known import Found, MarkWriter
from chalicelib.repos.rehearsal import Over, RehearsedConsents
from chalicelib.repos.spool import JSON_LINES, Spool
from chalicelib.repos.transaction import Transaction
from chalicelib.wiring import clients, consents, customers, import_mappings, jobs, shop

CONTENT_TYPES = {"csv": CSV, "xlsx": XLSX, "jsonl": JSON_LINES}
RENEWED = 50_000  # records between two renewals of the lease
MOST_HEADER = 50_000  # characters: the header stands in the job's own record
OVERLAY = "seen.sqlite"
MADE = "row "  # a customer who would be made goes by the row that would make them


@dataclass(frozen=True)
class ShopOfOneCountry(Shop):
    """The shop as an import sees it that says of which country its numbers are."""

    country: str | None = None

    def country_for(self, home_location: str | None) -> str | None:
        """That country, whatever the location says."""
        return self.country or super().country_for(home_location)


def shop_of(country: str | None) -> Shop:
    """The shop for an import of this country; the same object as long as the shop is not read anew."""
    usual = shop.shop.get()
    if country is None:
        return usual
    if country not in _last or _last[country][0] is not usual:
        known = {each.name: getattr(usual, each.name) for each in fields(usual)}
        _last[country] = (usual, ShopOfOneCountry(**known, country=country))
    return _last[country][1]


_last: dict[str, tuple[Shop, Shop]] = {}


def row_desk(work: Transaction, job: Job, row: int, found: Found, shard: int | None) -> RowDesk:
    """The desk at which one row is done, as `found` decides it; `shard` counts the customers of one transaction."""
    desk = replace(_desk(work, job, row), customers=CustomerWriter(work, shard))
    return RowDesk(desk, consent_commands.Desk(work.call, desk, ConsentWriter(work)), MarkWriter(work, found))


def rehearsal_desk(work: Transaction, job: Job, row: int, over: Over) -> RowDesk:
    """The desk at which one row is checked; a customer who would be made goes by the row."""
    rehearsal = over.rehearsal
    desk = replace(_desk(work, job, row), customers=over, work=rehearsal)
    said = RehearsedConsents(rehearsal, consents.reader().current)
    return RowDesk(desk, consent_commands.Desk(work.call, desk, said), rehearsal, customer_id=f"{MADE}{row}")


def rehearsed_tags(names: Sequence[str]) -> tuple[str, ...]:
    """The ids of tags, and stand-ins for those that an import would make.

    Raises:
        Invalid: a name cannot be one of a tag.
    """
    known = shop.shop.get()
    new = {folded_key(name): f"new {folded_key(name)}" for name in unknown_names(names, known)}
    found = ((tag, folded_key(name)) for name in names for tag in [known.tag_named(name)])
    return tuple(dict.fromkeys(tag.id if tag else new[key] for tag, key in found))


def _desk(work: Transaction, job: Job, row: int) -> Desk:
    country, name = job.request["options"]["default_country"], job.request.get("file_name")
    return replace(customers.desk(work), shop=shop_of(country), job_id=job.id, row=row, file_name=name)


@cache
def files() -> Files:
    """The files bucket."""
    return Files(clients.s3(), settings().files_bucket)


def chosen(said: Said) -> Said:
    """The request with the mapping that was saved in the place of its id.

    Raises:
        Invalid: there is no such mapping.
    """
    if said.mapping_id is None:
        return said
    try:
        kept = import_mappings.reader().get(said.mapping_id)
    except NotFound as unknown:
        raise Invalid.field("/mapping_id", "is no mapping that was saved") from unknown
    return said.model_copy(update={"mapping": kept.mapping, "mapping_id": None})


def save_mapping(work: Transaction, said: NewMapping) -> None:
    """Keep the mapping that was said under the name that was asked for.

    Raises:
        Invalid: none was said.
        Conflict: another one has the name.
    """
    if said.mapping is None:
        raise Invalid.field("/save_as", "needs a mapping to keep")
    saved.save(import_mappings.desk(work), str(said.save_as), said.model_dump()["mapping"], "/save_as")


def form(job: Job) -> dict[str, Any]:
    """The form to upload the file of an import with."""
    most = MOST_WHOLE_BYTES if job.request["kind"] == "everything" else MOST_UPLOAD_BYTES
    return files().upload_form(upload_key(job.id), CONTENT_TYPES[job.request["format"]], most)


def links(job: Job) -> tuple[str, str]:
    """Links to the results of all rows, and to the rejected ones."""
    ending = _ending(job)
    name = f"{job.id}-rejected.{ending}"
    return (
        files().download_link(result_key(job.id), f"{job.id}.csv"),
        files().download_link(mend_key(job.id, ending), name, f"{CONTENT_TYPES[ending]}; charset=utf-8"),
    )


def normalised(turn: Turn) -> Job:
    """The job when its file has become a spool of records: whatever it was, everything later reads these.

    Raises:
        Unreadable: the file is not what it is said to be, or has no rows, or too many.
    """
    job, uploaded = turn.job, Uploaded(files(), upload_key(turn.job.id))
    options = options_of(job)
    with tempfile.TemporaryFile() as file:
        for block in uploaded.blocks(uploaded.describe(), 0):
            file.write(block)
        read = ReadOptions(options.encoding, options.delimiter, options.sheet)
        table = read_file(file, job.request.get("format", "csv"), read)
        counted = _Counted(table, turn)
        spool = _spool(job).write(counted.lines())
    if not counted.records:
        raise Unreadable("The file has no rows below its header.")
    state = {"spool": asdict(spool), "records": counted.records, "header": list(table.header)}
    return turn.job.with_state(**state, file=dict(table.facts), dates=counted.evidence.facts(), offset=0)


def records(job: Job, offset: int) -> Iterator[tuple[Record, int]]:
    """The records of the spool from this byte on, each with the byte behind it."""
    for (line, cells, *fault), end in _spool(job).read(StoredFile(**job.state["spool"]), offset):
        yield Record(line, tuple(cells), fault[0] if fault else None), end


def write_files(job: Job) -> None:
    """The results of all rows, and the rejected rows; they pass through the disk, not through memory."""
    checked = only_checked(job)
    every = jobs.rows().all(job.id, checked=checked)
    _put(result_key(job.id), CSV, lambda file: import_files.write_result(every, file))
    rows = jobs.rows().all(job.id, checked=checked)
    cells = (record.cells for record, _ in islice(records(job, 0), job.total))
    mended, header = import_files.rejected(rows, cells), job.state["header"]
    if _ending(job) == "jsonl":
        _put(mend_key(job.id, "jsonl"), JSON_LINES, lambda file: import_files.write_json_lines(header, mended, file))
    else:
        delimiter = job.state["file"].get("delimiter") or ","
        _put(mend_key(job.id, "csv"), CSV, lambda file: import_files.write_csv(header, mended, delimiter, file))


def keep_seen(import_id: str, path: Path) -> StoredFile:
    """Put the disk of a dry run into the bucket, for a later turn."""
    with path.open("rb") as file:
        return files().put(f"imports/{import_id}/{OVERLAY}", file, "application/vnd.sqlite3")


def fetch_seen(import_id: str, kept: StoredFile, path: Path) -> None:
    """The disk of a dry run as an earlier turn left it.

    Raises:
        Unreadable: it is gone.
    """
    with path.open("wb") as file:
        for block in Uploaded(files(), f"imports/{import_id}/{OVERLAY}").blocks(kept, 0):
            file.write(block)


class _Counted:
    """The records of a table as lines of the spool, counted and searched for dates on their way."""

    def __init__(self, table: Table, turn: Turn) -> None:
        self._table, self._turn = table, turn
        self.records, self.evidence = 0, DateEvidence()
        if sum(map(len, table.header)) > MOST_HEADER:
            raise Unreadable("The header is too long.")

    def lines(self) -> Iterator[list[Any]]:
        for record in self._table.records():
            self.records += 1
            if self.records > MOST_ROWS:
                raise Unreadable(f"The file has more than {MOST_ROWS:,} rows. Divide it.")
            if self.records % RENEWED == 0:
                self._turn.renew()
            self.evidence.add(record)
            yield [record.line, record.cells, *([record.fault] if record.fault else [])]


def _ending(job: Job) -> str:
    return "jsonl" if job.request.get("format") == "jsonl" else "csv"


def _spool(job: Job) -> Spool:
    return Spool(files(), f"imports/{job.id}/rows.jsonl")


def _put(key: str, content_type: str, write: Callable[[IO[bytes]], None]) -> None:
    with tempfile.TemporaryFile() as file:
        write(file)
        files().put(key, file, content_type)
