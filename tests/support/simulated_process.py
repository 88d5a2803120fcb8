"""A sender of a simulation: a process with its own clock, which may run ahead of the others'."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.messages.pace import Pacer
from chalicelib.domain.messages.turns import Lane, Sender
from tests.support import simulated_shop
from tests.support.simulated_provider import LIMIT, Provider

if TYPE_CHECKING:
    from tests.support.simulation import World

START = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
SENDERS = 2
TURN = 60.0
NEARLY_OVER = 40.0  # of a turn, in seconds: the next one begins


@dataclass
class Process:
    """A sender at `time` seconds since the start, in a turn that `ends` then."""

    world: "World"
    time: float = 0.0
    ends: float = 0.0
    idle: bool = True
    pacer: Pacer = field(init=False)
    provider: Provider = field(init=False)

    def __post_init__(self) -> None:
        self.pacer = Pacer(lambda: LIMIT, lambda: self.time, self.spend, share=1 / SENDERS)
        self.provider = Provider(self.world.chance, lambda: self.time, self.spend, self.world.accepted)
        self.provider.recent, self.provider.counts = self.world.recent, self.world.counts

    def spend(self, seconds: float) -> None:
        """Let time go by."""
        self.time += seconds

    def sender(self) -> Sender:
        """The turn that is under way."""
        if self.time >= self.ends - NEARLY_OVER:
            self.ends = self.time + TURN
        world = self.world
        return Sender(
            store=world.store,
            lanes={"email": Lane(self.provider, self.pacer)},
            shop=simulated_shop.SHOP,
            house=world.house,
            clock=lambda: START + timedelta(seconds=self.time),
            pause=self.spend,
            chance=world.chance.random,
            new_claim=world.new_claim,
            deadline=START + timedelta(seconds=self.ends),
        )
