"""docs/costs.md: what the tests measured, and the month reckoned from it. `make costs` writes it anew."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from string import Template
from typing import Any

from infra.functions import FUNCTIONS
from tools import month, prices, reckoning
from tools.month import Traffic
from tools.reckoning import Line, Taken

AIM = 1.00
TEXT = Path(__file__).with_name("costs_page.md.txt")
OPERATIONS = "## What each operation takes"
_CELLS = ("[^|]+?", "[^|]+?", r"[\d.]+", r"[\d.]+", r"\d+")  # operation, calls, reads, writes, events
_ROW = re.compile(r"^\| " + r" \| ".join(f"({cell})" for cell in _CELLS) + r" \|$", re.MULTILINE)
_SIZES = re.compile(r"A new customer takes ([\d,]+) bytes of the table, a note ([\d,]+)")


def render(
    taken: Mapping[str, Taken], bytes_of: Mapping[str, float], resources: Mapping[str, Mapping[str, Any]]
) -> str:
    """The whole page."""
    lines = reckoning.lines(taken, resources, bytes_of)
    said = {
        **_summary(lines),
        "bill": _rows(map(_line, lines)),
        "traffic": _rows(map(_traffic, reckoning.traffic(taken))),
        "operations": _rows(
            (name, t.calls, f"{t.reads:g}", f"{t.writes:g}", str(t.events)) for name, t in taken.items()
        ),
        "pages": _rows(_pages().items()),
        **{f"{name}_bytes": f"{size:,.0f}" for name, size in bytes_of.items()},
    }
    return Template(TEXT.read_text()).substitute(said)


def read(page: str) -> tuple[dict[str, Taken], dict[str, float]]:
    """What each operation takes and how large things are, as the page says.

    Raises ValueError when the page does not say.
    """
    part = page.partition(OPERATIONS)[2]
    sizes = _SIZES.search(part)
    if sizes is None:
        raise ValueError("docs/costs.md does not say how large a customer is; run make costs.")
    found = {
        name: Taken(calls, float(reads), float(writes), int(events))
        for name, calls, reads, writes, events in _ROW.findall(part)
    }
    return found, {
        name: float(text.replace(",", "")) for name, text in zip(("customer", "note"), sizes.groups(), strict=True)
    }


def _rows(rows: Iterable[Iterable[str]]) -> str:
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


def _summary(lines: list[Line]) -> dict[str, str]:
    paid, listed = sum(line.paid for line in lines), sum(line.listed for line in lines)
    (queues,) = [line.paid for line in lines if line.price is prices.PRICES["queues"]]
    return {
        "customers": f"{month.CUSTOMERS:,}",
        "paid": f"{paid:.2f}",
        "listed": f"{listed:.2f}",
        "aim": f"{AIM:.2f}",
        "kept": "met" if paid <= AIM else f"missed by {paid - AIM:.2f}",
        "queues": f"{queues:.2f}",
        "besides": f"{paid - queues:.2f}",
        "queue": f"{prices.PRICES['queues'].of(month.POLLS_A_QUEUE, with_free=False):.2f}",
        "region": prices.REGION,
        "date": prices.DATE,
        "days": str(month.OPEN_DAYS),
        "served": str(month.SERVED // month.OPEN_DAYS),
        "staff": str(month.STAFF),
    }


def _line(line: Line) -> tuple[str, ...]:
    price = line.price
    asked = f"{price.usd:.10f}".rstrip("0").rstrip(".") + ("" if price.per == 1 else f" for {price.per:,.0f}")
    free = f"{price.free:,.0f}" if price.free else "none"
    many = f"{_quantity(line.quantity)} {price.unit}"
    return price.what, many, asked, free, f"{line.listed:.3f}", f"{line.paid:.3f}", line.why


def _traffic(each: Traffic) -> tuple[str, ...]:
    function = f"{FUNCTIONS[each.function].suffix}, {each.milliseconds:,.0f} ms"
    return each.operation, _quantity(each.times), function, each.why


def _quantity(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.2f}".rstrip("0").rstrip(".")


def _pages() -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for price in prices.PRICES.values():
        found.setdefault(price.page, []).append(price.what)
    return {page: "; ".join(what) for page, what in found.items()}
