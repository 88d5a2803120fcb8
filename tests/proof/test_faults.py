"""Each AWS call of each write fails in each way; the client tries again; there is one effect."""

from typing import Any

import pytest

from chalicelib.wiring.store import table
from tests.proof.converging import converges
from tests.proof.scenarios import SCENARIOS, Scenario
from tests.support import invariants
from tests.support.faults import FAULTS, Fault

pytestmark = [pytest.mark.emulator, pytest.mark.fault]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_write_converges(people: dict[str, Any], scenario: Scenario, fault: Fault) -> None:
    converges(scenario, people[scenario.role], fault)


def test_the_table_is_whole_after_all_faults(deployment: dict[str, str]) -> None:
    invariants.check(table())
