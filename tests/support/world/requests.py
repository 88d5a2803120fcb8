"""A request for every route that succeeds in the made-up shop, found by trying its records and the route's example."""

import itertools
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, urlencode

from chalicelib.handlers.endpoint import ENDPOINTS, Endpoint
from tests.support.api import Reply
from tests.support.world.arrangement import KINDS, QUERIES, WORDS

PARAMETER = re.compile(r"{(\w+)}")
STAND_IN = re.compile(r"([a-z]{3})_01kexamp1e0+")
MOST_RECORDS = 12


@dataclass(frozen=True)
class Request:
    """A request as a client sends it; `route` is its method and path template."""

    route: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    raw: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def method(self) -> str:
        """Such as POST."""
        return self.route.partition(" ")[0]

    @property
    def path(self) -> str:
        """The path with its query."""
        template = self.route.partition(" ")[2]
        path = PARAMETER.sub(lambda match: quote(self.parameters[match[1]], safe=""), template)
        return f"{path}?{urlencode(self.query)}" if self.query else path

    @property
    def endpoint(self) -> Endpoint:
        """The route's declaration."""
        return ENDPOINTS[self.route]

    def with_(self, **changes: Any) -> "Request":
        """The request with other parts."""
        return replace(self, **changes)


class NoRequest(AssertionError):
    """A route that nobody knows how to call: what to give it."""


Try = Callable[[Request], Reply]
Records = Mapping[str, Sequence[str]]


def succeeding(route: str, records: Records, attempt: Try) -> list[Request]:
    """Requests that succeed, the one with the most specific body first; `attempt` sends one and takes it back.

    Raises:
        NoRequest: none does.
    """
    found, last = [], None
    for request in candidates(ENDPOINTS[route], records):
        last = attempt(request)
        if last.status < 300:
            found.append(request)
            if len(found) == 3:
                return found
    if not found:
        why = f"{last.status} {last.text}" if last else "no record fits its path"
        raise NoRequest(
            f"No request for {route} succeeds in the made-up shop (last: {why}). Give the body's model an `example`, "
            "and tests/support/world/arrangement.py a record for each parameter of the path."
        )
    return found


def candidates(endpoint: Endpoint, records: Records) -> Iterator[Request]:
    """Requests that may succeed: every body with every record of its path."""
    for parameters in _parameters(endpoint, records):
        for body in _bodies(endpoint, records):
            request = Request(endpoint.route, parameters, QUERIES.get(endpoint.route, {}), body)
            yield _form(request) if endpoint.raw else request


def _parameters(endpoint: Endpoint, records: Records) -> Iterator[dict[str, str]]:
    names = PARAMETER.findall(endpoint.path)
    choices = [_choices(name, records) for name in names]
    for values in itertools.product(*choices):
        yield dict(zip(names, values, strict=True))


def _choices(name: str, records: Records) -> Sequence[str]:
    if name in WORDS:
        return WORDS[name]
    if name not in KINDS:
        raise NoRequest(f"tests/support/world/arrangement.py does not say which kind of id {{{name}}} is.")
    return records.get(KINDS[name], ())[:MOST_RECORDS]


def _bodies(endpoint: Endpoint, records: Records) -> Iterator[Any]:
    if endpoint.body is None:
        yield None
        return
    example = vars(endpoint.body).get("example")
    if example is None:
        raise NoRequest(f"{endpoint.body.__name__} has no `example`: a body that {endpoint.route} takes.")
    yield from _with_records(example, records)
    if endpoint.patch:
        for name, value in example.items():
            yield {name: value}


def _with_records(example: Any, records: Records) -> Iterator[Any]:
    text = json.dumps(example, ensure_ascii=False)
    kinds = sorted(set(STAND_IN.findall(text)))
    choices = [records.get(kind, ())[:MOST_RECORDS] for kind in kinds]
    for values in itertools.product(*choices):
        yield json.loads(_replaced(text, dict(zip(kinds, values, strict=True))))


def _replaced(text: str, ids: Mapping[str, str]) -> str:
    return STAND_IN.sub(lambda match: ids[match[1]], text)


def filled(example: Any, records: Records) -> Any:
    """The example with the first record of each kind that it names."""
    return next(_with_records(example, records))


def _form(request: Request) -> Request:
    """A raw route reads a form, whose address carries a token."""
    if request.body is None:
        return request
    headers = {"Content_Type": "application/x-www-form-urlencoded"}
    return request.with_(body=None, raw=urlencode(request.body), headers=headers)
