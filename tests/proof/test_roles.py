"""Every route of the app x every role, read from the app's own route table."""

import re
from typing import Any

import pytest

from app import app
from chalicelib.domain.permissions import PERMISSIONS, ROLES, allows
from chalicelib.handlers.endpoint import ENDPOINTS
from tests.support.faults import injected

pytestmark = pytest.mark.emulator
OPEN = {"GET /v1/health", "GET /v1/openapi.json", "GET /v1/docs", "GET /v1/unsubscribe", "POST /v1/unsubscribe"}
ROUTES = sorted(f"{method} {path}" for path, methods in app.routes.items() for method in methods)
CLOSED = [route for route in ROUTES if route not in OPEN]


def call(api: Any, route: str) -> Any:
    method, template = route.split(" ")
    path = re.sub(r"{\w+}", "cus_00000000000000000000000000", template)
    return api(method, path, {} if method in ("POST", "PUT", "PATCH") else None)


@pytest.mark.parametrize("route", ROUTES)
def test_every_route_declares_a_permission_with_a_row(route: str) -> None:
    permission = ENDPOINTS[route].permission
    assert permission in PERMISSIONS if route not in OPEN else permission is None


@pytest.mark.parametrize("route", CLOSED)
def test_a_stranger_is_refused(people: dict[str, Any], route: str) -> None:
    with injected() as watch:
        reply = call(people["anonymous"], route)
    assert (reply.status, reply.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert watch.calls == []


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("route", CLOSED)
def test_a_role_is_let_in_exactly_where_the_table_says(people: dict[str, Any], route: str, role: str) -> None:
    permission = ENDPOINTS[route].permission or ""
    allowed = allows(permission, frozenset((role,)))
    with injected() as watch:
        reply = call(people[role], route)
    assert (reply.status == 403) == (not allowed), reply.text
    assert reply.status < 500, reply.text
    if not allowed:
        assert len(watch.written) == 1
        assert watch.written[0].startswith("AUDIT#")
