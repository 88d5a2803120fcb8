"""What the proof tests covered, in figures: noted by the tests, added up over all processes, printed at the end.

tools/proof_figures.py writes what a run has left into docs/proof.md.
"""

import json
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

FOLDER = "FACET_FIGURES"  # where the processes of a run leave their notes
Figures = dict[str, dict[str, int]]
_noted: Figures = defaultdict(lambda: defaultdict(int))


def note(harness: str, figures: Mapping[str, int]) -> None:
    """Add to the figures of a harness, such as `note("faults", {"calls": 12})`."""
    for name, number in figures.items():
        _noted[harness][name] += number


def leave(worker: str) -> None:
    """Write down what this process noted, where the run collects it."""
    folder = os.environ.get(FOLDER)
    if folder and _noted:
        Path(folder, f"{worker}.json").write_text(json.dumps(_noted))


def lines(figures: Mapping[str, int]) -> Iterable[str]:
    """A line for each harness, from `harness: name` -> number."""
    found: dict[str, list[str]] = defaultdict(list)
    for what, number in figures.items():
        harness, _, name = what.partition(": ")
        found[harness].append(f"{number:,} {name}")
    for harness, each in found.items():
        yield f"{harness}: {', '.join(each)}"
