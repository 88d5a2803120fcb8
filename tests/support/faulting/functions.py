"""Every Lambda function with what it consumes: each of its calls fails in each way, and AWS tries again."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from unittest.mock import patch

import chalicelib
from tests.support.faulting.faults import FAULTS, Fault
from tests.support.faulting.ground import Ground, difference
from tests.support.faulting.injector import injected
from tests.support.faulting.play import URLS, Play
from tests.support.faults import LONG
from tests.support.world import World

SHARE = 3
FEW = 9  # a run of so few calls makes hardly two that are alike
SIDE_BY_SIDE = ("WORKERS", "READERS", "THREADS")
# So little a step, so that there is something between two of them.
STEPS = {
    "chalicelib.handlers.exports_customers.PAGE": 2,
    "chalicelib.domain.exports.job.MOST_A_PART": 2,
    "chalicelib.domain.restore.job.CHUNK": 8,
    "chalicelib.domain.audit.sealing.MOST_LINES": 60,
}


def to_rest(play: Play) -> None:
    """What most arrangements begin with: what they left under way is worked off."""
    play.to_rest()


@dataclass(frozen=True)
class Arrangement:
    """Something that a function has to do.

    `prepare` leaves it waiting in the fresh shop, `begin` lets AWS bring it; `covers` says what it is an example of,
    beside what shows by itself (functions, queues, kinds of jobs and events). `sends` is set when it calls a provider:
    what became of a message may then be unknown. `loose` is what a second try may tell otherwise, `alike` that another
    arrangement makes the same calls, so that every third of these is enough.
    """

    name: str
    function: str
    prepare: Callable[[World], None]
    begin: Callable[[Play], None] = to_rest
    covers: frozenset[str] = frozenset()
    sends: bool = False
    loose: str | None = None
    alike: bool = False


@contextmanager
def one_by_one() -> Iterator[None]:
    """What is done side by side is done one after the other, so that the calls of two runs are the same."""
    with ExitStack() as stack:
        for found in pkgutil.walk_packages(chalicelib.__path__, "chalicelib."):
            module = importlib.import_module(found.name)
            for name in SIDE_BY_SIDE:
                if hasattr(module, name):
                    stack.enter_context(patch.object(module, name, 1))
        for place, number in STEPS.items():
            stack.enter_context(patch(place, number))
        yield


def places(calls: list[str], fault: Fault, *, alike: bool = False) -> Iterator[int]:
    """Where this fault strikes: everywhere in `make proof`.

    A job makes many calls that are alike, so in `make test` each call fails in every third way, and each way at every
    third call (at a dozen of them, when there are very many); all of them together still fail in every way.
    """
    thin = not LONG and (alike or len(calls) > FEW)
    share = max(SHARE, len(calls) // FEW) if thin else 1
    for place in range(FAULTS.index(fault) % share, len(calls), share):
        if fault.applies(calls[place]):
            yield place


class Errand:
    """An arrangement, the run of it without a fault, and every other run."""

    def __init__(self, world: World, arrangement: Arrangement) -> None:
        self.world, self.arrangement = world, arrangement
        self.ground = Ground(world, self._prepare, arrangement.loose)
        play, self.calls = self._run(None, -1)
        assert not play.dead, play.dead
        self.seen = play.seen
        self.end, self.left = self.ground.changes(), _left(world)
        world.check()

    def _prepare(self, world: World) -> None:
        for url in URLS.values():
            world.cloud.make_queue(url)
        self.arrangement.prepare(world)

    def _run(self, fault: Fault | None, place: int) -> tuple[Play, list[str]]:
        self.ground.back()
        with injected(fault, place, armed=False) as watch:
            play = Play(self.world, self.arrangement.function, watch)
            self.arrangement.begin(play)
            play.to_rest()
        assert fault is None or watch.struck, f"call {place} was not reached"
        play.afterwards()
        return play, watch.calls

    def otherwise(
        self,
        kind: type[Play] = Play,
        first: Callable[[Play], None] | None = None,
        last: Callable[[Play], None] | None = None,
    ) -> Play:
        """Run it without a fault, but in another way; what AWS has left."""
        self.ground.back()
        with injected(armed=False) as watch:
            play = kind(self.world, self.arrangement.function, watch)
            if first:
                first(play)
            self.arrangement.begin(play)
            play.to_rest()
        play.afterwards()
        if last:
            last(play)
        return play

    def same_end(self) -> None:
        """Raise AssertionError unless it is as it was without a fault, and whole."""
        there = self.ground.changes()
        assert there == self.end, difference(self.end, there)
        assert not self.ground.unheard()
        self.ground.whole(there)

    def runs(self) -> Iterator[tuple[Fault, int]]:
        """Every fault with every call that it strikes at."""
        for fault in FAULTS:
            for place in places(self.calls, fault, alike=self.arrangement.alike):
                yield fault, place

    def strike(self, fault: Fault, place: int) -> None:
        """Let one call fail so; what AWS does then leads to the same end."""
        play, _ = self._run(fault, place)
        assert not play.dead, play.dead
        there = self.ground.changes()
        assert not self.ground.unheard()
        self.ground.whole(there)
        if self.arrangement.sends and there != self.end:
            self._unknown(fault, place)
        else:
            assert there == self.end, difference(self.end, there)

    def _unknown(self, fault: Fault, place: int) -> None:
        """Nobody knows whether it left: it is said so, and nothing left twice."""
        operation = self.calls[place]
        may = operation in ("SendEmail", "Publish") or fault.lasts or fault.name.startswith("process dies")
        assert may, f"{fault.name} at {operation}: {difference(self.end, self.ground.changes())}"
        assert _left(self.world) <= self.left
        before = {key: item["status"]["S"] for key, item in self.ground.messages().items()}
        found = {key: item["status"]["S"] for key, item in self.ground.messages(now=True).items()}
        told = {status for key, status in found.items() if before.get(key) != status}
        assert told <= {"sent", "unknown"}, told


def _left(world: World) -> int:
    return len(world.cloud.mails) + len(world.cloud.texts)


def observed(errands: list[Errand]) -> set[str]:
    """What these were examples of."""
    return {fact for each in errands for fact in (*each.seen, *each.arrangement.covers)}
