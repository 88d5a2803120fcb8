"""One declaration per route: method, path, permission, shapes. Everything a route must not forget happens here.

A view takes a `Request` and gives an `Answer`. A writing view runs inside one transaction, which is committed after
it returned, together with the record of the answer for its Idempotency-Key; on a conflict the view runs again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from chalice.app import Blueprint, Response
from pydantic import BaseModel, ValidationError

from chalicelib.domain.call import Actor, Call
from chalicelib.domain.permissions import PERMISSIONS
from chalicelib.handlers import parameters, problem
from chalicelib.handlers.answers import Answer
from chalicelib.handlers.inbound import Inbound
from chalicelib.handlers.parameters import Flag, NoParameters
from chalicelib.repos.transaction import Transaction

WRITING = frozenset(("POST", "PUT", "PATCH", "DELETE"))
ANYBODY = Actor(id="sys_anybody", name="")


@dataclass(frozen=True)
class Request:
    """What a view is told; of a dry run nothing is committed, whatever the view writes."""

    call: Call
    path: Mapping[str, str]
    query: Any
    body: Any
    if_match: frozenset[int] | None
    scope: str
    work: Transaction
    dry_run: bool = False

    @property
    def roles(self) -> frozenset[str]:
        """The caller's roles."""
        return self.call.actor.roles


View = Callable[[Request], Answer]


@dataclass(frozen=True)
class Endpoint:
    """One route as it was declared; the OpenAPI document and the tests read these.

    A view whose route is `raw` reads parameters and body itself: what mail programs and link checkers add to a link
    must not be refused. `versioned`: a change of a record's state that may be meant for one version of it, as every
    PATCH may. `actor` is who a route that is open to all acts as. `preview` is the answer of a dry run (200).
    """

    method: str
    path: str
    view: View
    permission: str | None
    summary: str
    description: str
    tag: str
    body: type[BaseModel] | None = None
    patch: bool = False
    versioned: bool = False
    body_optional: bool = False
    query: type[BaseModel] = NoParameters
    returns: type[BaseModel] | None = None
    status: int = 200
    dry_run: bool = False
    preview: type[BaseModel] | None = None
    media: str = "application/json"
    also: Mapping[int, str] = field(default_factory=dict)
    raw: bool = False
    actor: Actor = ANYBODY

    @property
    def writes(self) -> bool:
        """Whether the view runs in a transaction."""
        return self.method in WRITING

    @property
    def of_a_version(self) -> bool:
        """Whether it does what If-Match says."""
        return self.versioned or self.method == "PATCH"

    @property
    def route(self) -> str:
        """Method and path template, as the idempotency record and the audit name it."""
        return f"{self.method} {self.path}"


ENDPOINTS: dict[str, Endpoint] = {}


class Routes:
    """The routes of one feature, as a Chalice blueprint."""

    def __init__(self, module: str, tag: str) -> None:
        self.blueprint = Blueprint(module)
        self._tag = tag

    def __call__(
        self, method: str, path: str, permission: str | None, summary: str, **options: Any
    ) -> Callable[[View], View]:
        """Declare a route; `permission` None is open to everybody.

        Raises:
            KeyError: the permission has no row in the table.
        """
        if permission is not None:
            PERMISSIONS[permission]

        def declare(view: View) -> View:
            described = (view.__doc__ or "").strip()
            endpoint = Endpoint(method, path, view, permission, summary, described, self._tag, **options)
            ENDPOINTS[endpoint.route] = endpoint
            self.blueprint.route(path, methods=[method], content_types=["*/*"])(_as_chalice_view(endpoint))
            return view

        return declare


def _as_chalice_view(endpoint: Endpoint) -> Callable[..., Response]:
    @wraps(endpoint.view)
    def view(**path: str) -> Response:
        from chalicelib.handlers import serve  # noqa: PLC0415 -- serve knows the endpoints, not the other way round

        answer = serve.answer(endpoint, path)
        return Response(body=answer.text(), status_code=answer.status, headers=dict(answer.headers))

    return view


def read_query(endpoint: Endpoint, inbound: Inbound) -> tuple[Any, bool]:
    """The query as the route declares it, and whether the request is a dry run."""
    sent = dict(inbound.parameters)
    if endpoint.raw:
        return sent, False
    dry_run = False
    if endpoint.dry_run and "dry_run" in sent:
        dry_run = parameters.read(_DryRun, {"dry_run": sent.pop("dry_run")}).dry_run
    return parameters.read(endpoint.query, sent), dry_run


def read_body(endpoint: Endpoint, inbound: Inbound) -> Any:
    """The body as the route declares it; a merge patch stays a plain object.

    Raises:
        Malformed, Invalid: as the cause is.
    """
    if endpoint.raw:
        return inbound
    if endpoint.body is None:
        return None
    if endpoint.body_optional and not inbound.raw.strip():
        return endpoint.body()
    sent = inbound.json()
    if endpoint.patch:
        return _patch(sent)
    return shaped(endpoint.body, sent)


def shaped(model: type[BaseModel], sent: Any) -> Any:
    """What was sent, as the model has it.

    Raises:
        Invalid: it is not.
    """
    try:
        return model.model_validate(sent)
    except ValidationError as refusal:
        raise problem.from_validation(refusal.errors(include_url=False, include_input=False), sent) from None


def _patch(sent: Any) -> dict[str, Any]:
    from chalicelib.domain.errors import Invalid  # noqa: PLC0415 -- rarely needed

    if not isinstance(sent, dict):
        raise Invalid.field("", "a merge patch must be a JSON object")
    return sent


class _DryRun(NoParameters):
    dry_run: Flag
