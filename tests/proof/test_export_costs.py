"""What exports and imports of all data cost at DynamoDB: calls and units for each customer."""

import json
from collections import Counter
from typing import Any

import pytest

from chalicelib.wiring import clients
from tests.support import exports, imports, records, restoring
from tests.support.meter import Meter
from tests.support.sweeping import own_table

pytestmark = pytest.mark.emulator
CUSTOMERS = 12


def customers() -> list[dict[str, Any]]:
    """Customers with a note, an event, a consent, a reminder, a device and a finding each, as a file has them."""
    lines: list[dict[str, Any]] = []
    for _ in range(CUSTOMERS):
        first, *others = records.a_few_records()
        lines += [{**first, "shared": []}, *(line for line in others if line.get("customer_id") == first["id"])]
    return lines


def metered(job_id: str) -> tuple[Counter[str], float, float]:
    """Calls and units of the turn of a job that are not its own checkpoints."""
    with Meter(clients.dynamodb()) as meter:
        assert exports.deliver(job_id) == []
    return Counter(meter.operations), meter.read_units, meter.write_units


def test_calls_and_units(deployment: dict[str, str], admin: Any) -> None:
    with own_table("facet-export-costs"):
        lines = customers()
        import_id = restoring.begin(admin)
        imports.put(deployment, import_id, b"\n".join(json.dumps(line).encode() for line in lines))
        calls, _, units = metered(import_id)
        assert imports.state(admin, import_id)["created"] == len(lines) == 7 * CUSTOMERS
        # One transaction a record, and one for each hundred lines; words of consent look at what was said before.
        assert calls["TransactWriteItems"] <= len(lines) + len(lines) / 100 + 10
        assert calls["GetItem"] <= CUSTOMERS + 4
        assert units <= 125 * CUSTOMERS

        calls, reads, _ = metered(exports.begin(admin, format="csv"))
        assert (calls["Query"], calls["BatchGetItem"]) == (2, 1)  # the figures, the list; the customers
        assert calls["TransactWriteItems"] <= 6
        assert reads <= 1.1 * CUSTOMERS + 4

        calls, reads, _ = metered(exports.begin(admin, kind="everything", format="jsonl"))
        pages = CUSTOMERS / 24
        assert calls["Query"] <= CUSTOMERS + pages + 8 + 12  # twelve for pairs, by status and score
        assert calls["BatchGetItem"] <= 2 * (pages + 1)
        assert calls["GetItem"] <= CUSTOMERS + 4  # who was told of the open reminder
        assert reads <= 8 * CUSTOMERS
