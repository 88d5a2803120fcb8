"""Each AWS call of each write fails in each way; the client tries again; there is one effect."""

from typing import Any

import pytest

from chalicelib.wiring import shop
from chalicelib.wiring.store import table
from tests.proof.scenarios import SCENARIOS, Scenario
from tests.support import invariants
from tests.support.faults import FAULTS, Died, Fault, injected

pytestmark = [pytest.mark.emulator, pytest.mark.fault]
PASSING = (409, 503)  # busy, unavailable: the client may send the same request again
TRIES = 3


def calls_of(scenario: Scenario, api: Any) -> list[str]:
    """The AWS calls of the write, found by running it."""
    attempt = scenario.prepare(api)
    shop.forget()
    with injected() as watch:
        assert attempt.send().status < 300
    attempt.check()
    return watch.calls


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_write_converges(people: dict[str, Any], scenario: Scenario, fault: Fault) -> None:
    api = people[scenario.role]
    calls = calls_of(scenario, api)
    assert "TransactWriteItems" in calls
    for place, operation in enumerate(calls):
        if fault.applies(operation):
            strike(scenario, api, fault, place)


def strike(scenario: Scenario, api: Any, fault: Fault, place: int) -> None:
    attempt = scenario.prepare(api)
    shop.forget()
    with injected(fault, place) as watch:
        try:
            status = attempt.send().status
        except Died:
            status = 503
    assert watch.struck, f"call {place} was not reached"
    assert status < 300 or status in PASSING
    for _ in range(TRIES):
        if status >= 300 and not (scenario.name == "create without a key" and status == 409):
            status = attempt.send().status
    assert status < 300 or scenario.name == "create without a key"
    attempt.check()


def test_the_table_is_whole_after_all_faults(deployment: dict[str, str]) -> None:
    invariants.check(table())
