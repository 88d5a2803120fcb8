"""docs/costs.md says what is: what each operation takes, what AWS asks for, and what follows from both."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chalicelib.handlers.endpoint import ENDPOINTS
from chalicelib.handlers.jobs_steps import MODULES
from infra import schedules
from tests.support import costing, figures
from tests.support.world import opened
from tools import costs_page, month, prices, reckoning
from tools.reckoning import Taken

AGAIN = "run make costs, and look at what has become dearer"


@pytest.fixture(scope="module")
def measured() -> Iterator[tuple[dict[str, Taken], dict[str, float]]]:
    with opened() as world:
        measuring = costing.Measuring(world)
        yield measuring.all(), measuring.sizes()


@pytest.fixture(scope="module")
def page() -> str:
    return costing.PAGE.read_text()


def test_the_page_follows_from_what_it_says_that_operations_take(page: str) -> None:
    """So nobody changed a figure by hand, and prices, traffic and template are those of the code."""
    assert costs_page.render(*costs_page.read(page), costing.resources()) == page, AGAIN


def test_operations_take_what_the_page_says(measured: tuple[dict[str, Taken], dict[str, float]], page: str) -> None:
    found, sizes = measured
    said, sizes_said = costs_page.read(page)
    assert said.keys() == found.keys(), AGAIN
    for name, took in found.items():
        # Sizes depend on what the made-up shop holds, which grows; twice as dear is another matter.
        assert took.reads <= 1.5 * said[name].reads + 2, f"{name}: {AGAIN}"
        assert took.writes <= 1.25 * said[name].writes + 2, f"{name}: {AGAIN}"
        assert took.events == said[name].events, f"{name}: {AGAIN}"
    for name, size in sizes.items():
        assert size == pytest.approx(sizes_said[name], rel=0.15), AGAIN
    figures.note("budgets", {"operations measured": len(found)})


def test_every_route_schedule_and_kind_of_job_is_measured(measured: tuple[dict[str, Taken], dict[str, float]]) -> None:
    found = measured[0]
    assert ENDPOINTS.keys() <= found.keys()
    assert {f"tick of {each['input']['sweep']}" for each in schedules.definitions()} <= found.keys()
    jobs = {"run for duplicates", "look over contact details", "export of customers", "import of 100 new customers"}
    assert jobs <= found.keys()
    # Bulk changes and undos are as many writes as rows, which tests/proof/test_bulk_costs.py counts.
    assert len(jobs) + len({"bulk", "undo"}) == len(MODULES)


def test_the_month_knows_every_operation_in_it(measured: tuple[dict[str, Taken], dict[str, float]]) -> None:
    assert {each.operation for each in month.TRAFFIC} <= measured[0].keys()
    scheduled = [each for each in month.TRAFFIC if each.operation.startswith("tick of ")]
    assert sum(each.times for each in scheduled) == reckoning.schedule_starts()


def test_the_bill_is_small_besides_what_asking_the_queues_costs(page: str) -> None:
    taken, sizes = costs_page.read(page)
    lines = reckoning.lines(taken, costing.resources(), sizes)
    queues = [line for line in lines if line.price is prices.PRICES["queues"]]
    paid = sum(line.paid for line in lines)
    assert paid - queues[0].paid < 0.60
    assert paid < 1.30  # the aim of 1.00 is missed, as the page says
    figures.note("budgets", {"US cents a month": round(100 * paid)})


def test_what_is_free_is_taken_off_once() -> None:
    price = prices.Price("x", "units", 2.0, 10, 100, "page")
    assert price.of(150, with_free=True) == 10.0
    assert price.of(150, with_free=False) == 30.0
    assert price.of(50, with_free=True) == 0.0
