"""Every route x somebody with a true token whom the directory does not let in, or lets in as somebody else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.permissions import allows
from chalicelib.handlers.endpoint import ENDPOINTS
from tests.support import figures
from tests.support.access.people import Roles, Staff, send
from tests.support.access.refusals import check_unauthorized, unmoved
from tests.support.world import environment, pool

ROUTES = sorted(route for route, endpoint in ENDPOINTS.items() if endpoint.permission is not None)
PERSON: Roles = ("admin", "manager")


@pytest.fixture(scope="module")
def _staff(_world: Any) -> Staff:
    return Staff(_world)


@pytest.fixture
def staff(_staff: Staff) -> Staff:
    for route in ROUTES:
        _staff.world.request(route)  # found before the test changes anything
    _staff.reset()
    return _staff


def _stranger(_: Staff) -> None:
    return None


def _disabled(staff: Staff) -> str:
    staff.change(PERSON, {"disabled": True})
    return staff.token(PERSON)


def _signed_out(staff: Staff) -> str:
    staff.sign_out(PERSON)
    return staff.token(PERSON)


def _nobody(_: Staff) -> str:
    return pool.signed(pool.claims("00000000-0000-4000-8000-000000000001", "admin"))


def _disabled_before_they_came(_: Staff) -> str:
    import boto3

    subject = environment.make_person("never-came", "admin")
    boto3.client("cognito-idp").admin_disable_user(UserPoolId=pool.POOL, Username="never-came@shop.example")
    return pool.signed(pool.claims(subject, "admin"))


STATES: dict[str, tuple[Callable[[Staff], str | None], str]] = {
    "a stranger": (_stranger, "token_missing"),
    "disabled": (_disabled, "disabled"),
    "signed out everywhere": (_signed_out, "withdrawn"),
    "an account that does not exist any more": (_nobody, "unknown_user"),
    "disabled in the console before they came": (_disabled_before_they_came, "disabled"),
}


@pytest.mark.parametrize("state", STATES)
def test_nobody_is_let_in_any_more(staff: Staff, state: str) -> None:
    become, code = STATES[state]
    token = become(staff)
    for route in ROUTES:
        with unmoved(staff.world) as watch:
            check_unauthorized(send(staff.world.request(route), token), code)
        assert token or watch.calls == []
    figures.note("access", {"requests": len(ROUTES)})


def test_who_was_signed_out_may_sign_in_again(staff: Staff) -> None:
    old = _signed_out(staff)
    staff.world.clock.move(timedelta(seconds=2))
    new = staff.fresh_token(PERSON, list(PERSON))
    request = staff.world.request("GET /v1/me")
    assert [send(request, token).status for token in (old, new, old)] == [401, 200, 401]


def as_somebody_else(staff: Staff, tokens: list[str], roles: Roles) -> None:
    """On every route each token opens what these roles open, and no more."""
    for route in ROUTES:
        allowed = allows(ENDPOINTS[route].permission or "", frozenset(roles))
        for token in tokens:
            kept = staff.world.cloud.snapshot()
            reply = send(staff.world.request(route), token)
            assert (reply.status != 403) == allowed, f"{route}: {reply.status} {reply.text}"
            staff.world.cloud.restore(kept)
    figures.note("access", {"requests": len(ROUTES) * len(tokens)})


def test_groups_changed_in_the_console_count_from_the_next_token(staff: Staff) -> None:
    old, new = staff.token(PERSON), staff.fresh_token(PERSON, ["inventory"])
    send(staff.world.request("GET /v1/me"), new)
    as_somebody_else(staff, [old, new], ("inventory",))


@pytest.mark.parametrize("groups", [["root", "ADMIN", " admin", "admin ", "admin,manager", "*"], [], None])
def test_groups_that_are_no_roles_open_nothing(staff: Staff, groups: Any) -> None:
    as_somebody_else(staff, [staff.fresh_token(PERSON, groups)], ())


def test_a_role_taken_in_facet_is_not_brought_back_by_a_token(staff: Staff) -> None:
    token = staff.token(PERSON)
    staff.change(PERSON, {"roles": ["sales"]})
    as_somebody_else(staff, [token], ("sales",))
