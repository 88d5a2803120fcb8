"""The emulator answers what was done already as the account in memory does, on which all other faults are shown."""

from typing import Any

import pytest

from tests.proof.converging import converges
from tests.proof.scenarios import SCENARIOS, Scenario
from tests.support import invariants
from tests.support.faults import FAULTS, Fault

pytestmark = [pytest.mark.emulator, pytest.mark.fault]
CHOSEN = [each for each in SCENARIOS if each.name in ("create with a number that is held", "upsert")]


@pytest.mark.parametrize("fault", [each for each in FAULTS if each.after], ids=lambda fault: fault.name)
@pytest.mark.parametrize("scenario", CHOSEN, ids=lambda scenario: scenario.name)
def test_a_write_converges(people: dict[str, Any], scenario: Scenario, fault: Fault) -> None:
    from chalicelib.wiring.store import table

    converges(scenario, people[scenario.role], fault)
    invariants.check(table())
