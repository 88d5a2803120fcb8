"""How fast a list comes in, beside the very same items in bare transactions: same client, same threads, in turns."""

import csv
import io
import statistics
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

from bench.people import Person, person
from bench.units import write_units
from chalicelib.domain import instants
from chalicelib.domain.call import Actor, Call
from chalicelib.domain.imports.model import NewImport
from chalicelib.domain.imports.planning import asked
from chalicelib.domain.jobs import commands
from chalicelib.domain.jobs.model import Job
from chalicelib.domain.jobs.run import Bench, Turn
from chalicelib.handlers.job_rows import WORKERS
from chalicelib.handlers.jobs_steps import steps_of
from chalicelib.repos.files import upload_key
from chalicelib.repos.jobs import JobWriter
from chalicelib.repos.table import Table
from chalicelib.repos.transaction import Transaction
from chalicelib.wiring import clients, imports, jobs, store

AIM = 0.5
FIRST_NEW = 3_000_000  # numbers of people whom nothing else measures
HEADER = ("given_name", "family_name", "phone", "email", "birthday", "occupation", "home_line1", "home_city")
MORE = ("home_country", "language", "preferred_channel", "tags")
PLENTY = 3600.0  # seconds
HELD = timedelta(minutes=10)
Operations = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Speed:
    """Medians of the rounds: rows a second of whole imports and of their bare items, and units of one row."""

    rows_per_second: float
    bare_rows_per_second: float
    ratio: float
    write_units_per_row: float
    rows_per_transaction: float


class NotImported(Exception):
    """A row was not created."""


def measure(actor: Actor, rows: int = 2000, rounds: int = 5, first: int = FIRST_NEW) -> Speed:
    """The speed at which people come in who are new, in rounds of so many rows.

    Raises:
        NotImported: an import did not create every row.
    """
    imported, bare, units, transactions = [], [], 0.0, 0
    for number in range(rounds):
        people = [person(first + number * rows + each) for each in range(rows)]
        with recorded() as written:
            imported.append(rows / _imported(actor, people))
        written = [each for each in written if _of_rows(each)]
        bare.append(rows / _bare(written))
        units += sum(map(write_units, written))
        transactions += len(written)
    ratio = statistics.median(one / other for one, other in zip(imported, bare, strict=True))
    every = rows * rounds
    return Speed(statistics.median(imported), statistics.median(bare), ratio, units / every, every / transactions)


def _imported(actor: Actor, people: Sequence[Person]) -> float:
    """Seconds of an import from its upload to its end: reading, every row, checkpoints and result files."""
    call = Call(actor, datetime.now(UTC), "bench")
    states, job = jobs.States(call), _begun(call)
    # The function that the bucket tells of the file must leave it to us.
    held = states.save(job, replace(job, leased_until=instants.to_text(call.now + HELD)))
    imports.files().put(upload_key(job.id), io.BytesIO(_file(people)))
    turn = Turn(Bench(states, lambda: datetime.now(UTC), lambda: PLENTY), replace(held, leased_until=None))
    began = time.perf_counter()
    turn.go(steps_of("import"))
    seconds = time.perf_counter() - began
    done = jobs.reader().get(job.id, "import", datetime.now(UTC))
    if done.counts != {"created": len(people)}:
        raise NotImported(f"the import is {done.status}: {dict(done.counts)} {done.reason or ''}")
    return seconds


def _begun(call: Call) -> Job:
    work = Transaction(store.table(), call)
    wanted = asked(NewImport.model_validate({"kind": "customers"}), call.now, dry_run=False)
    job = commands.make(work.call, JobWriter(work), work, "import", wanted)
    work.commit()
    return job


def _file(people: Sequence[Person]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow((*HEADER, *MORE))
    writer.writerows(map(_cells, people))
    return text.getvalue().encode()


def _cells(each: Person) -> Iterator[str]:
    body = each.body
    home = body["addresses"][0]
    yield from (*each.names, each.phone, each.email or "", body["birthday"], body["occupation"])
    yield from (home["line1"], home["city"], home["country"], body["language"], body["preferred_channel"])
    yield "|".join(body["tags"])


@contextmanager
def recorded() -> Iterator[list[Operations]]:
    """The transactions of rows that are written meanwhile; those of checkpoints hold one or two items."""
    written: list[Operations] = []
    lock, real = threading.Lock(), Table.write

    def write(table: Table, operations: Iterable[Mapping[str, Any]]) -> None:
        with lock:
            written.append(list(operations))
        real(table, operations)

    with patch.object(Table, "write", write):
        yield written


def _bare(written: Sequence[Operations]) -> float:
    """Seconds of these transactions, to items of other keys, so that their conditions hold again."""
    aside = [[_aside(operation) for operation in deepcopy(operations)] for operations in written]
    client = clients.dynamodb()
    began = time.perf_counter()
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(lambda operations: client.transact_write_items(TransactItems=operations), aside))
    return time.perf_counter() - began


def _of_rows(operations: Operations) -> bool:
    return any(
        body.get("Item", {}).get("sk", {}).get("S", "").startswith("ROW#") for (body,) in map(_bodies, operations)
    )


def _bodies(operation: Mapping[str, Any]) -> Iterator[Any]:
    yield from operation.values()


def _aside(operation: Mapping[str, Any]) -> Mapping[str, Any]:
    if "ConditionCheck" in operation:
        return operation
    for body in operation.values():
        key = body.get("Key") or body["Item"]
        key["pk"] = {"S": f"BENCH{key['pk']['S']}"}
    return operation
