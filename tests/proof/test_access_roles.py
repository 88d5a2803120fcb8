"""Every route of the app x everybody who may call it, with a request that would succeed."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from app import app
from chalicelib.domain.permissions import ROLES, allows
from chalicelib.handlers.endpoint import ENDPOINTS
from tests.support import figures
from tests.support.access.people import Roles, Staff, send, together
from tests.support.access.refusals import check_forbidden, one_entry, unmoved
from tests.support.api import Api
from tests.support.faults import LONG
from tests.support.world.requests import Request

ROUTES = sorted(route for route, endpoint in ENDPOINTS.items() if endpoint.permission is not None)
WRITING = [route for route in ROUTES if ENDPOINTS[route].writes]
SETS = together(len(ROLES) if LONG else 2)


@pytest.fixture(scope="module")
def _staff(_world: Any) -> Staff:
    return Staff(_world)


@pytest.fixture
def staff(_staff: Staff) -> Staff:
    _staff.reset()
    return _staff


def may(roles: Roles, route: str) -> bool:
    return allows(ENDPOINTS[route].permission or "", frozenset(roles))


def refusal_of(staff: Staff, roles: Roles, route: str) -> dict[str, Any]:
    return {"entity": route, "actor_id": staff.user_id(roles), "permission": ENDPOINTS[route].permission}


@pytest.mark.parametrize("route", ROUTES)
def test_everybody_is_let_in_exactly_where_the_table_says(staff: Staff, route: str) -> None:
    request = staff.world.request(route)
    for roles in SETS:
        staff.reset()
        if may(roles, route):
            reply = send(request, staff.token(roles))
            assert reply.status < 300, f"{roles}: {reply.status} {reply.text}"
            continue
        with one_entry(staff.world, **refusal_of(staff, roles, route)):
            for _ in range(2):  # the same person, route and minute: still one entry
                check_forbidden(send(request, staff.token(roles)))
    figures.note("access", {"requests": len(SETS)})


def disguises(request: Request) -> Iterator[tuple[Request, dict[str, str]]]:
    """The request with things that would be a 404, a 422, a 400, a 415, a 412 or another method for those who may."""
    nobodys = dict.fromkeys(request.parameters, "cus_00000000000000000000000000")
    yield request.with_(parameters=nobodys), {}
    yield request.with_(parameters=dict.fromkeys(request.parameters, "x#y/../z")), {}
    yield request.with_(query={"no": "such", "limit": "-1", "cursor": "forged"}), {}
    yield request.with_(body=None, raw="{"), {}
    yield request.with_(body={"no": "such"}), {"If_Match": '"999"', "Idempotency_Key": "k" * 300}
    yield request.with_(body=[]), {"Content_Type": "text/plain"}
    yield request, {"X_HTTP_Method_Override": "GET", "X_Forwarded_User": "admin", "X_Original_URL": "/v1/health"}


@pytest.mark.parametrize("route", ROUTES)
def test_who_is_refused_learns_nothing_of_what_there_is(staff: Staff, route: str) -> None:
    """Whether they may is asked before what they sent is read, and that before anything is looked up."""
    request = staff.world.request(route)
    staff.reset()
    roles = next(roles for roles in reversed(together()) if not may(roles, route))
    with one_entry(staff.world, **refusal_of(staff, roles, route)):
        for disguised, headers in disguises(request):
            check_forbidden(send(disguised, staff.token(roles), **headers))
            figures.note("access", {"requests": 1})


def test_another_minute_and_another_person_are_another_entry(staff: Staff) -> None:
    route, roles = "POST /v1/exports", ("sales",)
    request = staff.world.request(route)
    staff.reset()
    for who, later in ((("sales",), 0), (("sales",), 60), (("analyst",), 0)):
        staff.world.clock.move(timedelta(seconds=later))
        with one_entry(staff.world, **refusal_of(staff, who, route)):
            send(request, staff.token(who))
    with unmoved(staff.world):
        send(request, staff.token(roles))


@pytest.mark.parametrize("template", sorted(app.routes))
def test_other_methods_do_nothing_whoever_asks(staff: Staff, template: str) -> None:
    there = {*app.routes[template], "OPTIONS"}
    for method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PURGE", "get"} - there:
        for token in (None, staff.token(("admin",))):
            with unmoved(staff.world) as watch:
                reply = Api(token)(method, template, {"given_name": "X"})
            assert (reply.status, set(reply.headers["Allow"].split(", "))) == (405, there)
            assert watch.calls == []
    with unmoved(staff.world) as watch:
        asked = Api()("OPTIONS", template, Origin="https://evil.example")
    assert (asked.status, watch.calls) == (204, [])
    assert "Access-Control-Allow-Origin" not in asked.headers


@pytest.mark.parametrize("route", [route for route in WRITING if route.startswith("POST")])
def test_an_answer_is_repeated_only_to_whom_it_was_given(staff: Staff, route: str) -> None:
    """Neither to a colleague with the same key, nor to the same person once they may not ask any more."""
    request = staff.world.request(route)
    staff.reset()
    first, other = staff.token(("admin",)), staff.token(("admin", "manager"))
    assert send(request, first, Idempotency_Key="till-1").status < 300
    assert send(request, first, Idempotency_Key="till-1").headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in send(request, other, Idempotency_Key="till-1").headers
    staff.change(("admin",), {"roles": []})
    check_forbidden(send(request, first, Idempotency_Key="till-1"))
