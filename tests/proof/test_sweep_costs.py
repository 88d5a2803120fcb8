"""What the sweeps cost: the birthday sweep grows with the birthdays of the day, and not with the customers."""

import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chalicelib.domain import ids
from chalicelib.repos import keys
from chalicelib.repos.table import encode, key_of
from chalicelib.wiring import clients, shop
from chalicelib.wiring.store import table
from tests.support.meter import Meter
from tests.support.sweeping import at, customer, due, location, own_table, tick
from tests.support.work import a_transaction

pytestmark = pytest.mark.emulator
SIZES = (1_000, 10_000, 100_000)
MATCHES = 40
BATCH = 100
_chance = itertools.count()


@pytest.fixture(scope="module", autouse=True)
def _own(deployment: dict[str, str]) -> Iterator[None]:
    """No invariants here: most customers are no more than their birthdays, which is all that a sweep reads of them."""
    with own_table("facet-sweep-costs", checked=False):
        yield


def strangers(number: int, store: str) -> Iterator[dict[str, Any]]:
    """Entries of customers who have their birthday on another day, evenly over the year."""
    for count in range(number):
        month, day = count % 12 + 1, count // 12 % 28 + 1
        if (month, day) == (3, 15):
            day = 29
        chance = next(_chance)
        customer_id = f"cus_{ids.time_ordered(at('2026-11-22T00:00'), chance)}"
        key = keys.birthday(f"{month:02d}", f"{day:02d}", store if count % 2 else None, customer_id)
        yield {**key_of(key), **encode({"birthday": f"1990-{month:02d}-{day:02d}", "name": "Asha Rao"})}


def load(entries: Iterator[dict[str, Any]]) -> None:
    """Put entries in bulk, two transactions side by side."""
    operations = ({"Put": {"TableName": table().name, "Item": entry}} for entry in entries)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(table().write, iter(lambda: list(itertools.islice(operations, BATCH)), [])))


def forget_the_ticks() -> None:
    """Let the next tick be the first one."""
    work = a_transaction()
    work.delete(keys.sweep_state("birthdays"))
    work.commit()


def test_a_tick_with_nothing_due_costs_next_to_nothing(people: dict[str, Any]) -> None:
    manager = people["manager"]
    here = customer(manager, None)
    manager.post(f"/v1/customers/{here}/reminders", {"type": "other", "due_at": "2026-12-31T10:00:00Z"})
    for sweep in ("birthdays", "follow-ups"):
        tick(sweep, "2026-12-30T12:00")
        tick(sweep, "2026-12-31T12:00")
    costs = {}
    for sweep in ("birthdays", "follow-ups"):
        with Meter(clients.dynamodb()) as meter:
            tick(sweep, "2026-12-31T12:15")
        costs[sweep] = meter.operations, meter.read_units, meter.write_units
    states, records, state = "BatchGetItem", "GetItem", "TransactWriteItems"
    assert costs["birthdays"] == ([states, records, state], 3, 2)
    queries = ["Query"] * 8
    assert costs["follow-ups"] == ([states, records, *queries, state], 11, 2)


def test_the_same_birthdays_cost_the_same_among_more_customers(people: dict[str, Any]) -> None:
    admin = people["admin"]
    store = location(admin, "Asia/Kolkata")
    admin.patch("/v1/settings", {"default_location": store})
    tick("birthdays", "2027-01-01T04:00")
    matching = [customer(admin, "1990-03-15", store if n % 2 else None) for n in range(MATCHES)]
    costs = []
    for year, size, before in zip((2027, 2029, 2030), SIZES, (MATCHES, *SIZES), strict=False):
        load(strangers(size - before, store))
        forget_the_ticks()
        shop.forget()
        with Meter(clients.dynamodb()) as meter:
            assert tick("birthdays", f"{year}-03-15T04:00")["appended"] == MATCHES
        costs.append((sorted(meter.operations), meter.read_units, meter.write_units))
    assert due(matching) == [len(SIZES)] * MATCHES
    assert costs[0] == costs[1] == costs[2]
    operations, read_units, write_units = costs[0]
    assert {name: operations.count(name) for name in set(operations)} == {
        "BatchGetItem": 4,  # how far the sweeps have come, which days are done, and the marks of each place
        "Query": 2,
        "TransactWriteItems": MATCHES + 3,  # a record for each place, and how far this one has come
    }
    assert read_units <= 12 + 2 * MATCHES
    assert write_units <= 14 * MATCHES + 12
