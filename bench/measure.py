"""Measures the operations beside both yardsticks, in rounds, so that a disturbed minute meets all of them alike."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bench.clients import Address, Clients, Run, Sent
from bench.operations import Operation, Shop
from bench.store_calls import StoreCall, Watch, bare_client, seconds_of

MANY = 8
ECHO = Sent("GET", "/", None, 200)


@dataclass(frozen=True)
class Size:
    """How often each thing is done in one round."""

    rounds: int = 5
    alone: int = 80
    each_of_many: int = 25
    store: int = 30
    warm: int = 5


@dataclass
class Samples:
    """What one server answered: seconds of each request, and the time that they took together."""

    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, run: Run) -> None:
        """One more round."""
        self.latencies += run.latencies
        self.seconds += run.seconds

    @property
    def rate(self) -> float:
        """Requests per second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """Seconds that this share (0 to 1) of the requests did not exceed."""
        return percentile(self.latencies, share)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that this share of the values does not exceed. Raises ValueError without values."""
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * round(share * 100) // 100) - 1)]


@dataclass
class Measured:
    """One operation with 1 client and with 8, and its bare store calls."""

    operation: Operation
    alone: Samples = field(default_factory=Samples)
    many: Samples = field(default_factory=Samples)
    store: list[float] = field(default_factory=list)
    calls: list[StoreCall] = field(default_factory=list)

    @property
    def store_ratio(self) -> float:
        """How many times its bare store calls the operation takes."""
        return self.alone.percentile(0.5) / statistics.median(self.store)

    def echo_ratio(self, echo: Samples) -> float:
        """How many answers of the bare echo the operation takes."""
        return self.alone.percentile(0.5) * echo.rate


@dataclass
class Bench:
    """Everything that a round needs."""

    shop: Shop
    clients: Clients
    facet: Address
    echo: Address
    watch: Watch
    size: Size

    def measure(self, operations: Sequence[Operation], say: Callable[[str], None]) -> tuple[list[Measured], Measured]:
        """The operations, and the echo."""
        measured = [Measured(operation) for operation in operations]
        echo, bare = Measured(Operation("bare echo", lambda _: ECHO)), bare_client()
        for number in range(self.size.rounds):
            say(f"Round {number + 1} of {self.size.rounds} …")
            for each in measured:
                echo.alone.add(self._run(self.echo, echo.operation, 1, self.size.alone))
                each.alone.add(self._run(self.facet, each.operation, 1, self.size.alone))
                each.store += self._store(each, bare)
                each.many.add(self._run(self.facet, each.operation, MANY, self.size.each_of_many))
            echo.many.add(self._run(self.echo, echo.operation, MANY, self.size.each_of_many * 10))
        return measured, echo

    def _run(self, address: Address, operation: Operation, clients: int, requests: int) -> Run:
        plans = [[operation.make(self.shop) for _ in range(requests)] for _ in range(clients)]
        warm = [[operation.make(self.shop) for _ in range(self.size.warm)] for _ in range(clients)]
        return self.clients.run(address, plans, warm)

    def _store(self, measured: Measured, client: object) -> list[float]:
        """Each set of calls is sent right after it was noted, before another write can outdate its conditions."""
        taken = []
        for _ in range(self.size.store + 2):
            measured.calls = self.watch.calls_of(measured.operation.make(self.shop))
            taken.append(seconds_of(client, measured.calls))
        return taken[2:]  # the first ones open connections
