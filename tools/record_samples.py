"""Writes down what this version of the code writes and answers: `make sample`, before a release.

The file goes to tests/proof/written_by/, where the tests of later versions read it (tests/proof/test_upgrade.py). With
`--code COMMIT` it is what the code of that commit writes, in the made-up shop of the tests as they are now.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / "tests" / "proof" / "written_by"
CODE = ("app.py", "chalicelib", "infra", "schedules")  # what a release is; the tests around it are today's
AROUND = ("tests", "tools", "local", "pyproject.toml")


class NoHistory(Exception):
    """The commit is not here: one sentence."""


def commit(name: str) -> str:
    """The short id of a commit. Raises NoHistory without git, or without that commit."""
    try:
        found = subprocess.run(
            ["git", "rev-parse", "--short=10", "--verify", "--quiet", f"{name}^{{commit}}"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError) as missing:
        raise NoHistory(f"There is no commit {name} here.") from missing
    return found.stdout.strip()


def laid_over(folder: Path, name: str) -> Path:
    """A tree with the code of a commit, and the tests around it. Raises NoHistory."""
    archive = folder / "code.tar"
    try:
        subprocess.run(
            ["git", "archive", "--output", str(archive), commit(name), *CODE],
            cwd=ROOT,
            check=True,
            capture_output=True,
        )
    except subprocess.CalledProcessError as missing:
        raise NoHistory(f"The code of {name} is not here.") from missing
    tree = folder / "tree"
    tree.mkdir()
    subprocess.run(["tar", "-xf", str(archive), "-C", str(tree)], check=True)
    for each in AROUND:
        (tree / each).symlink_to(ROOT / each)
    return tree


def run(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run tests/support/written_run.py with the code of a tree; what it said."""
    environment = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1", "LOG_LEVEL": "ERROR"}
    command = [sys.executable, "-P", "-c", "from tests.support.written_run import main; main()", *arguments]
    return subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)


def main() -> int:
    """Records one sample; 1 and what went wrong when it could not."""
    parser = argparse.ArgumentParser(description="Write down what this version of the code writes.")
    parser.add_argument("--code", default="HEAD", help="the commit whose code is to write; without it the tree here")
    given = parser.parse_args()
    HOME.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        try:
            name = commit(given.code)
            tree = ROOT if given.code == "HEAD" else laid_over(Path(folder), given.code)
        except NoHistory as missing:
            print(missing, file=sys.stderr)
            return 1
        place = HOME / f"{name}.json.gz"
        said = run(tree, "record", str(place))
    print(said.stdout.strip() or said.stderr[-2000:])
    return said.returncode


if __name__ == "__main__":
    sys.exit(main())
