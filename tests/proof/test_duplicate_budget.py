"""What duplicates cost at DynamoDB, held against the budgets of docs/architecture.md."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.domain.call import Actor
from chalicelib.domain.jobs.model import Job
from chalicelib.handlers.duplicates_steps import Run
from chalicelib.wiring import clients, shop
from tests.proof.scenarios import customer, number, unique
from tests.support.duplicates import like, pair, queue, run, twins
from tests.support.jobs import until_over
from tests.support.meter import Meter
from tests.support.sweeping import own_table

pytestmark = pytest.mark.emulator


@pytest.fixture(autouse=True)
def _own(deployment: dict[str, str], people: dict[str, Any]) -> Iterator[None]:
    """A table of its own: what others left would be counted too."""
    with own_table(f"facet-duplicate-budget-{unique()}"):
        assert people["admin"].get("/v1/me").status == 200
        yield


GET, QUERY, BATCH, WRITE = "GetItem", "Query", "BatchGetItem", "TransactWriteItems"
MOST_NAMES, MOST_HOLDERS, MOST_READ = 3 * 500 + 500, 2 * 25, 50


def test_a_look_on_entry_makes_six_queries_and_one_read(sales: Any) -> None:
    family, mobile = unique(), number()
    email = f"{family}@shop.example"
    for share in (False, True):
        customer(
            sales,
            family_name=family,
            phones=[{"number": mobile}],
            emails=[{"address": email}],
            birthday="1990-03-15",
            allow_duplicate=share,
        )
    typed = {"given_name": "Asha", "family_name": family, "phone": mobile, "email": email, "birthday": "1990-03-15"}
    like(sales, **typed)
    with Meter(clients.dynamodb()) as meter:
        assert len(like(sales, **typed)) == 2
    assert meter.operations == [QUERY] * 6 + [BATCH]
    assert meter.write_units == 0


def test_a_look_on_entry_examines_a_bounded_number_of_entries() -> None:
    from chalicelib.repos import duplicate_candidates as found

    assert 4 * found.ENTRIES <= MOST_NAMES
    assert 2 * found.HOLDERS <= MOST_HOLDERS
    assert found.MOST <= MOST_READ


def test_a_page_of_the_queue_is_one_query_and_one_read(manager: Any) -> None:
    for _ in range(3):
        twins(manager)
    run(manager)
    with Meter(clients.dynamodb()) as meter:
        page = manager.get("/v1/duplicates?limit=2").json
    assert len(page["items"]) <= 2
    assert page["next_cursor"] is not None
    assert meter.operations == [QUERY, BATCH]
    assert meter.read_units <= 1 + 4


def test_a_decision_is_one_read_and_one_transaction(manager: Any) -> None:
    one, other = twins(manager)
    run(manager)
    path = f"/v1/duplicates/{pair(manager, one, other)['id']}"
    with Meter(clients.dynamodb()) as meter:
        assert manager.patch(path, {"status": "different"}).status == 200
    assert meter.operations == [BATCH, WRITE]
    assert meter.read_units <= 3
    assert meter.write_units <= 32


def test_starting_a_run_is_two_reads_and_one_transaction(manager: Any) -> None:
    until_over(manager.post("/v1/duplicates/runs").json["id"])
    shop.shop.fresh()
    with Meter(clients.dynamodb()) as meter:
        started = manager.post("/v1/duplicates/runs").json["id"]
    assert meter.operations == [GET, GET, WRITE]
    assert meter.write_units <= 18
    until_over(started)


def test_a_run_reads_each_customer_once_and_each_pair_once(manager: Any) -> None:
    """About 1,030 read units for 1,000 customers of ordinary size; a run that finds nothing new writes no pair."""
    for _ in range(4):
        twins(manager)
    run(manager)
    customers = Run(_a_job(), lambda: datetime.now(UTC))
    with Meter(clients.dynamodb()) as meter:
        people, _ = customers.page(None)
    assert meter.operations[-1] == BATCH
    assert set(meter.operations[:-1]) == {QUERY}  # one a month of creation
    assert meter.read_units <= len(people) * 1.01 + 3 * meter.operations.count(QUERY)
    pairs = len(queue(manager)) + len(queue(manager, "different"))
    with Meter(clients.dynamodb()) as meter:
        done = run(manager)
    assert (done["added"], done["changed"], done["gone"]) == (0, 0, 0)
    written = [partition for call in meter.calls for partition in call.partitions if call.operation == WRITE]
    assert not [partition for partition in written if partition.startswith(("dup_", "DUPLICATES#"))]
    assert pairs > 0


def _a_job() -> Job:
    return Job("dpr_1", "duplicates", "running", Actor("usr_1", "Test"), "2026-11-22T00:00:00.000Z", 0)
