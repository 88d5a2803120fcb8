"""What the documents name is there: commands, files, links, headings, routes, keys."""

import inspect
import re
from pathlib import Path

import pytest

import app
from chalicelib.domain.permissions import PERMISSIONS, ROLES
from chalicelib.handlers.endpoint import ENDPOINTS
from chalicelib.repos import keys
from local import outbox
from tests.docs.documents import DOCUMENTS, blocks, name_of, prose
from tests.support.emulator import ROOT

ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text()
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
FOLDERS = ("app.py", "chalicelib/", "handlers/", "wiring/", "repos/", "domain/", "infra/", "local/", "tools/", "tests/")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
WORDS = "GET|POST|PUT|PATCH|DELETE"


def each(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(name, DOCUMENTS, ids=name_of)


@each("path")
def test_make_targets_exist(path: Path) -> None:
    code = "\n".join(_code(path.read_text()))
    named = set(re.findall(r"(?:^|\$\()make ([a-z][a-z-]*)", code, re.MULTILINE))
    assert named - TARGETS == set()


def _code(text: str) -> list[str]:
    """What is set as code, in blocks and in lines."""
    return [*re.findall(r"^```.*?^```$", text, re.DOTALL | re.MULTILINE), *re.findall(r"`([^`\n]+)`", prose(text))]


@each("path")
def test_links_lead_somewhere(path: Path) -> None:
    broken = [link for link in LINK.findall(prose(path.read_text())) if not _leads(path, link)]
    assert broken == []


def _leads(path: Path, link: str) -> bool:
    if re.match(r"(https?|mailto):", link):
        return True
    file, _, heading = link.partition("#")
    target = (path.parent / file).resolve() if file else path
    if not target.exists():
        return False
    return not heading or heading in {_anchor(line) for line in prose(target.read_text()).splitlines()}


def _anchor(line: str) -> str:
    """The anchor that a heading gets; nothing for other lines."""
    found = re.fullmatch(r"#+ (.*)", line)
    return re.sub(r"[^\w\- ]", "", found[1].lower()).replace(" ", "-") if found else ""


def test_every_page_is_linked_from_another() -> None:
    linked = {
        (path.parent / link.partition("#")[0]).resolve()
        for path in DOCUMENTS
        for link in LINK.findall(prose(path.read_text()))
    }
    assert [name_of(path) for path in DOCUMENTS if path != ROOT / "README.md" and path not in linked] == []


def test_the_architecture_names_files_that_exist() -> None:
    named = {text.split()[0] for text in _code(ARCHITECTURE) if text.startswith(FOLDERS)}
    named |= {word for block in blocks(ARCHITECTURE) for word in re.findall(r"[a-z/]+/(?= )|[a-z]+\.py", block.text)}
    missing = [name for name in named if not ((ROOT / name).exists() or (ROOT / "chalicelib" / name).exists())]
    assert len(named) > 8
    assert missing == []


def _routes() -> list[re.Pattern[str]]:
    """The app's, and those that only the local server has."""
    paths = [re.sub(r"\{[^}]+\}", "[^/]+", endpoint.path) for endpoint in ENDPOINTS.values()]
    return [re.compile(path) for path in (*paths, *outbox.PATHS)]


@each("path")
def test_routes_exist(path: Path) -> None:
    text = path.read_text()
    named = set(re.findall(rf"`(?:{WORDS}) (/v1/[^\s`?]*)", text))
    called = re.findall(r"\$API(/[^\s\"'?]*)", text)
    named |= {re.sub(r"\$\w+", "x", f"/v1{route}") for route in called}
    assert app.app.routes
    assert {route for route in named if not any(pattern.fullmatch(route) for pattern in _routes())} == set()


@each("path")
def test_a_route_is_named_with_a_method_that_it_has(path: Path) -> None:
    named = re.findall(rf"`({WORDS}) (/v1/[^\s`?]*)", path.read_text())
    local = {f"GET {path}" for path in outbox.PATHS}
    templates = local | {f"{e.method} {re.sub(r'{[^}]+}', '{}', e.path)}" for e in ENDPOINTS.values()}
    wanted = {f"{method} {re.sub(r'{[^}]+}', '{}', route)}" for method, route in named}
    assert wanted - templates == set()


def test_every_partition_has_its_row() -> None:
    rows = [line.split(" | ") for line in ARCHITECTURE.splitlines() if line.startswith("| ")]
    described = " ".join(row[1] for row in rows)
    source = "".join(path.read_text("utf-8") for path in Path(inspect.getfile(keys)).parent.glob("*.py"))
    prefixes = set(re.findall(r'f"([A-Z]+)#', "".join(_partitions(source)))) | {keys.COUNTERS, keys.STAFF, keys.SHOP}
    assert len(prefixes) > 12
    assert {prefix for prefix in prefixes if not re.search(rf"`{prefix}[#`]", described)} == set()


def _partitions(source: str) -> list[str]:
    """The first arguments of keys, and the texts that functions give as a partition."""
    return [*re.findall(r"Key\((f\"[^\"]*\")", source), *re.findall(r"return (f\"[^\"]*\")", source)]


def test_the_table_of_roles_is_that_of_the_code() -> None:
    text = (ROOT / "docs" / "guides" / "admin.md").read_text()
    rows = re.findall(r"^\| `([a-z._]+)` \|(.+)\|$", text, re.MULTILINE)
    said = {
        name: frozenset(r for r, cell in zip(ROLES, cells.split("|"), strict=True) if "✓" in cell)
        for name, cells in rows
    }
    assert said == PERMISSIONS
