"""Whether commands that ran beside each other came to an end that they could have come to one after the other."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.support.interleaving import explore
from tests.support.interleaving.commands import NOTHING, Command, busy, defect, refused
from tests.support.interleaving.stage import End, Stage, difference, of_the_shop
from tests.support.interleaving.turns import Trace

MOST_TURNS = 400


def one_by_one(order: Sequence[int]) -> list[int]:
    """A turn for whoever is next as long as they have any: turns of those who have ended are skipped."""
    return [actor for actor in order for _ in range(MOST_TURNS)]


class NotSerialisable(AssertionError):
    """An end that no order of the commands leads to; the message says how to get there again."""


@dataclass
class Oracle:
    """The ends that are right for these commands: of every order in which they can come one after the other."""

    stage: Stage
    commands: Sequence[Command]
    serial: list[Trace] = field(default_factory=list)
    delivered: dict[tuple[int, ...], dict[End, str]] = field(default_factory=dict)
    accepted: set[End] = field(default_factory=set)
    tried: int = 0

    def __post_init__(self) -> None:
        for order in itertools.permutations(range(len(self.commands))):
            trace = self.stage.run(self.commands, one_by_one(order))
            self.accepted.add(self._sound(trace))
            self.serial.append(trace)
        self.tried = len(self.serial)

    def all(self, most: int) -> int:
        """Try every order that can make a difference, at most `most`; how many there were.

        Raises:
            NotSerialisable: an end is not right.
        """
        for trace in explore.different(self.play, most, self.serial):
            self.judge(trace)
        return self.tried

    def play(self, schedule: Sequence[int]) -> Trace:
        """Run the commands in this order."""
        return self.stage.run(self.commands, schedule)

    def judge(self, trace: Trace) -> None:
        """Raise NotSerialisable unless the end that has just been reached is right."""
        self.tried += 1
        end = self._sound(trace)
        if end in self.accepted:
            return
        found = self._delivered(trace)
        self.stage.world.check()
        if found not in self._right(trace) and not self._right_for_the_shop(trace, found):
            raise NotSerialisable(self._story(trace, found))
        self.accepted.add(end)

    def _right_for_the_shop(self, trace: Trace, found: End) -> bool:
        """A job beside people may say that it met both what was and what became, and put away what it then keeps."""
        if all(command.tells for command in self.commands) or self.commands[0] is self.commands[-1]:
            return False
        if any("/undo" in command.name for command in self.commands):
            # It archives first, and restores whom it then keeps. What must hold of that stands in test_bulk_races.py.
            return True
        return of_the_shop(found) in map(of_the_shop, self._right(trace))

    def _delivered(self, trace: Trace) -> End:
        return self.stage.delivered(self._told(trace))

    def _told(self, trace: Trace) -> list[Any]:
        """What callers were told that must agree with an order: `busy` agrees with all that the others do."""
        pairs = zip(self.commands, trace.outcomes, strict=True)
        return [each if command.tells and not self._nothing(each) else None for command, each in pairs]

    def _nothing(self, outcome: Any) -> bool:
        """Whether nothing was done. Beside many transactions that may be for what stood there in between."""
        return busy(outcome) or (refused(outcome) and not all(command.tells for command in self.commands))

    def _right(self, trace: Trace) -> Mapping[End, str]:
        """The ends that are right, once all is delivered: whoever was refused has done nothing."""
        done = tuple(number for number, each in enumerate(trace.outcomes) if not self._nothing(each))
        if done not in self.delivered:
            orders = itertools.product(itertools.permutations(done), itertools.permutations(done))
            self.delivered[done] = dict(itertools.starmap(self._one_after_the_other, orders))
        return self.delivered[done]

    def _one_after_the_other(self, begun: Sequence[int], order: Sequence[int]) -> tuple[End, str]:
        """All have looked at the clock as they `begun`, and then do one after the other what they do."""
        commands = [each if number in order else NOTHING for number, each in enumerate(self.commands)]
        trace = self.stage.run(commands, [*begun, *one_by_one(order)])
        return self._delivered(trace), trace.schedule

    def _sound(self, trace: Trace) -> End:
        """The end that has just been reached, whose invariants hold."""
        end = self.stage.end(self._told(trace))
        if end in self.accepted:
            return end
        wrong = [*filter(None, map(defect, trace.outcomes))]
        try:
            self.stage.world.check()
        except AssertionError as broken:
            wrong.append(str(broken))
        if wrong:
            raise NotSerialisable("\n".join([self._heading(trace), *wrong]))
        return end

    def _heading(self, trace: Trace) -> str:
        lines = [f"{chr(ord('A') + number)}: {command.name}" for number, command in enumerate(self.commands)]
        steps = [f"  {chr(ord('A') + step.actor)} {step.call}" for step in trace.steps]
        again = [command.again for command in self.commands]
        if all(again):
            remembering = " remembering" if self.stage.memory else ""
            lines.append(f"again: python -m tests.support.interleaving {' '.join(again)} {trace.schedule}{remembering}")
        return "\n".join([*lines, f"schedule {trace.schedule}", *steps])

    def _story(self, trace: Trace, found: End) -> str:
        lines = [self._heading(trace)]
        for end, schedule in self._right(trace).items():
            lines += [f"not as {schedule}:", difference(found, end)]
        return "\n".join(lines)
