"""Runs the whole measurement: `make bench`. A missed aim is said plainly, and is no failure."""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from app import app
from bench import delivery, import_time, lists, report, restore_time
from bench.clients import Address, Clients, Unexpected
from bench.delivery import Delivery, NotDelivered
from bench.export_speed import NotExported
from bench.import_speed import NotImported
from bench.lists import Lists
from bench.load import Loaded, Loader, loading_actor
from bench.measure import MANY, Bench, Measured, Size
from bench.operations import OPERATIONS, Operation, Shop
from bench.restore_time import NotRestored
from bench.servers import ROOT, Facet, NotStarted, echo, running
from bench.store_calls import Watch
from bench.verify import NotAsLoaded, Reader, verify
from chalicelib.wiring import clients

ROLE = "manager"
LISTS, RESTORE = "lists", "restore"


def say(text: str) -> None:
    """A line of progress."""
    print(text, flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument(
        "--entries", type=int, default=60_000, help="timeline entries besides the first of each customer"
    )
    parser.add_argument("--rounds", type=int, default=Size.rounds)
    only = "measure the operations whose name contains this, or just lists or restore"
    parser.add_argument("--only", default="", help=only)
    return parser.parse_args()


def _starts(folder: Path) -> tuple[float, float, int]:
    """Seconds of a first and a later start with the sample store, and the memory after the first."""
    say("Starting with the sample store, twice …")
    with running(folder, sample=True) as (facet, first):
        memory = facet.memory()
    with running(folder, sample=True) as (_, later):
        return first, later, memory


def _loaded(address: Address, customers: int, entries: int) -> tuple[list[Loaded], report.LoadSaid]:
    say(f"Loading {customers} customers and {entries} timeline entries …")
    Reader(address).get("customers")  # the first request puts the caller into the staff directory
    began = time.monotonic()
    loaded, items = Loader(loading_actor(), customers, entries).load()
    said = report.LoadSaid(customers, sum(each.entries for each in loaded), items, time.monotonic() - began)
    say(f"{items} items in {said.seconds:.0f} s. Comparing: {verify(address, loaded)}")
    return loaded, said


def _measured(
    facet: Address, shop: Shop, operations: Sequence[Operation], size: Size
) -> tuple[list[Measured], Measured, Delivery]:
    watch = Watch(clients.dynamodb(), app, facet.headers)
    with echo() as port, Clients(MANY) as each:
        bench = Bench(shop, each, facet, Address(port, facet.headers), watch, size)
        measured, bare = bench.measure(operations, say)
        say("Measuring how fast events and messages leave …")
        return measured, bare, delivery.measure(facet, shop, each, MANY)


def _lists(address: Address, wanted: argparse.Namespace) -> Lists | None:
    if wanted.only and wanted.only != LISTS:
        return None
    say("Measuring imports, exports and the run that looks for duplicates …")
    return lists.measure(address, loading_actor())


def _address(facet: Facet) -> Address:
    return Address(facet.port, {"Authorization": f"Bearer {facet.token(ROLE)}", "Content-Type": "application/json"})


def _restored(folder: Path, wanted: argparse.Namespace) -> None:
    with running(folder) as (facet, _):
        os.environ.update(facet.environment(), LOG_LEVEL="ERROR")
        _loaded(_address(facet), wanted.customers, wanted.entries)
        port = int(os.environ["AWS_ENDPOINT_URL"].rpartition(":")[2])
        say(restore_time.line(restore_time.measure(port)))


def _run(folder: Path, wanted: argparse.Namespace) -> dict[str, object]:
    first, later, memory = _starts(folder / "sample")
    with running(folder / "loaded") as (facet, _):
        # The app reads these with the first command; its log of requests would drown what is said here.
        os.environ.update(facet.environment(), LOG_LEVEL="ERROR")
        address = _address(facet)
        loaded, said = _loaded(address, wanted.customers, wanted.entries)
        loaded_memory = facet.memory()
        # The echo is measured beside operations, so there is one at least.
        operations = [each for each in OPERATIONS if wanted.only in each.name] or OPERATIONS[:1]
        measured, bare, left = _measured(address, Shop(loaded), operations, Size(rounds=wanted.rounds))
        through = _lists(address, wanted)
    with running(folder / "loaded") as (_, loaded_later):
        pass
    say("Measuring imports …")
    starts = report.Starts(first, later, memory, loaded_later, loaded_memory)
    figures = report.document(measured, bare, import_time.measure(), starts, said, left)
    return figures | ({"lists": lists.document(through)} if through else {})


def main() -> int:
    """0 when everything could be measured, whatever the figures are."""
    wanted = _arguments()
    try:
        with tempfile.TemporaryDirectory(prefix="facet-bench-") as folder:
            if wanted.only == RESTORE:
                _restored(Path(folder), wanted)
                return 0
            figures = _run(Path(folder), wanted)
    except (NotStarted, Unexpected, NotAsLoaded, NotDelivered, NotExported, NotImported, NotRestored) as failure:
        print(failure, file=sys.stderr)
        return 1
    (ROOT / ".facet" / "bench.json").write_text(json.dumps(figures, indent=1) + "\n")
    say(f"\n{report.table(figures)}\n\nWritten to .facet/bench.json.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
