"""Which schedules to try: every order of calls that can lead to another end, or every order at all."""

from collections.abc import Callable, Iterator, Sequence

from tests.support.interleaving.touches import meet
from tests.support.interleaving.turns import Step, Trace

Play = Callable[[Sequence[int]], Trace]


def different(play: Play, most: int, first: Sequence[Trace] = ()) -> Iterator[Trace]:
    """Traces beyond the `first` ones. No two can be turned into each other by swapping calls that do not meet.

    Found by running (dynamic partial-order reduction): wherever a call met an earlier one of somebody else, that
    somebody is also tried later. It covers every order, for what a command does after it was refused as well. At most
    `most` are tried.
    """
    waiting: list[tuple[int, ...]] = [] if first else [()]
    known = {tuple(step.actor for step in trace.steps) for trace in first}
    seen = {canonical(trace.steps) for trace in first}
    for trace in first:
        waiting += _new(trace, known)
    while waiting and most:
        most -= 1
        trace = play(waiting.pop())
        form = canonical(trace.steps)
        if form not in seen:
            seen.add(form)
            yield trace
        waiting += _new(trace, known)


def _new(trace: Trace, known: set[tuple[int, ...]]) -> list[tuple[int, ...]]:
    found = [prefix for prefix in dict.fromkeys(_turned(trace.steps)) if prefix not in known]
    known.update(found)
    return found


def _turned(steps: Sequence[Step]) -> Iterator[tuple[int, ...]]:
    actors = tuple(step.actor for step in steps)
    for later, step in enumerate(steps):
        for earlier in range(later - 1, -1, -1):
            if actors[earlier] != step.actor and meet(steps[earlier].touches, step.touches):
                yield (*actors[:earlier], step.actor)
                break


def canonical(steps: Sequence[Step]) -> tuple[tuple[int, int], ...]:
    """The same for every order of calls that comes of swapping those that do not meet (Foata's normal form)."""
    placed: list[tuple[int, Step]] = []
    for step in steps:
        level = 1 + max((at for at, other in placed if _depends(other, step)), default=-1)
        placed.append((level, step))
    return tuple(sorted((level, step.actor) for level, step in placed))


def _depends(earlier: Step, later: Step) -> bool:
    return earlier.actor == later.actor or meet(earlier.touches, later.touches)


def every(play: Play, first: int, second: int) -> Iterator[Trace]:
    """Every order of so many turns of two commands; what either does beyond them comes at the end."""
    for schedule in _orders(first, second):
        yield play(schedule)


def _orders(first: int, second: int) -> Iterator[tuple[int, ...]]:
    if not first or not second:
        yield (0,) * first + (1,) * second
        return
    yield from ((0, *rest) for rest in _orders(first - 1, second))
    yield from ((1, *rest) for rest in _orders(first, second - 1))
