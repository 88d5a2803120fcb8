"""Bodies with as many fields as a route takes at once, and with one of them replaced."""

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.support.described import ANY_NAME, Field, Pointer, Schema, body_schema, fields, resolved, shapes_of
from tests.support.samples import Records, sample
from tests.support.world.requests import Request

MARK = "\ue001the bad one\ue001"
Succeeds = Callable[[Request], bool]


@dataclass
class Bodies:
    """A route's requests that succeed: as few as have every field that can be had, as full as can be."""

    request: Request
    records: Records
    succeeds: Succeeds
    found: list[Request] = field(default_factory=list)

    def with_(self, wanted: Field) -> tuple[Request, bool]:
        """A request that has the field, and whether it does; it does not when no request was found that may have it."""
        if not self.found:
            self.found.append(filled(self.request, self.records, self.succeeds))
        for known in self.found:
            if has(known.body, wanted.pointer):
                return known, True
        for other in self._others(wanted):
            if self.succeeds(other):
                self.found.append(filled(other, self.records, self.succeeds))
                return self.found[-1], True
        return self.found[0], False

    def _others(self, wanted: Field) -> Iterator[Request]:
        """The field without what is optional beside it, further and further up, and with other kinds of it."""
        value = json.dumps(sample(wanted.shapes[0], str(wanted.pointer[-1]), self.records))
        for depth in reversed(range(len(wanted.pointer))):
            for body in _bared(self.found[0].body, body_schema(self.request.route) or {}, wanted.pointer, depth):
                raw = replaced(self.request.with_(body=body), wanted, value, self.records)[0].raw
                yield self.request.with_(body=json.loads(raw or "null"))


def has(body: Any, pointer: Pointer) -> bool:
    """Whether something stands at this place."""
    parent, name = _parent(body, pointer)
    if isinstance(parent, list):
        return bool(parent)
    return isinstance(parent, dict) and parent.get(name) is not None


def _bared(body: Any, schema: Schema, pointer: Pointer, depth: int) -> Iterator[Any]:
    """The body with one object of it reduced to what is required, once for each word that it may begin with."""
    bare = copy.deepcopy(body)
    here = bare
    for step in pointer[:depth]:
        schema = _within(schema, step)
        here = here.get(step) if isinstance(here, dict) else None
    if not isinstance(here, dict):
        return
    objects = [shape for shape in shapes_of(schema) if "properties" in shape]
    if not objects:
        return
    required = objects[0].get("required", ())
    for name in here.keys() - set(required):
        del here[name]
    yield bare
    for name in required:
        for word in resolved(objects[0]["properties"][name]).get("enum", ()):
            here[name] = word
            yield bare


def filled(request: Request, records: Records, succeeds: Succeeds) -> Request:
    """The request with every optional field that it takes beside the others."""
    body = copy.deepcopy(request.body) if request.body is not None else {}
    for each in fields(request.route):
        parent, last = _parent(body, each.pointer)
        if each.pointer[-1] in (0, ANY_NAME) or not isinstance(parent, dict) or parent.get(last) is not None:
            continue
        before = copy.deepcopy(body)
        parent[last] = sample(each.shapes[0], str(last), records)
        if not succeeds(request.with_(body=body)):
            body = before
    return request.with_(body=copy.deepcopy(body))


def _parent(body: Any, pointer: Pointer) -> tuple[Any, Any]:
    """The container in which the place is, if it is there, and the place's name in it."""
    for step in pointer[:-1]:
        key = _name(body, step)
        if isinstance(body, dict) and key in body:
            body = body[key]
        elif isinstance(body, list) and body:
            body = body[0]
        else:
            return None, pointer[-1]
    return body, _name(body, pointer[-1])


def _name(container: Any, step: str | int) -> str | int:
    """A member whose name the client chooses is the first that there is."""
    if step != ANY_NAME:
        return step
    return next(iter(container), "a") if isinstance(container, dict) else "a"


def replaced(request: Request, field: Field, text: str, records: Records) -> tuple[Request, Pointer]:
    """The request with this JSON text in the place of the field, and where that place is."""
    body, pointer = _marked(request, field, records)
    raw = json.dumps(body).replace(json.dumps(MARK), text, 1)
    return request.with_(body=None, raw=raw), pointer


def _marked(request: Request, field: Field, records: Records) -> tuple[Any, Pointer]:
    body = copy.deepcopy(request.body)
    here, schema, real = body, body_schema(request.route) or {}, list[str | int]()
    for number, step in enumerate(field.pointer):
        name, schema = _name(here, step), _within(schema, step)
        real.append(name)
        last = number + 1 == len(field.pointer)
        there = MARK if last else _container(here, name, schema, records)
        if isinstance(here, list):
            here[:] = [there, *here[1:]]
        else:
            here[name] = there
        here = there
    return body, tuple(real)


def _within(schema: Schema, step: str | int) -> Schema:
    """The schema one step further down, in whichever shape has it."""
    for shape in shapes_of(schema):
        if step == 0 and "items" in shape:
            return resolved(shape["items"])
        if step in shape.get("properties", {}):
            return resolved(shape["properties"][step])
        if step == ANY_NAME and isinstance(shape.get("additionalProperties"), Mapping):
            return resolved(shape["additionalProperties"])
    raise KeyError(step)


def _container(here: Any, name: str | int, schema: Schema, records: Records) -> Any:
    """What is there to hold the next step, or a new one."""
    there = here[0] if isinstance(here, list) and here else here.get(name) if isinstance(here, dict) else None
    if isinstance(there, (dict, list)):
        return there
    holders = [shape for shape in shapes_of(schema) if shape.get("type") in ("object", "array")]
    return sample(holders[0], str(name), records)
