"""Requests made up from the API's own document, against what `make run` starts: the packaged artefact over HTTP.

The same cases as in process (tests/proof/test_generated.py), fewer of them: what a real server, its parser and the
package could do to them.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given

from chalicelib.handlers.endpoint import ENDPOINTS
from tests.e2e.faces import body_of, path_of, records_of
from tests.e2e.instance import Instance, running
from tests.support import figures
from tests.support.api import Reply
from tests.support.conforming import mismatches
from tests.support.faults import LONG
from tests.support.generating import Made, cases, quickly, varied
from tests.support.world.requests import PARAMETER, Request

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
CASES = 30 if LONG else 2  # of each of the two kinds
# Who is signed out or dismissed can ask nothing more, so these come last.
ROUTES = sorted(ENDPOINTS, key=lambda route: ("/v1/users" in route, route))


@pytest.fixture(scope="module")
def facet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with running(tmp_path_factory.mktemp("generated")) as instance:
        yield instance


def known(route: str, records: Any) -> Request:
    """A request about records of the running shop, though not one that must succeed."""
    endpoint = ENDPOINTS[route]
    steps = zip(endpoint.path.split("/"), path_of(endpoint, records).partition("?")[0].split("/"), strict=True)
    parameters = {name[1:-1]: value for name, value in steps if PARAMETER.fullmatch(name)}
    body = body_of(endpoint, records)
    return Request(route, parameters, body=json.loads(body) if body else None)


def made_up(request: Request) -> list[Made]:
    """The cases of a route, the same in every run."""
    found: list[Made] = []
    for described in (True, False) if varied(request.route) else (True,):

        @quickly(CASES)
        @given(cases(request, described=described))
        def keep(made: Made) -> None:
            found.append(made)

        keep()
    return found


def sendable(made: Made) -> dict[str, str]:
    """Headers that HTTP can carry."""
    return {name: value for name, value in made.headers.items() if value.isascii() and value.isprintable()}


def test_over_http_too_an_answer_is_as_declared(facet: Instance) -> None:
    records, wrong, sent = records_of(facet), list[str](), 0
    for route in ROUTES:
        role = "admin" if ENDPOINTS[route].permission else "anonymous"
        for made in made_up(known(route, records)):
            sent += 1
            body = None if made.body is None else made.body.encode("utf-8", "replace")
            answer = facet.call(role, made.method, made.path.removeprefix("/v1"), body, **sendable(made))
            reply = Reply(answer.status, answer.headers, answer.body.decode())
            wrong += [f"{made.method} {made.path[:200]}: {each}" for each in mismatches(route, reply)]
            wrong += [f"{made}: {reply.text[:200]}"] if reply.status >= 500 else []
    figures.note("input", {"generated over HTTP": sent})
    assert not wrong, "\n".join([f"{len(wrong)} in all", *wrong[:20]])
