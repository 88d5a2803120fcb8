"""Every named bad value on every field of every body that the document describes.

What must be refused is refused by the field's name and writes nothing; what may be taken is stored as it was sent.
"""

import contextlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from chalicelib.handlers.endpoint import ENDPOINTS
from chalicelib.repos.table import decode
from tests.support import bad_choices, bad_values, figures
from tests.support.api import Reply
from tests.support.bad_values import NULL, Value
from tests.support.conforming import mismatches
from tests.support.described import Field, Pointer, fields, written
from tests.support.filling import Bodies, replaced
from tests.support.world import World
from tests.support.world.environment import TABLE
from tests.support.world.records import texts
from tests.support.world.requests import Request

ROUTES = [route for route in sorted(ENDPOINTS) if fields(route) and not ENDPOINTS[route].raw]
# Text beside a template that does not ask for it.
UNUSED = {"POST /v1/templates/{template_id}/test": ("/text",)}
NO_JSON = {value.name for value in bad_values.NO_NUMBERS}


def bodies(world: World, route: str) -> Bodies:
    """The route's requests that have every field that it takes."""

    def succeeds(request: Request) -> bool:
        world.reset()
        return world.send(request).status < 300

    return Bodies(world.request(route), world.records, succeeds)


def must_be_refused(field: Field) -> Iterator[Value]:
    """What no shape of the field has."""
    yield from bad_choices.of_other_types(field.shapes)
    if not field.nullable:
        yield NULL
    if len(field.shapes) == 1:
        yield from bad_choices.refused(field.shapes[0])


@pytest.mark.parametrize("route", ROUTES)
def test_a_bad_value_is_refused_by_the_name_of_its_field(world: World, route: str) -> None:
    known, wrong, sent = bodies(world, route), [], 0
    for field in fields(route):
        request, _ = known.with_(field)
        world.reset()
        for value in must_be_refused(field):
            sent += 1
            bad, pointer = replaced(request, field, value.text, world.records)
            wrong += [f"{field.name} as {value.name}: {each}" for each in _refusal(world, bad, pointer, value)]
    figures.note("input", {"fields": len(fields(route)), "bad values": sent, "requests": sent})
    assert_none(wrong)


def _refusal(world: World, bad: Request, pointer: Pointer, value: Value) -> Iterator[str]:
    before = world.cloud.position
    reply = world.send(bad)
    yield from mismatches(bad.route, reply)
    if world.cloud.position != before:
        yield f"something was written ({reply.status})"
        world.reset()
    if value.name in NO_JSON and reply.status == 400:
        return
    if reply.status != 422:
        yield f"{reply.status} {reply.text[:200]}"
    elif not any(_is_in(named, written(pointer)) for named in reply.pointers):
        yield f"only {reply.pointers} named"


def _is_in(named: str, place: str) -> bool:
    return named == place or named.startswith(f"{place}/")


@pytest.mark.parametrize("route", ROUTES)
def test_an_odd_value_is_stored_as_it_is_or_refused(world: World, route: str) -> None:
    known, wrong, sent = bodies(world, route), [], 0
    for field in fields(route):
        request, fits = known.with_(field)
        for value in (each for shape in field.shapes for each in bad_choices.odd(shape)):
            sent += 1
            world.reset()
            odd, pointer = replaced(request, field, value.text, world.records)
            wrong += [
                f"{field.name} as {value.name}: {each}" for each in _taken(world, odd, pointer if fits else (), value)
            ]
    figures.note("input", {"odd values": sent, "requests": sent})
    assert_none(wrong)


def _taken(world: World, odd: Request, pointer: Pointer, value: Value) -> Iterator[str]:
    position, items = world.cloud.position, world.cloud.items(TABLE)
    reply = world.send(odd)
    yield from mismatches(odd.route, reply)
    written_something = world.cloud.position != position
    if reply.status >= 400:
        if not any(_is_in(named, written(pointer)) for named in reply.pointers):
            yield f"{reply.status} and only {reply.pointers} named"
        if written_something:
            yield "refused, yet something was written"
    elif written_something and isinstance(value.value, str) and written(pointer) not in UNUSED.get(odd.route, ()):
        yield from () if value.value in _kept(world, items, reply) else ("taken, but nowhere as it was sent",)


def _kept(world: World, before: Mapping[Any, Any], reply: Reply) -> set[str]:
    """Every text of the answer and of what has been written."""
    new = [decode(item) for key, item in world.cloud.items(TABLE).items() if before.get(key) is not item]
    return {*_texts(new), *_texts(world.cloud.sns.endpoints), *(_texts(reply.json) if reply.text else ())}


def _texts(value: Any) -> Iterator[str]:
    """Every text, those of JSON within texts included."""
    for text in texts(value):
        yield text
        if text[:1] in ("{", "["):
            with contextlib.suppress(ValueError):
                yield from _texts(json.loads(text))


@pytest.mark.parametrize("route", ROUTES)
def test_a_member_that_is_none_is_refused_wherever_it_stands(world: World, route: str) -> None:
    """No mass assignment: not of the body, nor of what is in it."""
    request, wrong = bodies(world, route).with_(fields(route)[0])[0], []
    for place in objects(request.body, ()):
        bad = request.with_(body=with_stranger(request.body, place))
        said = _refusal(world, bad, (*place, "no_such_member"), Value("stranger"))
        wrong += [f"{written(place)}: {each}" for each in said]
    assert_none(wrong)


def objects(body: Any, place: Pointer) -> Iterator[Pointer]:
    """Every object of a body, but those whose members are the client's."""
    if isinstance(body, dict) and place[-1:] not in (("custom",), ("mapping",), ("values",)):
        yield place
        for name, member in body.items():
            yield from objects(member, (*place, name))
    elif isinstance(body, list):
        for number, member in enumerate(body):
            yield from objects(member, (*place, number))


def with_stranger(body: Any, place: Pointer) -> Any:
    """The body with a member that is none, in the object at this place."""
    if not place:
        return {**body, "no_such_member": 1}
    first, rest = place[0], place[1:]
    inner = with_stranger(body[first], rest)
    if isinstance(body, list):
        return [inner if number == first else each for number, each in enumerate(body)]
    return {**body, first: inner}


def assert_none(wrong: list[str]) -> None:
    """The first few of what is wrong say enough."""
    assert not wrong, "\n".join([f"{len(wrong)} in all", *wrong[:20]])
