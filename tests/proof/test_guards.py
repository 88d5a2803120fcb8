"""Every guard counts: when it is taken away, some test turns red. The guards are read from the code.

A new guard fails this build until `python -m tests.support.guards mark` and `record` have found the test that sees it.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import figures
from tests.support.guards import ledger
from tests.support.guards.finding import guards

LONG = os.environ.get("FACET_PROOF") == "long"
HOW = "Write the test that sees it, then `python -m tests.support.guards mark <its file>` and `... record`"


def test_a_test_is_known_for_every_guard() -> None:
    missing = ledger.read().missing(guards())
    assert not missing, f"{HOW}:\n" + "\n".join(missing)


def test_nothing_is_known_of_guards_that_are_gone() -> None:
    gone = ledger.read().gone(guards())
    assert not gone, "`python -m tests.support.guards record` forgets these:\n" + "\n".join(gone)


def test_guards_that_nothing_can_see_say_why() -> None:
    known = ledger.read()
    assert all(len(reason) > 20 for reason in known.excused.values())
    assert not known.killers.keys() & known.excused.keys()


@pytest.mark.slow
def test_what_is_taken_away_turns_a_test_red(root: Path) -> None:
    """All guards in the long form; else those whose function has changed, and a tenth of the others."""
    command = [sys.executable, "-m", "tests.support.guards", "verify", *([] if LONG else ["share"])]
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "FACET_", "PYTEST_"))
    }
    run = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    said = run.stdout.strip().splitlines()
    assert run.returncode == 0, "\n".join(said[-30:]) + run.stderr[-2000:]
    known = ledger.read()
    figures.note("guards", {**json.loads(said[-1]), "excused": len(known.excused)})
