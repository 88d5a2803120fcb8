"""A shop's week by seed: staff, customers, providers, faults, restarts and time against the real handlers.

FACET_SEED=17 plays one week again, FACET_SEEDS=500 so many. `make proof` plays ten thousand.
"""

import os
import subprocess
import sys
from collections import Counter
from functools import cache

import pytest

from chalicelib.handlers.endpoint import ENDPOINTS
from tests.support import figures
from tests.support.shop_week import play, weeks
from tests.support.shop_week.asking import WRITING

LONG = os.environ.get("FACET_PROOF") == "long"
SEEDS = int(os.environ.get("FACET_SEEDS") or (10_000 if LONG else 200))
PARTS = 40 if LONG else 4
STEPS = 50
ONE = os.environ.get("FACET_SEED")
AGAIN = "import sys; from tests.support.shop_week import play; print(play(int(sys.argv[1]), int(sys.argv[2])).digest)"
# Writing routes that no week of a part has to reach, with the reason.
SELDOM: dict[str, str] = {}
WRITERS = frozenset(route for route in ENDPOINTS if route.partition(" ")[0] in WRITING)


def seeds(part: int) -> list[int]:
    """The weeks of a part."""
    return [int(ONE)] if ONE else list(range(part, SEEDS, PARTS))


@cache
def _played(part: int) -> tuple[Counter[str], Counter[str], list[str]]:
    """What was counted in the weeks of a part, how often each route wrote, and what is wrong with the first bad one."""
    counts: Counter[str] = Counter()
    written: Counter[str] = Counter()
    with weeks() as played:
        for seed in seeds(part):
            week = played(seed, STEPS)
            counts += week.counts
            written += week.written
            if week.wrong:
                again = f"FACET_SEED={seed} python -m pytest tests/proof/test_shop_simulation.py"
                return counts, written, [*week.wrong[:5], f"The same again: {again}"]
    return counts, written, []


@pytest.mark.parametrize("part", range(1 if ONE else PARTS))
def test_a_week_ends_as_people_were_told(part: int) -> None:
    counts, _, wrong = _played(part)
    assert not wrong, "\n".join(wrong)
    figures.note("shop weeks", {"weeks": len(seeds(part)), **_figures(counts)})


@pytest.mark.skipif(ONE is not None or SEEDS < 100, reason="a few weeks do not come to every route")
def test_every_writing_route_is_part_of_some_week() -> None:
    written = sum((_played(part)[1] for part in range(PARTS)), Counter[str]())
    assert sorted(WRITERS - set(written)) == sorted(SELDOM), "say in SELDOM why no week does it"


def _figures(counts: Counter[str]) -> dict[str, int]:
    requests = sum(number for name, number in counts.items() if name.startswith("answered "))
    events = sum(number for name, number in counts.items() if name.startswith("calls of "))
    faults = sum(number for name, number in counts.items() if name in FAULT_NAMES)
    return {
        "steps": counts["steps"],
        "requests": requests,
        "events handled": events,
        "AWS calls": counts["calls"],
        "faults": faults,
        "messages claimed": counts["claims"],
    }


FAULT_NAMES = frozenset(
    (
        "throttled",
        "timeout before",
        "timeout after the commit",
        "process dies before",
        "process dies after the commit",
        "conflict three times",
    )
)


def test_a_seed_plays_the_same_week_again_also_in_another_process() -> None:
    seed = int(ONE or 7)
    first = play(seed, STEPS).digest
    assert play(seed, STEPS).digest == first
    environment = {**os.environ, "PYTHONHASHSEED": "20"}
    command = [sys.executable, "-c", AGAIN, str(seed), str(STEPS)]
    other = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=900, check=True)
    assert other.stdout.split()[-1] == first
    assert play(seed + 1, STEPS).digest != first
