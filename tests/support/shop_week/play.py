"""Weeks by their seed."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from tests.support.shop_week import house, monotonic, providers
from tests.support.shop_week.chance import seeded
from tests.support.shop_week.week import Week
from tests.support.world import environment


@dataclass
class Played:
    """What a week came to."""

    seed: int
    digest: str
    wrong: list[str]
    written: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)


@contextmanager
def weeks() -> Iterator[Callable[[int, int], Played]]:
    """A way to play one week after the other, by seed and number of steps; the first takes longer."""
    with house.opened() as found, providers.trusted(), _quiet():
        yield partial(_played, found)


def play(seed: int, steps: int) -> Played:
    """One week of so many steps."""
    with weeks() as played:
        return played(seed, steps)


def _played(found: house.House, seed: int, steps: int) -> Played:
    with seeded(seed, monotonic.now) as chance:
        found.shop.reset()
        environment.restart()
        week = Week(found, chance, seed)
        with week.weather.over():
            while week.number < steps and not week.wrong:
                week.step()
            if not week.wrong:
                week.end()
        counts = Counter(week.traffic.counts) + week.weather.struck
        counts += Counter({"steps": week.number, "calls": week.weather.calls, "claims": week.watch.claims})
        counts += Counter({f"answered {status}": number for status, number in week.ledger.answers.items()})
        return Played(seed, week.digest(), week.wrong, week.ledger.written, counts)


@contextmanager
def _quiet() -> Iterator[None]:
    """Without its log, which nobody reads and which takes as long as a read."""
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
