"""What is wrong with a request beside its fields: the body as a whole, the query, the headers, the ids in its path.

Every route that there is, by the same few kinds of mistake; each is refused with the status that docs/api.md gives it
and, where there is something to name, with its name; nothing is written.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from chalicelib.handlers.endpoint import ENDPOINTS
from tests.support import bad_choices, figures
from tests.support.api import Reply
from tests.support.conforming import mismatches
from tests.support.described import Parameter, parameters, shapes_of
from tests.support.world import World
from tests.support.world.requests import PARAMETER, Request

ROUTES = sorted(route for route in ENDPOINTS if not ENDPOINTS[route].raw)
WITH_BODY = [route for route in ROUTES if ENDPOINTS[route].body is not None]
KEYED = [route for route in ROUTES if route.startswith("POST ") and ENDPOINTS[route].permission]
DEEP = 10_000
# What is sent as a body -> the statuses that say so.
BODIES: Mapping[str, tuple[str, tuple[int, ...]]] = {
    "blank": (" \n", (400,)),
    "null": ("null", (422,)),
    "a list": ("[]", (422,)),
    "a text": ('"text"', (422,)),
    "a number": ("1", (422,)),
    "a key twice": ('{"a": 1, "a": 1}', (400,)),
    "a key twice, once escaped": ('{"a": 1, "\\u0061": 1}', (400,)),
    "a key twice within": ('{"a": [{"b": 1, "b": 2}]}', (400,)),
    "more after its end": ("{} {}", (400,)),
    "a byte-order mark": ("\ufeff{}", (400,)),
    "over 1 MB": ('{"a": "' + "b" * (1024 * 1024) + '"}', (413,)),
    "deep lists": ("[" * DEEP + "]" * DEEP, (400,)),
    "deep objects": ('{"a":' * DEEP + "1" + "}" * DEEP, (400,)),
    "33 levels": ("[" * 33 + "]" * 33, (400,)),
    "a comment": ('{"a": 1} // b', (400,)),
    "single quotes": ("{'a': 1}", (400,)),
    "a comma too many": ('{"a": 1,}', (400,)),
    "no end": ('{"a": 1', (400,)),
    "NaN": ('{"a": NaN}', (400,)),
    "1e400": ('{"a": 1e400}', (400,)),
    "an escape that is none": ('{"a": "\\x41"}', (400,)),
    "a raw control character": ('{"a": "\x01"}', (400,)),
    "half an escape": ('{"a": "\\u12"}', (400,)),
    "bytes that are no UTF-8": ('{"a": "\udcff"}', (400,)),
    "what gzip makes": ("\x1f\udc8b\x08\x00", (400,)),
    "XML": ("<a/>", (400,)),
    "a form": ("a=1&b=2", (400,)),
}
TYPES: Mapping[str, int] = {
    "text/plain": 415,
    "application/x-www-form-urlencoded": 415,
    "multipart/form-data; boundary=a": 415,
    "application/xml": 415,
    "": 415,
    "application/jsonp": 415,
    "application/json; charset=utf-16": 400,
    "application/json; charset=latin-1": 400,
    'application/json; charset="iso-8859-1"': 400,
}
KEYS: Mapping[str, str] = {
    "empty": "",
    "blank": " ",
    "too long": "k" * 256,
    "a control character": "a\x07b",
    "no ASCII": "schlüssel",
}
VERSIONED = [route for route in ROUTES if any(each.name == "If-Match" for each in parameters(route, "header"))]
# What names no version that is there: a change that is meant for it must not be made, least of all as if it named none.
VERSIONS: Mapping[str, str] = {
    "a number": "1",
    "a text": "rubbish",
    "a tag of nothing": '""',
    "a tag that is open": '"1',
    "a tag of a text": '"abc"',
    "a version below nought": '"-1"',
    "a version before the first": '"0"',
    "a version to come": '"999999"',
    "a fraction": '"1.0"',
    "Arabic digits": '"\u0661"',
    "spaces within": '" 1 "',
    "a version of 400 digits": '"' + "9" * 400 + '"',
    "many": ", ".join(f'"{number}"' for number in range(100, 160)),
    "a star among others": '*, "999"',
}
IDS: Mapping[str, str] = {
    "nobody": "zzz",
    "a NUL": "cus_\x00",
    "a separator of keys": "cus_1#x|y\x1fz",
    "a slash": "cus_1/2",
    "dots": "../../v1/users",
    "very long": "c" * 5000,
    "another script": "客戶",
    "a template": "{{ id }}",
    "a percent sign": "%",
}
TAKEN_BY_NONE = ("a NUL", "a separator of keys", "very long")
Faults = Iterator[str]


def refused(world: World, reply: Reply, route: str, position: int, statuses: tuple[int, ...]) -> Faults:
    """What is wrong with a refusal."""
    yield from mismatches(route, reply)
    if reply.status not in statuses:
        yield f"{reply.status}, not {statuses}: {reply.text[:200]}"
    if world.cloud.position != position:
        yield "something was written"
        world.reset()


def none(wrong: list[str], sent: int) -> None:
    """Nothing may be wrong, and what was sent counts."""
    figures.note("input", {"bad requests": sent, "requests": sent})
    assert not wrong, "\n".join([f"{len(wrong)} in all", *wrong[:20]])


@pytest.mark.parametrize("route", WITH_BODY)
def test_a_body_that_is_none(world: World, route: str) -> None:
    request, wrong, before = world.request(route), list[str](), world.cloud.position
    blank = ENDPOINTS[route].body_optional
    for name, (body, statuses) in BODIES.items():
        if name == "blank" and blank:
            continue
        reply = world.send(request.with_(body=None, raw=body))
        wrong += [f"{name}: {each}" for each in refused(world, reply, route, before, statuses)]
    none(wrong, len(BODIES))


@pytest.mark.parametrize("route", WITH_BODY)
def test_a_body_under_a_wrong_name(world: World, route: str) -> None:
    request, wrong, before = world.request(route), list[str](), world.cloud.position
    if request.body is None:
        request = request.with_(body={})
    for kind, status in TYPES.items():
        reply = world.send(request.with_(headers={"Content_Type": kind}))
        wrong += [f"{kind}: {each}" for each in refused(world, reply, route, before, (status,))]
    none(wrong, len(TYPES))


@pytest.mark.parametrize("route", KEYED)
def test_a_key_that_is_none(world: World, route: str) -> None:
    request, wrong, before = world.request(route), list[str](), world.cloud.position
    for name, key in KEYS.items():
        reply = world.send(request.with_(headers={"Idempotency_Key": key}))
        wrong += [f"{name}: {each}" for each in refused(world, reply, route, before, (422,))]
        wrong += [] if reply.pointers == ["/Idempotency-Key"] else [f"{name}: {reply.pointers} named"]
    none(wrong, len(KEYS))


@pytest.mark.parametrize("route", VERSIONED)
def test_a_version_that_is_none(world: World, route: str) -> None:
    request, wrong, before = world.request(route), list[str](), world.cloud.position
    for name, version in VERSIONS.items():
        reply = world.send(request.with_(headers={"If_Match": version}))
        wrong += [f"{name}: {each}" for each in refused(world, reply, route, before, (412,))]
    none(wrong, len(VERSIONS))


@pytest.mark.parametrize("route", ROUTES)
def test_a_query_that_is_none(world: World, route: str) -> None:
    request, wrong, sent = world.request(route), list[str](), 0
    for name, query in queries(route, request):
        sent += 1
        before = world.cloud.position
        path = f"{request.path.partition('?')[0]}?{query}"
        reply = world.api(world.role_for(route))(request.method, path, request.body, raw=request.raw)
        wrong += [f"{name} ({query[:80]}): {each}" for each in refused(world, reply, route, before, (422,))]
        wrong += [] if f"/{name}" in reply_names(reply) else [f"{name} ({query[:80]}): {reply.text[:200]}"]
    none(wrong, sent)


def reply_names(reply: Reply) -> list[str]:
    """The parameters that a refusal names; a list is named with the place of its member, too."""
    return [pointer.rpartition("/")[0] if pointer[-1:].isdigit() else pointer for pointer in reply.pointers]


def queries(route: str, request: Request) -> Iterator[tuple[str, str]]:
    """The name of what is wrong, and the whole query."""
    good = dict(request.query)
    yield "no_such_parameter", urlencode({**good, "no_such_parameter": "1"})
    yield "limit[]", urlencode({**good, "limit[]": "1"})
    for each in parameters(route, "query"):
        rest = {name: value for name, value in good.items() if name != each.name}
        for text in values(each):
            yield each.name, urlencode({**rest, each.name: text}, errors="surrogatepass")
        if each.schema.get("type") != "array":
            yield each.name, urlencode([*rest.items(), (each.name, "a"), (each.name, "a")])


def values(parameter: Parameter) -> Iterator[str]:
    """Texts that the parameter must refuse."""
    for shape in shapes_of(parameter.schema):
        kind, inner = shape.get("type"), shape.get("items", shape)
        if kind in ("integer", "boolean"):
            yield from ("", "abc", "1.0", "1e2", "+1", " 1", "٣", "null", "[]", "0x1", "TRUE", "-1", "999999999999")
        if kind == "integer":
            yield from (str(shape["minimum"] - 1), str(shape["maximum"] + 1), "true")
        if kind in ("string", "array") and parameter.name != "cursor":
            yield from (each.value for each in bad_choices.refused(inner) if _can_be_sent(each.value))


def _can_be_sent(value: Any) -> bool:
    """Addresses end where API Gateway says, and hold no half characters."""
    return isinstance(value, str) and len(value) < 8000 and not any(0xD800 <= ord(each) < 0xE000 for each in value)


@pytest.mark.parametrize("route", [route for route in ROUTES if "{" in route])
def test_an_id_of_nothing(world: World, route: str) -> None:
    """404 or 422; a route that makes what is not there may take it, a removal of nothing is done."""
    request, wrong, sent = world.request(route), list[str](), 0
    for parameter in PARAMETER.findall(ENDPOINTS[route].path):
        for name, value in IDS.items():
            world.reset()
            before, sent = world.cloud.position, sent + 1
            reply = world.send(request.with_(parameters={**request.parameters, parameter: value}))
            wrong += [f"{parameter} as {name}: {each}" for each in _unknown(world, reply, route, before, name)]
    none(wrong, sent)


def _unknown(world: World, reply: Reply, route: str, before: int, name: str) -> Faults:
    makes = route.startswith("PUT ") and name not in TAKEN_BY_NONE
    if reply.status < 300 and (makes or world.cloud.position == before):
        return
    if reply.status == 405:  # what was no id with a slash in it, but another path
        return
    yield from refused(world, reply, route, before, (404, 422))


def test_cursors_that_are_none(world: World) -> None:
    """Forged, cut, in another alphabet, of another route, of another person, of other filters, expired."""
    manager, wrong = world.api("manager"), list[str]()
    cursor = manager.get("/v1/tags?limit=1").json["next_cursor"]
    others = manager.get("/v1/customers?limit=1").json["next_cursor"]
    forged = (
        "a",
        "",
        "=",
        "AAAA",
        cursor[:-1],
        cursor[1:],
        cursor + "A",
        others,
        cursor.swapcase(),
        "é",
        "%00",
    )
    for each in forged:
        reply = manager.get(f"/v1/tags?limit=1&cursor={quote(each)}")
        wrong += [f"{each}: {reply.status} {reply.text[:100]}"] if _passes(reply) else []
    asked = (
        ("sales", f"/v1/tags?limit=1&cursor={cursor}"),
        ("manager", f"/v1/customers?limit=1&city=Pune&cursor={others}"),
    )
    for name, path in asked:
        wrong += [f"{name} {path}"] if _passes(world.api(name).get(path)) else []
    world.pass_time(timedelta(hours=25))
    wrong += ["a day later"] if _passes(world.api("manager").get(f"/v1/tags?limit=1&cursor={cursor}")) else []
    none(wrong, len(forged) + len(asked) + 1)


def _passes(reply: Reply) -> bool:
    return reply.status != 422 or reply.pointers != ["/cursor"]
