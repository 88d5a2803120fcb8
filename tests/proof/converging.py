"""A write converges: each of its AWS calls fails in one way, the client tries again, and there is one effect."""

from typing import Any

from chalicelib.wiring import shop
from tests.proof.scenarios import Scenario
from tests.support.faults import Died, Fault, injected

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


def converges(scenario: Scenario, api: Any, fault: Fault) -> None:
    """The write is done once, whichever of its calls fails so."""
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
