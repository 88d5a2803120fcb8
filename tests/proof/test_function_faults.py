"""Every function with everything that it consumes, every AWS call of it, every fault: it comes to the same end."""

from collections.abc import Iterator

import pytest

from tests.support import figures
from tests.support.faulting import enumeration
from tests.support.faulting.enumeration import ARRANGEMENTS
from tests.support.faulting.functions import Arrangement, Errand, one_by_one
from tests.support.faulting.letters import believed
from tests.support.world import World

pytestmark = pytest.mark.fault
seen: set[str] = set()


@pytest.fixture(scope="module", autouse=True)
def _in_order() -> Iterator[None]:
    with one_by_one(), believed():
        yield


@pytest.mark.parametrize("arrangement", ARRANGEMENTS, ids=lambda each: f"{each.function}: {each.name}")
def test_it_converges(world: World, arrangement: Arrangement) -> None:
    errand, runs = Errand(world, arrangement), 0
    seen.update(errand.seen, arrangement.covers)
    assert errand.calls, "it makes no call"
    assert errand.end, "it does nothing"
    for fault, place in errand.runs():
        errand.strike(fault, place)
        runs += 1
    figures.note("faults", {"handlers": 1, "calls": len(errand.calls), "runs": runs})


def test_everything_that_is_consumed_is_arranged(world: World) -> None:
    """What the runs above have shown; alone, they are run once without a fault."""
    if not seen:
        for arrangement in ARRANGEMENTS:
            seen.update(Errand(world, arrangement).seen, arrangement.covers)
    assert not enumeration.missing(seen)


@pytest.mark.usefixtures("world")
def test_what_nobody_has_arranged_is_named() -> None:
    (sentence,) = enumeration.missing(enumeration.expected() - {"sweep seal"})
    assert sentence.startswith("Nothing arranges `sweep seal`: say in tests/support/faulting/sweeps.py")
