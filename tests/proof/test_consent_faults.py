"""Each AWS call of each write of consents, suppressed addresses and devices fails in each way; there is one effect."""

from typing import Any

import pytest

from tests.proof.consent_scenarios import CONSENTS
from tests.proof.converging import converges
from tests.proof.scenarios import Scenario
from tests.support.faults import FAULTS, Fault

pytestmark = [pytest.mark.emulator, pytest.mark.fault]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
@pytest.mark.parametrize("scenario", CONSENTS, ids=lambda scenario: scenario.name)
def test_a_write_converges(people: dict[str, Any], scenario: Scenario, fault: Fault) -> None:
    converges(scenario, people[scenario.role], fault)
