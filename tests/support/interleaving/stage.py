"""Where commands are run beside each other, from the same beginning every time, and what came of it."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from unittest.mock import patch

from tests.support.interleaving import processes
from tests.support.interleaving.commands import Command, told
from tests.support.interleaving.turns import Trace, play
from tests.support.world import World

TURN = timedelta(milliseconds=10)
# A sweep is many transactions: how many it met when is what it says, and no state of the shop.
RECORD = re.compile(r'^\["item", "SWEEP#|"action": {"S": "sweep.run"}|^\["item", "sweep_')
JOB = '"sk": {"S": "JOB"}'
OF_JOB = re.compile(r"(?<![a-z])(?:blk|chk|dpr|exp|imp|und)_(?:<|0)")
VERSION = re.compile(r'"version": {"N": "\d+"}|\\?"version\\?":\d+|"ETag": "[^}]*?"(?=[,}])')
LABEL = re.compile(r"<[0-9a-f]{12}>")
LATER = timedelta(minutes=16)  # what was put off shows by then
End = frozenset[tuple[str, int]]


@dataclass
class Stage:
    """The made-up shop as it stands at the beginning; `memory` is what every process remembers of it."""

    world: World
    memory: processes.Memory | None = None
    frozen: bool = False  # time stands still, also for those who wait

    def __post_init__(self) -> None:
        self._snapshot, self._start = self.world.cloud.snapshot(), self.world.clock.now

    def remembering(self) -> "Stage":
        """The same beginning, with processes that have read the reference data just before."""
        self.back()
        return Stage(self.world, processes.remembered(), self.frozen)

    def back(self) -> None:
        """Let it be as at the beginning."""
        self.world.cloud.restore(self._snapshot)
        self.world.clock.set(self._start)
        processes.begin(0, None)

    def run(self, commands: Sequence[Command], schedule: Sequence[int] = ()) -> Trace:
        """Run the commands from the beginning."""
        self.back()
        processes.begin(len(commands), self.memory)
        actions = [partial(command.run, self.world) for command in commands]
        if self.frozen:
            with patch.object(self.world.clock, "move", lambda _: None):
                return play(actions, schedule)
        return play(actions, schedule, partial(self.world.clock.move, TURN))

    def end(self, outcomes: Sequence[Any]) -> End:
        """What each was told and what has changed, ids and times told apart by where they stand."""
        answers = [json.dumps(["told", number, told(each)]) for number, each in enumerate(outcomes)]
        changes = Counter[str]()
        for text, number in self.world.changes(answers).items():
            if not RECORD.search(text):
                changes[_without_turns(text)] += number
        return frozenset(changes.items())

    def delivered(self, outcomes: Sequence[Any]) -> End:
        """The same once everything that is under way has been worked off."""
        processes.begin(0, None)
        self.world.deliver()
        self.world.clock.move(LATER)
        self.world.deliver()
        return self.end(outcomes)


def of_the_shop(end: End) -> End:
    """What it is for the shop: without what a job says of itself, and without counting how often it wrote a record."""
    kept = Counter[str]()
    for text, number in end:
        if not OF_JOB.search(text):
            kept[VERSION.sub("<version>", _unlabelled(text))] += number
    return frozenset(kept.items())


def _without_turns(text: str) -> str:
    """A job counts its turns, and each turn has a token of its own."""
    return VERSION.sub("<turns>", _unlabelled(text)) if JOB in text else text


def difference(found: End, wanted: End) -> str:
    """What is there and should not be, and the other way round; labels are left out if more than they differs."""
    for plain in (_unlabelled, str):
        missing, extra = (Counter[str](), Counter[str]())
        for seen, end in ((missing, wanted), (extra, found)):
            for text, number in end:
                seen[plain(text)] += number
        lines = [f"  - {text}" for text in (missing - extra).elements()]
        lines += [f"  + {text}" for text in (extra - missing).elements()]
        if lines:
            break
    return "\n".join(lines)


def _unlabelled(text: str) -> str:
    return LABEL.sub("<id>", text)
