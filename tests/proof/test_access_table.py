"""Routes, the permission table and what the guide says of it: none says anything that the others do not know."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import app
from chalicelib.domain.permissions import PERMISSIONS, ROLES
from chalicelib.handlers.endpoint import ENDPOINTS
from tests.support import figures

# Opening a route to everybody is a decision, which is taken here.
OPEN = {"GET /v1/health", "GET /v1/openapi.json", "GET /v1/docs", "GET /v1/unsubscribe", "POST /v1/unsubscribe"}
SERVED = sorted(f"{method} {path}" for path, methods in app.routes.items() for method in methods)
ROW = re.compile(r"^\| `([a-z_]+\.[a-z]+)` \|(.*)\|$", re.MULTILINE)


def test_every_route_that_is_served_is_declared() -> None:
    assert sorted(ENDPOINTS) == SERVED


@pytest.mark.parametrize("route", SERVED)
def test_a_route_has_a_permission_with_a_row_or_is_open_on_purpose(route: str) -> None:
    permission = ENDPOINTS[route].permission
    assert permission in PERMISSIONS if route not in OPEN else permission is None
    figures.note("access", {"routes": 1})


def test_every_permission_is_asked_for(root: Path) -> None:
    asked = {endpoint.permission for endpoint in ENDPOINTS.values()}
    asked |= {name for name in PERMISSIONS if any(f'"{name}"' in text for text in sources(root))}
    assert asked - {None} == set(PERMISSIONS), "a row that nothing asks for says what is not so"


def sources(root: Path) -> Iterator[str]:
    for path in (root / "chalicelib").rglob("*.py"):
        if path.name != "permissions.py":
            yield path.read_text()


def test_every_role_may_do_something_and_only_known_roles_do() -> None:
    assert set().union(*PERMISSIONS.values()) == set(ROLES)
    assert all(PERMISSIONS.values())


def test_the_guide_says_what_the_table_says(root: Path) -> None:
    """docs/guides/admin.md: a tick, with words behind it where a role sees less."""
    said = {}
    for name, cells in ROW.findall((root / "docs/guides/admin.md").read_text()):
        marks = [cell.strip() for cell in cells.split("|")]
        assert len(marks) == len(ROLES), name
        said[name] = frozenset(role for role, mark in zip(ROLES, marks, strict=True) if mark.startswith("✓"))
    assert said == PERMISSIONS
