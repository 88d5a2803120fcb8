"""Writes what a run of the tests covered into docs/proof.md: `python -m tools.proof_figures test` (or `proof`).

The run leaves its figures in .facet/figures (tests/support/figures.py). The column of the other form stays as it is.
"""

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".facet" / "figures"
PAGE = ROOT / "docs" / "proof.md"
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"
FORMS = {"test": 0, "proof": 1}
ROW = re.compile(r"^\| (?P<what>[^|]+?) \| (?P<test>[^|]*?) \| (?P<proof>[^|]*?) \|$", re.MULTILINE)
Table = dict[str, list[str]]


def collected(folder: Path) -> dict[str, int]:
    """The figures of all processes of a run: `harness: name` -> sum."""
    total: dict[str, int] = defaultdict(int)
    for path in sorted(folder.glob("*.json")):
        noted: Mapping[str, Mapping[str, int]] = json.loads(path.read_text())
        for harness, figures in noted.items():
            for name, number in figures.items():
                total[f"{harness}: {name}"] += number
    return dict(sorted(total.items()))


def rows(page: str) -> Table:
    """The table between the markers: what -> its two columns."""
    part = page.partition(BEGIN)[2].partition(END)[0]
    found = {match["what"]: [match["test"], match["proof"]] for match in ROW.finditer(part)}
    return {what: columns for what, columns in found.items() if ":" in what and not what.startswith("-")}


def written(page: str, form: str, figures: Mapping[str, int]) -> str:
    """The page with the figures of one form."""
    column, known = FORMS[form], rows(page)
    table: Table = {}
    for what in sorted({*known, *figures}):
        columns = list(known.get(what, ["", ""]))
        columns[column] = f"{figures[what]:,}" if what in figures else ""
        if any(columns):
            table[what] = columns
    before, after = page.partition(BEGIN)[0], page.partition(END)[2]
    return f"{before}{BEGIN}\n" + "\n".join(_lines(table)) + f"\n{END}{after}"


def _lines(table: Table) -> Iterable[str]:
    yield from ("", "| what | make test | make proof |", "|---|---|---|")
    for what, columns in table.items():
        yield f"| {what} | {columns[0]} | {columns[1]} |"
    yield ""


def main(form: str) -> int:
    """Writes the page; the exit code."""
    figures = collected(FOLDER)
    if not figures:
        print(f"No run has left figures in {FOLDER}.", file=sys.stderr)
        return 1
    PAGE.write_text(written(PAGE.read_text(), form, figures))
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in FORMS:
        sys.exit("usage: python -m tools.proof_figures test|proof")
    sys.exit(main(sys.argv[1]))
