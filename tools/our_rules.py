"""Runs the rules in tools/rules over the code: `python -m tools.our_rules`.

The engine is the program inside semgrep's wheel, started by itself: what its command line adds (an account, rules from
a registry, sixty packages) is of no use here. It is given the files and the rules, and answers in JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RULES = ROOT / "tools" / "rules"
CHECKED = ("app.py", "chalicelib", "tools")
ENGINE = "lib/python*/site-packages/semgrep/bin/semgrep-core"
HEAD = "rules:\n"


class RulesError(Exception):
    """The rules could not be run: one sentence."""


@dataclass(frozen=True, order=True)
class Finding:
    """A line that breaks a rule; `path` is relative to the folder that was looked at."""

    path: str
    line: int
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.message}"


def findings(root: Path, files: Iterable[Path]) -> list[Finding]:
    """What the rules find in the Python `files`, which lie below `root`; rules go by the path from there.

    Raises RulesError when the engine is not installed, or cannot read a rule or a file.
    """
    listed = sorted(files)
    with tempfile.TemporaryDirectory() as folder:
        rules, targets = Path(folder) / "rules.yml", Path(folder) / "targets.json"
        rules.write_text(all_rules())
        targets.write_text(json.dumps(["Targets", [_target(root, file) for file in listed]]))
        answer = _run(["-rules", str(rules), "-targets", str(targets), "-json_nodots", "-j", "2"])
    left_out = {str(file) for file in listed if not _excluded(root, file)} - set(answer["paths"]["scanned"])
    if answer["errors"] or answer["skipped_rules"] or left_out:
        reasons = [error["message"] for error in answer["errors"]] or ["a rule or a file was left out"]
        raise RulesError(f"The rules could not be run: {reasons[0]}")
    return sorted(_finding(root, each) for each in answer["results"])


def all_rules() -> str:
    """Every file of tools/rules as one."""
    return HEAD + "".join(file.read_text().removeprefix(HEAD) for file in sorted(RULES.glob("*.yml")))


def _excluded(root: Path, file: Path) -> bool:
    """Whether a rule lets the file pass by its name; when it is the only rule for it, nothing looks at the file."""
    return f"/{file.relative_to(root).as_posix()}" in all_rules()


def _target(root: Path, file: Path) -> list[Any]:
    place = {"fpath": str(file), "ppath": f"/{file.relative_to(root).as_posix()}"}
    return ["CodeTarget", {"path": place, "analyzer": "python", "products": ["sast"]}]


def _run(arguments: list[str]) -> dict[str, Any]:
    found = sorted((ROOT / ".facet" / "lint").glob(ENGINE))
    if not found:
        raise RulesError("semgrep is not installed; run: python3 tools/bootstrap.py lint")
    done = subprocess.run([str(found[-1]), *arguments], capture_output=True, text=True, check=False)
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError as silence:
        raise RulesError(f"semgrep broke off: {done.stderr.strip()[:400]}") from silence
    return answer


def _finding(root: Path, result: dict[str, Any]) -> Finding:
    path = Path(result["path"]).relative_to(root).as_posix()
    return Finding(path, result["start"]["line"], result["check_id"], result["extra"]["message"].strip())


def _files() -> list[Path]:
    return [
        file for name in CHECKED for file in ([ROOT / name] if name.endswith(".py") else (ROOT / name).rglob("*.py"))
    ]


def main() -> int:
    """Prints what breaks a rule; 1 when something does."""
    try:
        found = findings(ROOT, _files())
    except RulesError as error:
        print(error, file=sys.stderr)
        return 1
    for each in found:
        print(each)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
