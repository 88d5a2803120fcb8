"""What a shop of 20,000 customers pays AWS a month: its traffic (tools/month.py) times what each operation takes.

What an operation takes is measured by the tests and given in; what AWS asks for stands in tools/prices.py; how many
queues, alarms and schedules there are is read from the template.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from infra import schedules
from infra.functions import FUNCTIONS
from tools import month
from tools.month import Traffic
from tools.prices import PRICES, Price

GIGABYTE = 1e9
RELAY = "relay an event"
Quantities = dict[str, tuple[float, str]]


@dataclass(frozen=True)
class Taken:
    """What one operation takes: calls by name, units of the table, events that go on the bus."""

    calls: str
    reads: float
    writes: float
    events: int = 0


@dataclass(frozen=True)
class Line:
    """One line of the bill."""

    price: Price
    quantity: float
    why: str

    @property
    def listed(self) -> float:
        """Without anything for free, in US dollars."""
        return self.price.of(self.quantity, with_free=False)

    @property
    def paid(self) -> float:
        """Less what every account has for free, in US dollars."""
        return self.price.of(self.quantity, with_free=True)


def schedule_starts() -> float:
    """How often Scheduler starts a function in a month."""
    return sum(map(_starts, (each["expression"] for each in schedules.definitions())))


def _starts(expression: str) -> float:
    if expression.startswith("cron"):
        return month.DAYS  # all of ours are once a day
    found = re.fullmatch(r"rate\((\d+) (minute|hour)s?\)", expression)
    if found is None:
        raise ValueError(f"how often is {expression}?")
    return month.MINUTES / (int(found[1]) * {"minute": 1, "hour": 60}[found[2]])


def traffic(taken: Mapping[str, Taken]) -> list[Traffic]:
    """The month, the events that follow from it counted."""
    events = sum(each.times * taken[each.operation].events for each in month.TRAFFIC)
    return [replace(each, times=events) if each.operation == RELAY else each for each in month.TRAFFIC]


def lines(
    taken: Mapping[str, Taken], resources: Mapping[str, Mapping[str, Any]], bytes_of: Mapping[str, float]
) -> list[Line]:
    """The bill. `bytes_of` says how large a new `customer` and a `note` are with all that belongs to them."""
    all_of_it = traffic(taken)
    quantities = {
        **_store(all_of_it, taken, bytes_of),
        **_turns(all_of_it, resources),
        **_messages(all_of_it, resources),
        **_watching(all_of_it, resources),
        **_rest(all_of_it),
    }
    return [Line(price, *quantities[name]) for name, price in PRICES.items()]


def _store(all_of_it: list[Traffic], taken: Mapping[str, Taken], bytes_of: Mapping[str, float]) -> Quantities:
    stored = month.CUSTOMERS * (bytes_of["customer"] + month.HISTORY * bytes_of["note"]) / GIGABYTE
    return {
        "writes": (sum(each.times * taken[each.operation].writes for each in all_of_it), "the month below"),
        "reads": (sum(each.times * taken[each.operation].reads for each in all_of_it), "the month below"),
        "storage": (stored, f"{month.CUSTOMERS:,} customers with {month.HISTORY} entries of history each"),
        "recovery": (stored, "as large as the table"),
        "keys": (month.KEY_USES, "once in five minutes for each role at work"),
    }


def _turns(all_of_it: list[Traffic], resources: Mapping[str, Mapping[str, Any]]) -> Quantities:
    spent = sum(each.times * each.milliseconds / 1000 * FUNCTIONS[each.function].memory_mb / 1024 for each in all_of_it)
    traced = sum(each.times for each in all_of_it if _traced(resources, each.function))
    return {
        "gateway": (_requests(all_of_it), "each request"),
        "invocations": (_invocations(all_of_it), "each request, message and tick"),
        "compute": (spent, "milliseconds below, memory as in the template"),
        "schedules": (schedule_starts(), "each tick"),
        "traces": (traced, "each turn of a function that is traced"),
    }


def _messages(all_of_it: list[Traffic], resources: Mapping[str, Mapping[str, Any]]) -> Quantities:
    queues, told = _queues(resources), 3 * month.LETTERS
    asked = f"{queues} queues, asked all the time; messages in and out"
    return {
        "queues": (queues * month.POLLS_A_QUEUE + 3 * (month.BIRTHDAYS + month.LETTERS + told), asked),
        "topics": (told, "what SES tells"),
        "bus": (next(each.times for each in all_of_it if each.operation == RELAY), "each event"),
    }


def _watching(all_of_it: list[Traffic], resources: Mapping[str, Mapping[str, Any]]) -> Quantities:
    kinds = [item["Type"] for item in resources.values()]
    logged = _invocations(all_of_it) * month.LOG_LINES_A_TURN * month.BYTES_OF_A_LOG_LINE / GIGABYTE
    return {
        "logs": (logged, f"{month.LOG_LINES_A_TURN} lines a turn, {month.BYTES_OF_A_LOG_LINE} bytes each"),
        "alarms": (kinds.count("AWS::CloudWatch::Alarm"), "as in the template"),
        "metrics": (_metrics(resources), "as in the template"),
        "dashboards": (kinds.count("AWS::CloudWatch::Dashboard"), "as in the template"),
    }


def _rest(all_of_it: list[Traffic]) -> Quantities:
    sent = _requests(all_of_it) * month.BYTES_OF_AN_ANSWER / GIGABYTE
    return {
        "files": (0.2, "exports of a week, seals of years"),
        "puts": (month.FILES_WRITTEN, "parts of runs and exports, lists, seals"),
        "gets": (2 * month.FILES_WRITTEN, "each is read again, some twice"),
        "people": (month.STAFF, "staff"),
        "out": (sent, f"{month.BYTES_OF_AN_ANSWER:,} bytes an answer"),
        "parameters": (1, "the signing key"),
    }


def _requests(all_of_it: list[Traffic]) -> float:
    return sum(each.times for each in all_of_it if each.function == month.HTTP)


def _invocations(all_of_it: list[Traffic]) -> float:
    """Each operation is a turn of a function, but what more customers add to a job."""
    return sum(each.times for each in all_of_it if not each.operation.endswith("each 100 customers"))


def _queues(resources: Mapping[str, Mapping[str, Any]]) -> int:
    """Queues that Lambda asks."""
    mappings = [item["Properties"] for item in resources.values() if item["Type"] == "AWS::Lambda::EventSourceMapping"]
    return sum("Queue" in json.dumps(each["EventSourceArn"]) for each in mappings)


def _metrics(resources: Mapping[str, Mapping[str, Any]]) -> int:
    filters = [item["Properties"] for item in resources.values() if item["Type"] == "AWS::Logs::MetricFilter"]
    return len({each["MetricTransformations"][0]["MetricName"] for each in filters})


def _traced(resources: Mapping[str, Mapping[str, Any]], function: str) -> bool:
    return bool(resources[function]["Properties"]["TracingConfig"]["Mode"] == "Active")
