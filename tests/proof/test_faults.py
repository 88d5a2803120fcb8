"""Writes with a history of their own (a number that others hold, a device of somebody else) fail and come again.

Every route stands in test_route_faults.py, with one request; what is here looks at the effect with the API's own eyes.
"""

import pytest

from tests.proof.consent_scenarios import CONSENTS
from tests.proof.converging import converges
from tests.proof.history_scenarios import HISTORY
from tests.proof.message_scenarios import MESSAGES
from tests.proof.scenarios import SCENARIOS, Scenario
from tests.support import history_invariants
from tests.support.faults import FAULTS, LONG
from tests.support.world import World

pytestmark = pytest.mark.fault
ALL = (*SCENARIOS, *HISTORY, *CONSENTS, *MESSAGES)
# A call that did not take effect leaves the second try what the first one found.
UNDECIDED = tuple(fault for fault in FAULTS if LONG or fault.after)


@pytest.mark.parametrize("scenario", ALL, ids=lambda scenario: scenario.name)
def test_a_write_converges(world: World, scenario: Scenario) -> None:
    for fault in UNDECIDED:
        converges(scenario, world.api(scenario.role), fault)
    world.check()
    history_invariants.check(world.table)
