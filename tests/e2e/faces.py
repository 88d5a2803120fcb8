"""The same requests through the local web server and through the emulated API Gateway; what they must answer alike.

Every route is read from the app: as somebody who may, as somebody else, as a stranger, and with bodies that are wrong.
Ids are those of the running shop. What two answers cannot have in common (ids, instants, links) is replaced by a word.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from chalicelib.handlers.endpoint import ENDPOINTS, Endpoint
from tests.e2e.instance import Answer, Instance
from tests.support.world.arrangement import KINDS, QUERIES, WORDS
from tests.support.world.records import by_kind
from tests.support.world.requests import PARAMETER, STAND_IN

# What the way through a server adds; X-Request-Id is sent along, so that it is the same.
OWN = frozenset(
    (
        *("date", "server", "via", "connection", "content-length", "transfer-encoding"),
        *("x-request-id", "x-amzn-requestid", "x-amz-apigw-id", "x-amzn-trace-id", "x-amz-id-2", "x-amz-request-id"),
    )
)
JSON = {"Content-Type": "application/json"}
ORIGIN, STRANGE = "http://localhost:3000", "https://elsewhere.example"
NOWHERE = "00000000000000000000000000"
OTHER = "second"
VARYING = (
    (re.compile(r"X-Amz-[A-Za-z-]+=[^&\"\\ ]+"), "signed"),
    (re.compile(r"(Signature|Expires|AWSAccessKeyId)=[^&\"\\ ]+"), "signed"),
    (re.compile(r'"(policy|x-amz-[a-z-]+)": ?"[^"]*"'), "signed"),
    (re.compile(r'"next_cursor": ?"[^"]*"'), "cursor"),
    (re.compile(r'"version": ?\d+'), "version"),
    (re.compile(r'"(age|waiting|sequence|count|customers|[a-z_]*_count)": ?\d+'), "count"),
    (re.compile(r"\+\d{9,}|\d{10,}"), "number"),
    (re.compile(rf"{OTHER}[.-]"), ""),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)"), "instant"),
)
LAST_DIGIT = re.compile(r"(\+\d{8,})(\d)")
ANY_ID = re.compile(r"(?<![a-z])([a-z]{3})_[0-9a-z]{26,52}")


@dataclass(frozen=True)
class Ask:
    """A request of somebody of a role."""

    method: str
    path: str
    role: str = "admin"
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def send(self, facet: Instance, base: str | None) -> Answer:
        """The answer of one face."""
        path = self.path.removeprefix("/v1")
        return facet.call(
            self.role, self.method, path, self.body, base=base, **{**self.headers, "X-Request-Id": "same"}
        )


def records_of(facet: Instance) -> Mapping[str, Sequence[str]]:
    """The ids in the running shop, by their kind, read from all lists."""
    plain = [
        e.path.removeprefix("/v1")
        for e in ENDPOINTS.values()
        if e.method == "GET" and "{" not in e.path and e.permission
    ]
    answers = [facet.call("admin", "GET", path) for path in plain]
    return by_kind([answer.body.decode() for answer in answers if answer.status == 200])


def path_of(endpoint: Endpoint, records: Mapping[str, Sequence[str]]) -> str:
    """The path with a record of the shop for each parameter; one that nobody has when there is none."""

    def choice(match: re.Match[str]) -> str:
        name = match[1]
        known = WORDS[name] if name in WORDS else records.get(KINDS[name], (f"{KINDS[name]}_{NOWHERE}",))
        return quote(known[0], safe="")

    path = PARAMETER.sub(choice, endpoint.path)
    query = QUERIES.get(endpoint.route, {})
    return f"{path}?{'&'.join(f'{name}={quote(value)}' for name, value in query.items())}" if query else path


def body_of(endpoint: Endpoint, records: Mapping[str, Sequence[str]]) -> bytes | None:
    """The body that the document of the API shows, about records of the shop."""
    example = vars(endpoint.body).get("example") if endpoint.body else None
    if example is None:
        return None
    text = json.dumps(example, ensure_ascii=False)
    return STAND_IN.sub(lambda match: records.get(match[1], (match[0],))[0], text).encode()


def of_routes(records: Mapping[str, Sequence[str]]) -> Iterator[Ask]:
    """Every route: read by two roles, asked by a stranger, and sent what is wrong."""
    for _, endpoint in sorted(ENDPOINTS.items()):
        path = path_of(endpoint, records)
        if endpoint.permission:
            yield Ask(endpoint.method, path, "anonymous", headers=JSON)
        if not endpoint.writes:
            yield Ask("GET", path)
            yield Ask("GET", path, "analyst")
        elif endpoint.body is not None:
            yield Ask(endpoint.method, path, body=b'{"a":1,', headers=JSON)
            yield Ask(endpoint.method, path, body=b'{"nobody_knows":1}', headers=JSON)


ORDER = ("POST", "PUT", "PATCH", "DELETE")  # what is made is changed, and then removed


def writes(records: Mapping[str, Sequence[str]]) -> Iterator[Ask]:
    """Every writing route as its document shows it; the second face often meets what the first one wrote."""
    for endpoint in sorted(ENDPOINTS.values(), key=lambda each: (*ORDER, "GET").index(each.method)):
        if endpoint.writes and endpoint.permission and not endpoint.path.startswith(("/v1/users", "/v1/sweeps")):
            yield Ask(endpoint.method, path_of(endpoint, records), body=body_of(endpoint, records), headers=JSON)


def second(ask: Ask) -> Ask:
    """The same for the other face, about another number, address or name, as the first has taken these."""
    if ask.body is None:
        return ask
    text = LAST_DIGIT.sub(lambda match: f"{match[1]}{(int(match[2]) + 1) % 10}", ask.body.decode())
    text = re.sub(r"([\w.]+)@", rf"{OTHER}.\1@", text)
    return replace(ask, body=re.sub(r'"name": "', f'"name": "{OTHER}-', text).encode())


def edges(records: Mapping[str, Sequence[str]]) -> Iterator[Ask]:
    """What comes before any route, and what only the way through HTTP shows."""
    customer = f"/v1/customers/{records['cus'][0]}"
    for path in ("/nothing/here", "/v1", "/v1/", "//customers", "/v1/customers/", "/v1/customers/a/b/c/d/e/f/g"):
        yield Ask("GET", path)
    for method in ("DELETE", "PUT", "PATCH", "HEAD", "TRACE"):
        yield Ask(method, "/v1/customers", headers=JSON)
    yield Ask("HEAD", "/v1/health", "anonymous")
    for origin in (ORIGIN, STRANGE, "null", ""):
        asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        yield Ask("OPTIONS", "/v1/customers", "anonymous", headers=asked)
        yield Ask("OPTIONS", "/v1/nothing", "anonymous", headers=asked)
        yield Ask("GET", "/v1/customers?limit=1", "sales", headers={"Origin": origin})
    for name in ("gzip", "br, gzip;q=0.5", "identity", "*;q=0"):
        yield Ask("GET", "/v1/customers?limit=5", headers={"Accept-Encoding": name})
    for language in ("application/xml", "text/html", "*/*"):
        yield Ask("GET", "/v1/customers?limit=1", headers={"Accept": language})
    yield from _paths(customer)
    yield from _queries()
    yield from _bodies(customer)
    yield from _conditions(customer)


def _paths(customer: str) -> Iterator[Ask]:
    for odd in (
        "by%20space",
        "%E0%A4%95",
        "na%C3%AFve",
        "a+b",
        "a%2Bb",
        "%25",
        "~x",
        "x'y",
        "%22",
        "a;b",
        "a:b",
        "a=b",
        "@",
    ):
        yield Ask("GET", f"/v1/customers/{odd}")
        yield Ask("GET", f"/v1/tags/{odd}")
    yield Ask("GET", f"{customer}/notes/%E2%80%AE")


def _queries() -> Iterator[Ask]:
    for query in (
        *("limit=0", "limit=1&limit=2", "limit=", "limit", "limit=x", "limit=1&", "&limit=1", "unknown=1", "q=%00"),
        *("q=%E0%A4%95", "q=a+b", "q=a%20b", "q=%2B919", "tag=VIP&tag=Gold", "q=%", "q=%ZZ", "limit=1;q=a", "q[]=a"),
        *("cursor=", "cursor=abc", "cursor=%00", "cursor=" + "A" * 300, "city=m%C3%BCnchen", "q=%C3", "limit=%31"),
    ):
        yield Ask("GET", f"/v1/customers?{query}")


def _bodies(customer: str) -> Iterator[Ask]:
    notes = f"{customer}/notes"
    for body in (
        b"",
        b"{}",
        b"[]",
        b"null",
        b'"a"',
        b"1",
        b'{"a":1,"a":2}',
        b"\xff\xfe",
        b'{"text":"\\ud800"}',
        b" " * 10,
    ):
        yield Ask("POST", notes, body=body, headers=JSON)
    for kind in (
        "text/plain",
        "application/xml",
        "application/json; charset=utf-8",
        "application/json; charset=latin-1",
    ):
        yield Ask("POST", notes, body=b'{"text":"a","nobody":1}', headers={"Content-Type": kind})
    yield Ask("POST", notes, body=b'{"text":"' + b"a" * 11_000 + b'"}', headers=JSON)
    yield Ask("POST", notes, body=b'{"text":"' + b"a" * 2_000_000 + b'"}', headers=JSON)
    yield Ask("POST", notes, body=b'{"text":1e400}', headers=JSON)
    yield Ask("POST", notes, body=b"[" * 2000 + b"]" * 2000, headers=JSON)
    yield Ask("POST", "/v1/unsubscribe?token=nonsense", "anonymous", b"List-Unsubscribe=One-Click", FORM)
    yield Ask("POST", "/v1/unsubscribe?token=%C3%A4", "anonymous", b"everything=1", FORM)
    yield Ask("GET", "/v1/unsubscribe?token=nonsense", "anonymous")
    yield Ask(
        "GET",
        "/v1/unsubscribe?token=nonsense&utm_source=a&utm_source=b",
        "anonymous",
        headers={"Accept-Language": "de"},
    )


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def _conditions(customer: str) -> Iterator[Ask]:
    for tag in ('"999"', 'W/"1"', "*", "nonsense", '"1", "2"'):
        yield Ask("PATCH", customer, body=b'{"occupation":""}', headers={**JSON, "If_Match": tag})
        yield Ask("GET", customer, headers={"If_None_Match": tag})
    for key in ("", "a" * 300, "with space", "ä".encode().decode("latin-1")):
        yield Ask("POST", f"{customer}/notes", body=b'{"nobody":1}', headers={**JSON, "Idempotency_Key": key})
    for token in ("", "Bearer", "Bearer a.b.c", "Basic YTpi", "bearer x"):
        yield Ask("GET", "/v1/customers", "anonymous", headers={"Authorization": token})


def seen(answer: Answer) -> dict[str, Any]:
    """An answer as it is compared: the status, every header that is not the server's own, and the body."""
    headers = {name: _plain(value) for name, value in answer.headers.items() if name not in OWN}
    return {"status": answer.status, "headers": headers, "body": _plain(answer.body.decode("utf-8", "replace"))}


def _plain(text: str) -> str:
    for pattern, name in VARYING:
        text = pattern.sub(name, text)
    known: dict[str, str] = {}
    text = ANY_ID.sub(lambda match: known.setdefault(match[0], f"{match[1]}-{len(known)}"), text)
    return re.sub(r'^"\d+"$', "entity tag", text)


def shape(answer: Answer) -> Any:
    """What two answers have in common although the first has changed what the second is about."""
    headers = seen(answer)["headers"]
    body = answer.json if answer.body.startswith((b"{", b"[")) else answer.body
    return sorted(headers), headers.get("content-type"), _shape(body)


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _shape(each) for name, each in value.items()}
    return [] if isinstance(value, list) else "something"


def difference(facet: Instance, ask: Ask, other: str) -> str | None:
    """What the two faces do not answer alike; None when they do."""
    here, there = seen(ask.send(facet, None)), seen(ask.send(facet, other))
    if here == there:
        return None
    told = [f"{part}: {str(here[part])[:300]} | {str(there[part])[:300]}" for part in here if here[part] != there[part]]
    return f"{ask.role} {ask.method} {ask.path[:80]} {str(ask.body)[:40]} {dict(ask.headers)}: {'; '.join(told)}"
