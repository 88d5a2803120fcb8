"""100,000 messages through the code that sends, a fault for every tenth: nobody gets one twice or against consent.

What is simulated: store, provider, queue and time. The silences of the provider last a moment only, so that what limits
the rate is the sender's own pace. FACET_SEED repeats a run.
"""

import gc
import os
import secrets
import sys

import pytest

from tests.support.simulated_provider import LIMIT
from tests.support.simulation import World

FEW, ALL = 10_000, 100_000
# Objects that sending 90,000 more messages may leave behind in all, once everything has come to rest: none for each.
MOST_KEPT = 2_000


@pytest.mark.slow
def test_a_hundred_thousand_messages_with_faults(capsys: pytest.CaptureFixture[str]) -> None:
    seed = int(os.environ.get("FACET_SEED") or secrets.randbelow(10**9))
    world = World(seed)
    world.run(FEW)
    kept, began, before = _blocks(), world.now, world.counts.copy()
    world.run(ALL - FEW)
    grown = _blocks() - kept
    counts = world.counts - before
    rate, too_fast = counts["calls"] / (world.busy_until - began), counts["too fast"] / counts["calls"]
    with capsys.disabled():
        sys.stdout.write(
            f"\nFACET_SEED={seed}: {dict(world.ledger.statuses)}, {rate:.1f}/s, {too_fast:.1%} throttled\n"
        )
    assert world.ledger.wrong == []
    assert sum(world.ledger.statuses.values()) >= ALL
    assert world.faults() >= ALL / 10
    assert 0.85 * LIMIT <= rate <= LIMIT
    assert too_fast < 0.02
    assert grown < MOST_KEPT


def _blocks() -> int:
    gc.collect()
    return sys.getallocatedblocks()
