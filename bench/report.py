"""The figures of one run as JSON and as a table, with what was aimed at."""

import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import lists
from bench.delivery import Delivery
from bench.import_time import ImportTime
from bench.measure import Measured

STORE_AIM = 2.0
IMPORT_AIM = 2.3
OWN_AIM = 0.35
MEMORY_AIM = 700_000_000
MILLI = 1000


@dataclass(frozen=True)
class Starts:
    """Seconds until `ready`, and PSS in bytes; with the sample store, and with the loaded one."""

    first_seconds: float
    later_seconds: float
    memory: int
    loaded_later_seconds: float
    loaded_memory: int


@dataclass(frozen=True)
class LoadSaid:
    """What was loaded: numbers and seconds."""

    customers: int
    entries: int
    items: int
    seconds: float


def machine() -> dict[str, Any]:
    """Where the figures come from."""
    models = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return {
        "processor": models[0].partition(":")[2].strip() if models else platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "load_average": os.getloadavg()[0],
        "python": platform.python_version(),
        "at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%MZ"),
    }


def against(value: float, aim: float | None) -> dict[str, Any]:
    """A figure, the most it may be, and whether it is not more."""
    return {"value": round(value, 2), "aim": aim, "met": None if aim is None else value <= aim}


def row(measured: Measured, echo: Measured) -> dict[str, Any]:
    """The figures of one operation; milliseconds and requests per second."""
    alone, many = measured.alone, measured.many
    return {
        "operation": measured.operation.name,
        "p50_ms": round(alone.percentile(0.5) * MILLI, 2),
        "p95_ms": round(alone.percentile(0.95) * MILLI, 2),
        "rate": round(alone.rate, 1),
        "p50_ms_8": round(many.percentile(0.5) * MILLI, 2),
        "p95_ms_8": round(many.percentile(0.95) * MILLI, 2),
        "rate_8": round(many.rate, 1),
        **_ratios(measured, echo),
    }


def _ratios(measured: Measured, echo: Measured) -> dict[str, Any]:
    if not measured.store:
        return {}
    return {
        "store_calls": [call.method for call in measured.calls],
        "store_p50_ms": round(sorted(measured.store)[len(measured.store) // 2] * MILLI, 2),
        "echo_ratio": against(measured.echo_ratio(echo.alone), measured.operation.echo_aim),
        "store_ratio": against(measured.store_ratio, STORE_AIM),
    }


def document(
    measured: Sequence[Measured],
    echo: Measured,
    imports: ImportTime,
    starts: Starts,
    loaded: LoadSaid,
    delivery: Delivery,
) -> dict[str, Any]:
    """Everything that was measured."""
    return {
        "machine": machine(),
        "loaded": asdict(loaded),
        "echo": row(echo, echo),
        "operations": [row(each, echo) for each in measured],
        "delivery": {name: round(value, 2) for name, value in asdict(delivery).items()},
        "imports": {
            **{f"{name}_s": round(seconds, 3) for name, seconds in asdict(imports).items()},
            "ratio": against(imports.ratio, IMPORT_AIM),
            "own_share": against(imports.own_share, OWN_AIM),
        },
        "memory_mb": {
            "sample_store": against(starts.memory / 1e6, MEMORY_AIM / 1e6),
            "loaded_store": against(starts.loaded_memory / 1e6, None),
        },
        "starts_s": {name: round(value, 1) for name, value in asdict(starts).items() if name.endswith("seconds")},
    }


def table(figures: dict[str, Any]) -> str:
    """The document for people: a Markdown table and a few lines."""
    listed = lists.lines(figures["lists"]) if "lists" in figures else ()
    return "\n".join([*_operations(figures), "", *listed, *_others(figures)])


def _operations(figures: dict[str, Any]) -> list[str]:
    head = (
        "| operation | p50 · p95 ms, 1 client | p50 · p95 ms, 8 clients | requests/s, 1 · 8 | echo ratio | aim "
        "| bare store calls p50 ms | store ratio | aim |"
    )
    rows = [_row(each) for each in (figures["echo"], *figures["operations"])]
    return [head, "|---|---|---|---|---|---|---|---|---|", *rows]


def _row(figures: dict[str, Any]) -> str:
    alone = f"{figures['p50_ms']} · {figures['p95_ms']}"
    many = f"{figures['p50_ms_8']} · {figures['p95_ms_8']}"
    ratios = "| | | | |"
    if "store_ratio" in figures:
        store = f"{figures['store_p50_ms']} ({' + '.join(figures['store_calls'])})"
        ratios = f"{_cells(figures['echo_ratio'])} | {store} | {_cells(figures['store_ratio'])}"
    return f"| {figures['operation']} | {alone} | {many} | {figures['rate']} · {figures['rate_8']} | {ratios} |"


def _cells(figure: dict[str, Any]) -> str:
    verdict = {True: "met", False: "**missed**", None: ""}[figure["met"]]
    return f"{figure['value']} | {'' if figure['aim'] is None else figure['aim']} {verdict}".rstrip()


def _others(figures: dict[str, Any]) -> Iterator[str]:
    imports, memory, starts, loaded = (figures[name] for name in ("imports", "memory_mb", "starts_s", "loaded"))
    yield "- Events relayed after a burst: {relayed_per_second} a second; from a message's commit to the outbox".format(
        **figures["delivery"]
    )
    yield "  {outbox_p50_s} s (p50), {outbox_p95_s} s (p95)".format(**figures["delivery"])
    yield f"- Import of the packaged app and a DynamoDB client: {_said(imports['ratio'])} times boto3 with that client"
    yield "  ({app_and_client_s} s to {bare_s} s; the app alone {app_s} s)".format(**imports)
    yield f"- Our own modules while importing: {_said(imports['own_share'])} times boto3 with its client"
    yield f"- Memory (PSS) of all that `make run` starts: {_said(memory['sample_store'])} MB with the sample store,"
    yield f"  {memory['loaded_store']['value']} MB with the loaded one"
    yield "- Start: {first_seconds} s the first, {later_seconds} s a later one,".format(**starts)
    yield f"  {starts['loaded_later_seconds']} s with the loaded store of {loaded['items']} items"
    yield "- Loaded: {customers} customers and {entries} timeline entries in {seconds:.0f} s".format(**loaded)
    yield "- Machine: {processor}, {cores} cores, Python {python}, load {load_average:.1f}, {at}".format(
        **figures["machine"]
    )


def _said(figure: dict[str, Any]) -> str:
    return f"{figure['value']} (aim {figure['aim']:g}: {'met' if figure['met'] else 'MISSED'})"
