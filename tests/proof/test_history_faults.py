"""Each AWS call of each write of a customer's history fails in each way; there is one effect."""

from typing import Any

import pytest

from chalicelib.wiring.store import table
from tests.proof.converging import converges
from tests.proof.history_scenarios import HISTORY
from tests.proof.scenarios import Scenario
from tests.support import history_invariants, invariants
from tests.support.faults import FAULTS, Fault

pytestmark = [pytest.mark.emulator, pytest.mark.fault]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
@pytest.mark.parametrize("scenario", HISTORY, ids=lambda scenario: scenario.name)
def test_a_write_converges(people: dict[str, Any], scenario: Scenario, fault: Fault) -> None:
    converges(scenario, people[scenario.role], fault)


@pytest.mark.usefixtures("deployment")
def test_the_table_is_whole_after_all_faults() -> None:
    invariants.check(table())
    history_invariants.check(table())
