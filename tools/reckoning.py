"""What a shop of 20,000 customers pays AWS a month: its traffic, line by line, times what each operation takes.

What an operation takes is measured by the tests and given in; what AWS asks for stands in tools/prices.py; how many
queues, alarms and schedules there are is read from the template.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from infra import schedules
from infra.functions import FUNCTIONS
from tools.prices import PRICES, Price

CUSTOMERS = 20_000
OPEN_DAYS = 26
DAYS = 30
MINUTES = DAYS * 24 * 60
HTTP = "APIHandler"
# Lambda asks each queue with five connections, each of which waits for 20 seconds: AWS Compute Blog, "Understanding how
# AWS Lambda scales with Amazon SQS standard queues".
POLLS_A_QUEUE = 5 * 3 * MINUTES
GIGABYTE = 1e9


@dataclass(frozen=True)
class Taken:
    """What one operation takes: calls by name, units of the table, events that go on the bus."""

    calls: str
    reads: float
    writes: float
    events: int = 0


@dataclass(frozen=True)
class Traffic:
    """How often an operation is done in a month, and which function does it for how long."""

    operation: str
    times: float
    why: str
    function: str = HTTP
    milliseconds: float = 120


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


SERVED = 100 * OPEN_DAYS
SCREENS = 10 * 20 * OPEN_DAYS
BIRTHDAYS = CUSTOMERS / 12
MAILS = 1_000
HUNDREDS = CUSTOMERS / 100

TRAFFIC = (
    Traffic(
        "GET /v1/customers", SERVED + SCREENS / 4, "everybody who is served is looked up: 100 a day; lists of staff"
    ),
    Traffic("GET /v1/customers/{customer_id}/overview", SERVED, "once each"),
    Traffic("GET /v1/customers/{customer_id}/timeline", SERVED / 4, "for every fourth"),
    Traffic("POST /v1/customers/{customer_id}/notes", SERVED / 2, "for every second"),
    Traffic("POST /v1/customers/{customer_id}/calls", SERVED / 4, "for every fourth"),
    Traffic("POST /v1/customers/{customer_id}/inquiries", 150, "assumed"),
    Traffic("PATCH /v1/customers/{customer_id}/inquiries/{inquiry_id}", 150, "each is answered"),
    Traffic("POST /v1/customers/{customer_id}/reminders", 500, "assumed"),
    Traffic("PATCH /v1/reminders/{reminder_id}", 500, "each is done"),
    Traffic("POST /v1/customers", 300, "new customers"),
    Traffic("PATCH /v1/customers/{customer_id}", 600, "changed details"),
    Traffic("POST /v1/customers/{customer_id}/consents", 300, "of the new ones"),
    Traffic("PUT /v1/customers/{customer_id}/tags", 300, "assumed"),
    Traffic("GET /v1/customers/{customer_id}", SCREENS / 4, "ten staff open 20 screens a day"),
    Traffic("GET /v1/today", SCREENS / 4, "as above"),
    Traffic("GET /v1/dashboard", SCREENS / 4, "as above"),
    Traffic("POST /v1/messages", 300, "letters of staff"),
    Traffic("GET /v1/exports/{export_id}", 20, "looking whether it is done, and the link"),
    Traffic("relay an event", 0, "every event that the above and the sweeps publish", "Relay", 100),
    Traffic("plan a birthday message", BIRTHDAYS, "a twelfth of the customers", "Worker", 150),
    Traffic("send a mail", MAILS + 300, "a thousand agree to birthday mails; letters of staff", "Sender", 300),
    Traffic("take in what SES tells", 3 * (MAILS + 300), "sent, delivered, opened", "Worker", 100),
    Traffic("birthday of a customer", BIRTHDAYS, "as above", "Sweeps", 30),
    Traffic("tick of pending", MINUTES, "every minute", "Sweeps", 100),
    Traffic("tick of birthdays", MINUTES / 15, "every 15 minutes", "Sweeps", 100),
    Traffic("tick of follow-ups", MINUTES / 15, "every 15 minutes", "Sweeps", 100),
    Traffic("tick of duplicates", MINUTES / 60, "every hour", "Sweeps", 60),
    Traffic("tick of contact-checks", DAYS, "every night", "Sweeps", 60),
    Traffic("tick of seal", DAYS, "every night", "Sweeps", 1_000),
    Traffic("run for duplicates", DAYS, "every night", "Imports", 500),
    Traffic("run for duplicates: each 100 customers", DAYS * HUNDREDS, "all of them", "Imports", 100),
    Traffic("look over contact details", DAYS / 7, "every week", "Imports", 500),
    Traffic("look over contact details: each 100 customers", DAYS / 7 * HUNDREDS, "all of them", "Imports", 100),
    Traffic("export of customers", 4, "every week", "Imports", 500),
    Traffic("export of customers: each 100 customers", 4 * HUNDREDS, "all of them", "Imports", 100),
    Traffic("import of 100 new customers", 4, "assumed", "Imports", 3_000),
)
# What is assumed beside the traffic.
BYTES_OF_A_LOG_LINE = 450
LOG_LINES_A_TURN = 4  # ours, and three that Lambda writes
BYTES_OF_AN_ANSWER = 5_000
STAFF = 10
FILES_WRITTEN = DAYS * (CUSTOMERS // 2_000 + 1) + 4 * (CUSTOMERS // 5_000 + 1) + 4 * 4 + DAYS * 2
HISTORY = 10  # notes, calls, reminders and messages of a customer: this traffic for four years
KEY_USES = 18_000  # DynamoDB asks KMS once in five minutes for each role at work: one role all month, five by day


def schedule_starts() -> float:
    """How often Scheduler starts a function in a month."""
    return sum(map(_starts, (each["expression"] for each in schedules.definitions())))


def _starts(expression: str) -> float:
    if expression.startswith("cron"):
        return DAYS  # all of ours are once a day
    found = re.fullmatch(r"rate\((\d+) (minute|hour)s?\)", expression)
    if found is None:
        raise ValueError(f"how often is {expression}?")
    return MINUTES / (int(found[1]) * {"minute": 1, "hour": 60}[found[2]])


def traffic(taken: Mapping[str, Taken]) -> list[Traffic]:
    """The month, the events that follow from it counted."""
    events = sum(each.times * taken[each.operation].events for each in TRAFFIC)
    return [each if each.operation != "relay an event" else _relayed(each, events) for each in TRAFFIC]


def _relayed(each: Traffic, events: float) -> Traffic:
    return Traffic(each.operation, events, each.why, each.function, each.milliseconds)


def lines(
    taken: Mapping[str, Taken], resources: Mapping[str, Mapping[str, Any]], bytes_of: Mapping[str, float]
) -> list[Line]:
    """The bill. `bytes_of` says how large a new `customer` and a `note` are with all that belongs to them."""
    month = traffic(taken)
    kinds = [item["Type"] for item in resources.values()]
    turns = sum(each.times for each in month if not each.operation.endswith("each 100 customers"))
    requests = sum(each.times for each in month if each.function == HTTP)
    events = next(each.times for each in month if each.operation == "relay an event")
    stored = CUSTOMERS * (bytes_of["customer"] + HISTORY * bytes_of["note"]) / GIGABYTE
    queues = _queues(resources)
    messages = BIRTHDAYS + 4 * (MAILS + 300)
    spent = sum(each.times * each.milliseconds / 1000 * FUNCTIONS[each.function].memory_mb / 1024 for each in month)
    traced = sum(each.times for each in month if _traced(resources, each.function))
    quantities: Iterator[tuple[str, float, str]] = iter(
        (
            ("writes", sum(each.times * taken[each.operation].writes for each in month), "all of the above"),
            ("reads", sum(each.times * taken[each.operation].reads for each in month), "all of the above"),
            ("storage", stored, f"{CUSTOMERS:,} customers with {HISTORY} entries of history each"),
            ("recovery", stored, "as large as the table"),
            ("gateway", requests, "each request"),
            ("invocations", turns, "each request, message and tick"),
            ("compute", spent, "milliseconds above, memory as in the template"),
            (
                "queues",
                queues * POLLS_A_QUEUE + 3 * messages,
                f"{queues} queues, asked all the time; messages in and out",
            ),
            ("topics", 3 * (MAILS + 300), "what SES tells"),
            ("schedules", schedule_starts(), "each tick"),
            ("bus", events, "each event"),
            ("logs", turns * LOG_LINES_A_TURN * BYTES_OF_A_LOG_LINE / GIGABYTE, f"{LOG_LINES_A_TURN} lines a turn"),
            ("alarms", kinds.count("AWS::CloudWatch::Alarm"), "as in the template"),
            ("metrics", _metrics(resources), "as in the template"),
            ("dashboards", kinds.count("AWS::CloudWatch::Dashboard"), "as in the template"),
            ("traces", traced, "each turn of a function that is traced"),
            ("files", 0.2, "exports of a week, seals of years"),
            ("puts", FILES_WRITTEN, "parts of runs and exports, lists, seals"),
            ("gets", 2 * FILES_WRITTEN, "each is read again, some twice"),
            ("people", STAFF, "staff"),
            ("keys", KEY_USES, "once in five minutes for each role at work"),
            ("out", requests * BYTES_OF_AN_ANSWER / GIGABYTE, f"{BYTES_OF_AN_ANSWER:,} bytes an answer"),
            ("parameters", 1, "the signing key"),
        )
    )
    return [Line(PRICES[name], quantity, why) for name, quantity, why in quantities]


def _queues(resources: Mapping[str, Mapping[str, Any]]) -> int:
    """Queues that Lambda asks."""
    mappings = [item["Properties"] for item in resources.values() if item["Type"] == "AWS::Lambda::EventSourceMapping"]
    return sum("Queue" in json.dumps(each["EventSourceArn"]) for each in mappings)


def _metrics(resources: Mapping[str, Mapping[str, Any]]) -> int:
    filters = [item["Properties"] for item in resources.values() if item["Type"] == "AWS::Logs::MetricFilter"]
    return len({each["MetricTransformations"][0]["MetricName"] for each in filters})


def _traced(resources: Mapping[str, Mapping[str, Any]], function: str) -> bool:
    return bool(resources[function]["Properties"]["TracingConfig"]["Mode"] == "Active")
