"""Looks for the tests that see the guards, and holds the guards against the tests that are known to."""

import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence

from tests.support.guards import ledger, session
from tests.support.guards.children import Outcome
from tests.support.guards.finding import guards
from tests.support.guards.guard import Guard

MOST_PASSING = 6  # tests tried that merely come past a guard


def say(text: str) -> None:
    """A line of the command."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def record(wanted: Sequence[Guard]) -> int:
    """Find a test for each of these guards and write it down; 1 when some have none."""
    known = ledger.read()
    hits = json.loads(ledger.HITS.read_text()) if ledger.HITS.exists() else {}
    candidates = {guard.id: _candidates(guard, known, hits) for guard in wanted}
    survivors: dict[str, str] = {}

    def judge(run: session.Session) -> None:
        for place, guard in enumerate(wanted):
            outcome = _alone(run, guard, candidates[guard.id])
            _note(known, guard, outcome, survivors)
            say(f"{place + 1}/{len(wanted)} {guard.id}: {outcome.red or outcome.defect or 'NOTHING'}")
            if place % 10 == 9:
                known.write(guards())
        known.write(guards())

    session.run(judge, sorted({name for names in candidates.values() for name in names}))
    ledger.HITS.parent.mkdir(parents=True, exist_ok=True)
    (ledger.HITS.parent / "survivors.json").write_text(json.dumps(survivors, indent=1))
    say(f"{len(wanted) - len(survivors)} of {len(wanted)} are seen, {len(survivors)} are not")
    return bool(survivors)


def _alone(run: session.Session, guard: Guard, names: Sequence[str]) -> Outcome:
    """The test that turns red without the guard, and by itself: not for what tests before it have left."""
    left = list(names)
    while True:
        outcome = run.try_without(guard, left)
        if outcome.red is None or outcome.red == left[0] or run.try_without(guard, [outcome.red]).red:
            return outcome
        left = left[left.index(outcome.red) + 1 :] if outcome.red in left else []


def _note(known: ledger.Ledger, guard: Guard, outcome: Outcome, survivors: dict[str, str]) -> None:
    if outcome.red:
        known.killers[guard.id] = (guard.digest, outcome.red)
    else:
        known.killers.pop(guard.id, None)
        survivors[guard.id] = outcome.defect


def _candidates(
    guard: Guard, known: ledger.Ledger, hits: Mapping[str, Mapping[str, Sequence[tuple[float, str]]]]
) -> list[str]:
    """Tests that may see it, the most promising first."""
    before = [known.killers[guard.id][1]] if guard.id in known.killers else []
    noted = hits.get(guard.id, {"decided": [], "passed": []})
    names = [*before, *(name for _, name in noted["decided"]), *(name for _, name in noted["passed"][:MOST_PASSING])]
    return list(dict.fromkeys(names))


def verify(wanted: Sequence[Guard]) -> int:
    """Take each of these guards away and see the known test turn red; 1 when one does not.

    The last line is a JSON object with the figures.
    """
    known = ledger.read()
    killers = {guard.id: known.killers[guard.id][1] for guard in wanted if guard.id in known.killers}
    figures: Counter[str] = Counter(guards=len(guards()))
    faults: list[str] = []

    def judge(run: session.Session) -> None:
        for guard in wanted:
            if guard.id in killers:
                figures["removed in this run"] += 1
                outcome = run.try_without(guard, [killers[guard.id]])
                figures["seen red"] += outcome.red is not None
                if not outcome.red:
                    faults.append(f"{guard.id}: {killers[guard.id]} stays green {outcome.defect}")
        red = _red_anyway(run, sorted(set(killers.values())))
        if red:
            faults.append(f"with every guard in place {red} is red as well")

    session.run(judge, sorted(set(killers.values())))
    say("\n".join((*faults, json.dumps(dict(figures)))))
    return bool(faults) or figures["removed in this run"] != len(killers)


def _red_anyway(run: session.Session, names: Sequence[str]) -> str | None:
    """A test that turns red by itself with all guards in place, so that it shows nothing."""
    left = list(names)
    while left:
        outcome = run.control(left)
        if outcome.red is None:
            return outcome.defect or None
        if run.control([outcome.red]).red:
            return outcome.red
        left = left[left.index(outcome.red) + 1 :]
    return None
