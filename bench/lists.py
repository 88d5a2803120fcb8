"""Lists that come in, go out and are looked through for duplicates: what the three take, as figures and for people."""

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any

from bench import duplicate_run, export_speed, import_speed
from bench.clients import Address
from bench.duplicate_run import Measured
from bench.export_speed import ExportSpeed
from bench.import_speed import Speed
from chalicelib.domain.call import Actor
from chalicelib.wiring import store

EXPORT_AIM = 4.0  # bare reads that an export may take: it reads, writes rows, and writes them once more as one file
GROWTH_SLACK = 1.3


@dataclass(frozen=True)
class Lists:
    """Everything that was measured of lists."""

    came: Speed
    went: Sequence[ExportSpeed]
    looked_through: Sequence[Measured]


def measure(facet: Address, actor: Actor, sizes: Sequence[int] = duplicate_run.SIZES) -> Lists:
    """Exports before imports, which bring more customers in. Raises NotExported, NotImported, Unexpected."""
    went = export_speed.measure(facet, store.table().name)
    return Lists(import_speed.measure(actor), went, [_duplicates(size) for size in sizes])


def _duplicates(size: int) -> Measured:
    """In a process of its own, so that the peak of its memory is its own too."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as fresh:
        return fresh.submit(duplicate_run.run, size).result()


def document(lists: Lists) -> dict[str, Any]:
    """The figures, with what was aimed at."""
    small, large = lists.looked_through[0], lists.looked_through[-1]
    grown, expected = duplicate_run.growth(small, large)
    came = lists.came.ratio
    return {
        "import": {
            **{name: round(value, 2) for name, value in asdict(lists.came).items()},
            "ratio": {"value": round(came, 2), "aim": import_speed.AIM, "met": came >= import_speed.AIM},
        },
        "exports": [
            {
                "format": each.format,
                "rows": each.rows,
                "rows_per_second": round(each.rows_per_second, 1),
                "bare_rows_per_second": round(each.bare_rows_per_second, 1),
                "ratio": {"value": round(each.ratio, 2), "aim": EXPORT_AIM, "met": each.ratio <= EXPORT_AIM},
            }
            for each in lists.went
        ],
        "duplicates": [asdict(each) for each in lists.looked_through],
        "duplicates_growth": {
            "value": grown,
            "aim": round(expected * GROWTH_SLACK, 2),
            "met": grown <= expected * GROWTH_SLACK,
            "n_log_n": expected,
        },
    }


def lines(figures: dict[str, Any]) -> Iterator[str]:
    """The figures for people."""
    came = figures["import"]
    yield "- Import: {rows_per_second} rows a second; the same items in bare transactions".format(**came)
    yield "  {bare_rows_per_second}; {said} of it; {write_units_per_row} write units a row,".format(
        said=_said(came["ratio"]), **came
    )
    yield "  {rows_per_transaction} rows a transaction".format(**came)
    for each in figures["exports"]:
        yield "- Export of {rows} customers as {format}: {rows_per_second} a second, bare reads".format(**each)
        yield "  {bare_rows_per_second}; {said} times the bare reads".format(said=_said(each["ratio"]), **each)
    for each in figures["duplicates"]:
        yield "- Duplicates among {customers}: {seconds} s of the processor, {compared} pairs compared,".format(**each)
        yield "  {found} found, precision {precision}, recall {recall}, memory up to {peak_mb} MB".format(**each)
    growth = figures["duplicates_growth"]
    yield f"- Duplicates, the large run against the small one: {_said(growth)} times; n log n is {growth['n_log_n']}"


def _said(figure: dict[str, Any]) -> str:
    return f"{figure['value']} (aim {figure['aim']:g}: {'met' if figure['met'] else 'MISSED'})"
