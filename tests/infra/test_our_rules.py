"""Each rule in tools/rules flags what it is for, and lets what is right pass."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

from tests.infra.rule_examples import EXAMPLES, Example
from tools import our_rules

RULES = re.findall(r"^  - id: (.+)$", our_rules.all_rules(), re.MULTILINE)


def place_of(root: Path, number: int, example: Example) -> Path:
    """Rules go by the path, so examples lie where such code would; a number keeps them apart."""
    file = root / example.path
    return file if example.exact else file.with_name(f"{file.stem}_{number}.py")


@pytest.fixture(scope="module")
def flagged(tmp_path_factory: pytest.TempPathFactory) -> list[set[int]]:
    """Of each example the lines that its rule flags; all are looked at in one run."""
    root = tmp_path_factory.mktemp("rules")
    files = [place_of(root, number, example) for number, example in enumerate(EXAMPLES)]
    for file, example in zip(files, EXAMPLES, strict=True):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(example.code))
    lines: list[set[int]] = [set() for _ in files]
    for each in our_rules.findings(root, files):
        number = files.index(root / each.path)
        if each.rule == EXAMPLES[number].rule:
            lines[number].add(each.line)
    return lines


@pytest.mark.parametrize("number", range(len(EXAMPLES)), ids=lambda n: f"{EXAMPLES[n].rule}-{EXAMPLES[n].path}")
def test_a_rule_flags_what_it_must_and_nothing_else(flagged: list[set[int]], number: int) -> None:
    code = textwrap.dedent(EXAMPLES[number].code).splitlines()
    assert flagged[number] == {line for line, text in enumerate(code, 1) if text.endswith("# flagged")}


def test_every_rule_has_code_that_it_flags_and_code_that_it_does_not() -> None:
    assert RULES
    for rule in RULES:
        code = "".join(example.code for example in EXAMPLES if example.rule == rule).splitlines()
        assert [line for line in code if line.endswith("# flagged")], f"{rule} flags nothing in rule_examples.py"
        assert [line for line in code if line.strip() and not line.endswith("# flagged")], f"{rule} lets nothing pass"
    assert {example.rule for example in EXAMPLES} == set(RULES)


def test_no_comment_excuses_a_line(tmp_path: Path) -> None:
    file = tmp_path / "chalicelib" / "repos" / "all.py"
    file.parent.mkdir(parents=True)
    file.write_text("client.scan()  # nosemgrep\n")
    (found,) = our_rules.findings(tmp_path, [file])
    assert str(found).startswith("chalicelib/repos/all.py:1: no-scan: ")


def test_a_file_that_cannot_be_read_is_no_pass(tmp_path: Path) -> None:
    file = tmp_path / "chalicelib" / "broken.py"
    file.parent.mkdir()
    file.write_text("def (:\n")
    with pytest.raises(our_rules.RulesError, match="could not be run"):
        our_rules.findings(tmp_path, [file])
