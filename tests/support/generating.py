"""Requests that schemathesis makes up from the API's own document, as described and as not, written out to be sent."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote, unquote, urlencode

import jsonschema_rs
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.core import NotSet

from chalicelib.handlers.openapi import document
from tests.support.described import Parameter, Schema, body_schema, operation, parameters, shapes_of
from tests.support.world.requests import PARAMETER, Request

FORM = "application/x-www-form-urlencoded"
# Texts of which a random one would hardly ever be accepted.
FORMATS = {
    "birthday": ("1990-03-15", "--02-29", "1888-12-31"),
    "country": ("IN", "DE", "BR"),
    "currency": ("INR", "JPY", "USD"),
    "phone": ("+919812345678", "022 2345 6789", "+49 30 1234567"),
    "time-zone": ("Asia/Kolkata", "America/New_York", "UTC"),
}
_WHOLE = re.compile(r"-?[0-9]{1,18}", re.ASCII)
MODES = {True: GenerationMode.POSITIVE, False: GenerationMode.NEGATIVE}


@dataclass(frozen=True)
class Made:
    """A request that was made up. `wrong` when its body or query is not as described."""

    route: str
    path: str
    body: str | None
    headers: Mapping[str, str]
    wrong: bool

    @property
    def method(self) -> str:
        """Such as POST."""
        return self.route.partition(" ")[0]


def quickly(examples: int) -> settings:
    """So many cases, the same in every run, however long they take."""
    return settings(
        max_examples=examples,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )


@cache
def _schema() -> Any:
    for name, words in FORMATS.items():
        schemathesis.openapi.format(name, st.sampled_from(words))
    return schemathesis.openapi.from_dict(document())


def varied(route: str) -> bool:
    """Whether anything of the route's requests can be not as described."""
    return bool(operation(route)["parameters"]) or body_schema(route) is not None


def cases(known: Request, *, described: bool) -> st.SearchStrategy[Made]:
    """Requests of the route of a request that succeeds; some are of its records, with some of its fields."""
    path, method = known.endpoint.path, known.method
    made = _schema()[path][method].as_strategy(generation_mode=MODES[described])
    mixing = st.integers(0, 5)
    return st.builds(lambda case, mix: _written(known, case, mix, described=described), made, mixing)


def _written(known: Request, case: Case[Any], mix: int, *, described: bool) -> Made:
    parameters = known.parameters if mix else {n: unquote(str(v)) for n, v in (case.path_parameters or {}).items()}
    path = PARAMETER.sub(lambda match: quote(parameters[match[1]] or "-", safe=""), known.endpoint.path)
    query = [(name, _plain(each)) for name, value in _query(known, case).items() for each in _list(value)]
    body = None if isinstance(case.body, NotSet) else _mixed(known.body, case.body, mix)
    headers = {n: v for n, v in (case.headers or {}).items() if n.lower() in ("if-match", "idempotency-key")}
    form = known.endpoint.raw
    if body is not None or not isinstance(case.body, NotSet):
        headers["Content-Type"] = FORM if form else "application/json"
    text = None if isinstance(case.body, NotSet) else _form(body) if form else _json(body)
    # A raw route reads over what it does not know.
    wrong = not described and mix == 0 and not form and (_is_wrong(case, "body") or _misread(known.route, case, query))
    return Made(known.route, f"{path}?{urlencode(query)}" if query else path, text, headers, wrong)


def _is_wrong(case: Case[Any], place: str) -> bool:
    """Whether this part of the request is not as described."""
    parts = case.meta.components.items() if case.meta else ()
    return any(part.value == place and info.mode is GenerationMode.NEGATIVE for part, info in parts)


def _misread(route: str, case: Case[Any], query: Sequence[tuple[str, str]]) -> bool:
    """Whether the query is not as described, and no longer looks as if it were: "1" is a number in an address."""
    if not _is_wrong(case, "query"):
        return False
    shapes = {each.name: each for each in parameters(route, "query")}
    there = {name for name, _ in query}
    lacking = any(each.required and name not in there for name, each in shapes.items())
    return lacking or any(not _reads(shapes.get(name), [t for n, t in query if n == name]) for name in there)


def _reads(parameter: Parameter | None, texts: list[str]) -> bool:
    """Whether a parameter may be given so."""
    if parameter is None:
        return False
    return any(_fits(shape, texts) for shape in shapes_of(parameter.schema))


def _fits(shape: Schema, texts: list[str]) -> bool:
    if shape.get("type") == "array":
        return all(any(_fits(inner, [text]) for inner in shapes_of(shape["items"])) for text in texts)
    if len(texts) != 1:
        return False
    value: Any = texts[0]
    if shape.get("type") == "boolean":
        value = {"true": True, "false": False}.get(value)
    elif shape.get("type") == "integer":
        value = int(value) if _WHOLE.fullmatch(value) else None
    return jsonschema_rs.Draft202012Validator(dict(shape), validate_formats=False).is_valid(value)


def _query(known: Request, case: Case[Any]) -> Mapping[str, Any]:
    """An address of a raw route carries a token, without which there is nothing to see."""
    return {**known.query, **(case.query or {})} if known.endpoint.raw else case.query or {}


def _mixed(known: Any, made: Any, mix: int) -> Any:
    """Every member that was made up (0, 1), or every so manieth of them among those that are known to be taken."""
    if mix < 2 or not isinstance(known, dict) or not isinstance(made, dict):
        return made
    return {**known, **{name: value for place, (name, value) in enumerate(made.items()) if place % mix == 1}}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _json(body: Any) -> str:
    """What is no JSON is sent as it is."""
    return body.decode("utf-8", "replace") if isinstance(body, bytes) else json.dumps(body)


def _form(body: Any) -> str:
    pairs = body.items() if isinstance(body, dict) else [("", body)]
    return urlencode([(name, _plain(value)) for name, value in pairs], errors="replace")
