"""What the documents tell a reader to type is typed, and what they show is answered."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs import shell
from tests.docs.documents import Block, Step, name_of, runnable, steps
from tests.docs.matching import differences
from tests.e2e.instance import Instance, running

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def facet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """One instance, with the sample store that a reader has, for all documents."""
    with running(tmp_path_factory.mktemp("docs") / "data") as instance:
        yield instance


def surroundings(facet: Instance) -> dict[str, str]:
    return {"API": facet.run["api"], "DATA_DIR": str(facet.folder), "PYTHON": sys.executable}


@pytest.mark.parametrize("path", runnable(), ids=name_of)
def test_commands_answer_as_shown(path: Path, facet: Instance, tmp_path: Path) -> None:
    wanted = steps(path.read_text())
    answers = shell.run(wanted, tmp_path, surroundings(facet))
    wrong = [
        f"{name_of(path)}:{shown.line}: {difference}"
        for step, answer in zip(wanted, answers, strict=False)
        for shown in step.shown
        for difference in differences(shown, answer)
    ]
    assert wrong == []
    ended = f"{name_of(path)}:{wanted[len(answers) - 1].commands.line}: ended here: {answers[-1][-2000:]}"
    assert len(answers) == len(wanted), ended


def test_the_guides_and_the_page_for_programs_are_run() -> None:
    guides = {f"docs/guides/{role}.md" for role in ("sales", "manager", "inventory", "analyst", "admin")}
    assert {"README.md", "docs/api.md"} | guides <= {name_of(path) for path in runnable()}


def test_a_command_that_fails_is_seen(tmp_path: Path) -> None:
    lines = ("echo one", "false", "echo three")
    answers = shell.run([Step(Block("sh run", line, 1)) for line in lines], tmp_path, {})
    assert answers[0] == "one\n"
    assert len(answers) == 2


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl to compare with")
@pytest.mark.parametrize(
    "arguments",
    [
        ["-sSi", "{api}/customers?limit=3"],
        ["-sS", "-G", "{api}/customers?limit=9", "--data-urlencode", "q=अनन्या शर्मा"],
        ["-sSi", "{api}/customers", "-d", '{{"given_name": "Ana"}}'],
        ["-sSi", "-X", "PUT", "{api}/customers", "-d", "@body.json"],
    ],
)
def test_what_stands_in_for_curl_does_what_curl_does(arguments: list[str], facet: Instance, tmp_path: Path) -> None:
    (tmp_path / "body.json").write_text(json.dumps({"given_name": "Ana"}))
    signed = ["-H", f"Authorization: Bearer {facet.run['tokens']['sales']}", "-H", "Content-Type: application/json"]
    sent = [*signed, "-H", "X-Request-Id: same", *(part.format(api=facet.run["api"]) for part in arguments)]
    ours, real = (
        subprocess.run([*command, *sent], cwd=tmp_path, capture_output=True, check=True)
        for command in (shell.STAND_IN, ("curl",))
    )
    assert _comparable(ours.stdout) == _comparable(real.stdout)


def _comparable(answer: bytes) -> list[str]:
    """Without what tells the time: a cursor is signed together with the second in which it was made."""
    kept = re.sub(r'"next_cursor":"[^"]*"', '"next_cursor":"…"', answer.decode().replace("\r", "")).splitlines()
    return [line for line in kept if not line.startswith(("Date:", "Connection:"))]
