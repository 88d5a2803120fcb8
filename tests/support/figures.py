"""What the proof tests covered, in figures: noted by the tests, added up over all processes, printed at the end.

`make proof` writes them into docs/proof.md as well (tools/proof_figures.py reads the file that the run leaves).
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


def collected(folder: Path) -> Figures:
    """The figures of all processes of a run."""
    total: Figures = defaultdict(lambda: defaultdict(int))
    for path in sorted(folder.glob("*.json")):
        for harness, figures in json.loads(path.read_text()).items():
            for name, number in figures.items():
                total[harness][name] += number
    return {harness: dict(figures) for harness, figures in sorted(total.items())}


def lines(figures: Figures) -> Iterable[str]:
    """A line for each harness."""
    for harness, numbers in figures.items():
        yield f"{harness}: " + ", ".join(f"{number:,} {name}" for name, number in numbers.items())
