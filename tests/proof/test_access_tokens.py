"""Every route x every forgery of a token: refused before anything is asked of AWS, or looked at."""

import http.client
import io
import time
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.config import settings
from chalicelib.handlers.endpoint import ENDPOINTS
from chalicelib.wiring import tokens
from infra.alarms import resources
from tests.support import figures
from tests.support.access import forgeries
from tests.support.access.logs import written
from tests.support.access.people import send, twice
from tests.support.access.refusals import check_unauthorized, unmoved
from tests.support.faults import LONG
from tests.support.world import World, pool

ROUTES = sorted(route for route, endpoint in ENDPOINTS.items() if endpoint.permission is not None)
PARTS = 6
Forged = tuple[str, str, str]
LOGGED = {"level", "location", "message", "timestamp", "service", "event", "request_id"}


class Pool:
    """The pool's address, which counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.keys = pool.key_set()

    def __call__(self, address: str, timeout: float) -> Any:
        self.asked += 1
        assert (address, timeout) == (settings().jwks_url, tokens.FETCH_SECONDS)
        return io.BytesIO(self.keys)


@pytest.fixture
def address(world: World, monkeypatch: pytest.MonkeyPatch) -> Pool:
    """The keys come from the pool's address, and grow old by the clock of the made-up shop; no token is remembered."""
    world.restart()
    asked, keys = Pool(), tokens.PublishedKeys(settings().jwks_url)
    monkeypatch.setattr(tokens, "_published", lambda: keys)
    monkeypatch.setattr("urllib.request.urlopen", asked)
    monkeypatch.setattr(tokens, "time", SimpleNamespace(time=time.time, monotonic=time.time))
    return asked


@pytest.fixture
def true(world: World) -> tuple[str, forgeries.Claims]:
    """A token that was not given out yet, and what it says."""
    claims = pool.claims(world.subjects["admin"], "admin", jti="true")
    return pool.signed(claims), claims


@pytest.fixture
def forged(true: tuple[str, forgeries.Claims]) -> list[Forged]:
    return _forged(*true)


_made: dict[str, list[Forged]] = {}


def _forged(true: str, claims: forgeries.Claims) -> list[Forged]:
    """Made once: all tests begin at the same second, at which the true token is the same."""
    if true not in _made:
        _made[true] = list(forgeries.headers(true, claims))
    return _made[true]


def share(forged: list[Forged], route: str) -> list[Forged]:
    """A sixth of the forgeries, another one for the next route; in `make proof` all of them."""
    return forged if LONG else forged[ROUTES.index(route) % PARTS :: PARTS]


@pytest.mark.parametrize("route", ROUTES)
def test_every_forgery_is_refused(
    world: World, address: Pool, true: tuple[str, forgeries.Claims], forged: list[Forged], route: str
) -> None:
    request, tried = world.request(route), share(forged, route)
    world.reset()
    with unmoved(world) as watch:
        for name, header, code in tried:
            reply = send(request, None, Authorization=header)
            assert reply.status == 401, f"{name}: {reply.status} {reply.text[:200]}"
            assert reply.code == code, f"{name}: {reply.code}"
            check_unauthorized(reply)
    assert watch.calls == []
    assert address.asked <= 1, "forged key ids make the pool be asked for its keys again and again"
    assert send(request, true[0]).status < 300, "even the true one is refused, so nothing was shown"
    figures.note("access", {"requests": len(tried), "forgeries": len(tried)})


@pytest.mark.parametrize("route", ROUTES)
def test_a_token_counts_in_its_header_alone_and_once(
    world: World, address: Pool, true: tuple[str, forgeries.Claims], route: str
) -> None:
    request, token = world.request(route), true[0]
    elsewhere = [
        request.with_(query={**request.query, "access_token": token}),
        request.with_(query={**request.query, "Authorization": f"Bearer {token}"}),
        request.with_(headers={**request.headers, "Cookie": f"Authorization=Bearer {token}; access_token={token}"}),
        request.with_(headers={**request.headers, "X_Authorization": f"Bearer {token}"}),
    ]
    with unmoved(world) as watch:
        for each in elsewhere:
            check_unauthorized(send(each, None), "token_missing")
        for lines in ([token, token], ["forged", token], [token, "forged"]):
            check_unauthorized(twice(request, lines), "token_invalid")
    assert watch.calls == []
    figures.note("access", {"requests": 7})


def test_the_scheme_is_read_in_any_case(world: World, true: tuple[str, forgeries.Claims]) -> None:
    """RFC 9110: schemes have no case."""
    for scheme in ("bearer", "BEARER", "Bearer"):
        assert send(world.request("GET /v1/me"), None, Authorization=f"{scheme} {true[0]}").status == 200


def test_a_token_under_another_scheme_is_none(world: World, true: tuple[str, forgeries.Claims]) -> None:
    for scheme in ("Basic", "Token", "DPoP"):
        with unmoved(world):
            check_unauthorized(
                send(world.request("GET /v1/me"), None, Authorization=f"{scheme} {true[0]}"), "token_missing"
            )


def test_a_key_that_the_pool_publishes_without_an_id_is_that_of_no_token(world: World, address: Pool) -> None:
    said, address.keys = pool.claims(world.subjects["admin"], "admin"), pool.key_set("")
    with unmoved(world):
        check_unauthorized(send(world.request("GET /v1/me"), pool.signed(said, kid="")), "token_invalid")


def test_only_so_many_tokens_are_remembered(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "MOST_REMEMBERED", 2)
    tokens._verified.clear()
    for name in ("admin", "manager", "sales", "admin"):
        assert send(world.request("GET /v1/me"), world.token(name)).status == 200
        assert 0 < len(tokens._verified) <= 2


def test_a_new_key_of_the_pool_is_found_and_an_unknown_one_asked_for_twice_a_minute(
    world: World, address: Pool, true: tuple[str, forgeries.Claims]
) -> None:
    me, address.keys = world.request("GET /v1/me"), pool.key_set("an older one")
    for _ in range(3):
        check_unauthorized(send(me, true[0]), "token_invalid")
    assert address.asked == 1
    address.keys = pool.key_set()
    world.clock.move(timedelta(seconds=tokens.REFETCH_SECONDS + 1))
    assert [send(me, true[0]).status for _ in range(3)] == [200, 200, 200]
    assert address.asked == 2


def silence(*_: Any, **__: Any) -> Any:
    raise TimeoutError


def half_an_answer(*_: Any, **__: Any) -> Any:
    raise http.client.IncompleteRead(b'{"keys"', 100)


ANSWERS = {
    "nothing": silence,
    "half of it": half_an_answer,
    "no keys": lambda *_, **__: io.BytesIO(b'{"keys": []}'),
    "no JSON": lambda *_, **__: io.BytesIO(b"<html>"),
    "a list": lambda *_, **__: io.BytesIO(b"[]"),
    "no key that is one": lambda *_, **__: io.BytesIO(b'{"keys": [{"kid": "a", "kty": "RSA"}]}'),
}


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_pool_that_says_nothing_of_use_lets_nobody_in(
    world: World, address: Pool, true: tuple[str, forgeries.Claims], monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    monkeypatch.setattr("urllib.request.urlopen", ANSWERS[answer])
    with unmoved(world) as watch:
        reply = send(world.request("GET /v1/me"), true[0])
    assert (reply.status, reply.code, watch.calls) == (503, "unavailable", [])


def test_a_token_that_was_good_expires(world: World) -> None:
    me, token = world.request("GET /v1/me"), world.token("sales")
    assert send(me, token).status == 200
    world.clock.move(timedelta(seconds=pool.HOUR + 1))
    with unmoved(world):
        check_unauthorized(send(me, token), "token_expired")


def test_every_forgery_is_counted_and_none_is_quoted_in_the_log(
    world: World, address: Pool, forged: list[Forged]
) -> None:
    request = world.request("GET /v1/customers")
    with written() as log:
        for _, header, _ in forged:
            send(request, None, Authorization=header)
    counted = [line for line in log.lines if line["event"] == "unauthorized"]
    assert len(counted) == len(forged), "the alarm counts what the log says"
    assert {name for line in counted for name in line} == LOGGED
    pattern = resources("test")["UnauthorizedFilter"]["Properties"]["FilterPattern"]
    assert pattern == '{ $.event = "unauthorized" }'
