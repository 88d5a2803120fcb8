"""Imports run one way: app -> handlers -> wiring -> repos -> domain."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LAYERS = ("domain", "repos", "wiring", "handlers")
AWS = frozenset(("boto3", "botocore", "chalice", "os", "time", "aws_lambda_powertools"))
FILES = sorted((ROOT / "chalicelib").rglob("*.py"))


def layer_of(module: str) -> int:
    """How far up a module of ours stands; settings stand with wiring."""
    name = module.split(".")[1] if "." in module else "handlers"
    return LAYERS.index(name) if name in LAYERS else LAYERS.index("wiring")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{name.name}" for name in node.names)


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_no_import_runs_back(path: Path) -> None:
    own = layer_of(module_of(path))
    back = [name for name in imports(path) if name.startswith("chalicelib.") and layer_of(name) > own]
    assert back == []


@pytest.mark.parametrize("path", [p for p in FILES if "domain" in p.parts], ids=module_of)
def test_the_domain_knows_no_aws_no_clock_no_environment(path: Path) -> None:
    assert [name for name in imports(path) if name.split(".")[0] in AWS] == []
    clocks = [node for node in ast.walk(ast.parse(path.read_text())) if _reads_a_clock(node)]
    assert clocks == []


def _reads_a_clock(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and node.attr in ("now", "utcnow", "today")
        and isinstance(node.value, ast.Name)
        and node.value.id in ("datetime", "date")
    )
