"""The edge of the API: finds the route of any path, answers CORS, and gives every answer its common headers.

API Gateway has one proxy resource (docs/decisions.md), so unknown paths, wrong methods and preflights arrive here too.
"""

from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from time import perf_counter
from typing import Any

from chalice.app import Chalice
from chalice.app import Request as ChaliceRequest

from chalicelib.config import settings
from chalicelib.domain.errors import MethodNotAllowed, NotFound
from chalicelib.handlers import inbound as requests
from chalicelib.handlers import serve
from chalicelib.handlers.answers import Answer
from chalicelib.handlers.inbound import Inbound
from chalicelib.handlers.log import logger

PREFLIGHT_SECONDS = "600"
CORS_HEADERS = "Authorization, Content-Type, Idempotency-Key, If-Match, X-Request-Id"
EXPOSED = "ETag, Location, Idempotent-Replayed, X-Request-Id, Retry-After"
_chalice_request: ContextVar[ChaliceRequest | None] = ContextVar("chalice_request", default=None)


class Router:
    """Matches decoded path segments against the templates of the routes."""

    def __init__(self, templates: Sequence[str]) -> None:
        self._exact = {tuple(t.split("/")): t for t in templates if "{" not in t}
        self._open = [(tuple(t.split("/")), t) for t in templates if "{" in t]

    def find(self, segments: tuple[str, ...]) -> tuple[str, dict[str, str]] | None:
        """The template and its path parameters; a literal segment wins over a parameter."""
        exact = self._exact.get(segments)
        if exact:
            return exact, {}
        found = [(parts, t) for parts, t in self._open if _fits(parts, segments)]
        if not found:
            return None
        parts, template = max(found, key=lambda match: [not part.startswith("{") for part in match[0]])
        return template, {p[1:-1]: s for p, s in zip(parts, segments, strict=True) if p.startswith("{")}


def _fits(parts: Sequence[str], segments: Sequence[str]) -> bool:
    return len(parts) == len(segments) and all(
        (bool(segment) if part.startswith("{") else part == segment)
        for part, segment in zip(parts, segments, strict=True)
    )


class Facet(Chalice):
    """The Chalice app behind the proxy resource. The current request is kept per context, as threads share the app."""

    _router: Router | None = None

    @property
    def current_request(self) -> ChaliceRequest | None:
        """The request of this thread."""
        return _chalice_request.get()

    @current_request.setter
    def current_request(self, request: ChaliceRequest | None) -> None:
        _chalice_request.set(request)

    def __call__(self, event: Any, context: Any) -> dict[str, Any]:
        """Answer one REST API event, and log which route gave which status in what time."""
        began = perf_counter()
        inbound = requests.read(event, serve.now())
        serve.current.set(inbound)
        try:
            template, path = self._route(inbound)
        except (NotFound, MethodNotAllowed) as refusal:
            template, response = "none", _shape(serve.refused(refusal, inbound))
        else:
            response = self._answer(event, context, inbound, template, path)
        _log(inbound, template, response["statusCode"], perf_counter() - began)
        return _finish(response, inbound)

    def _answer(
        self, event: Mapping[str, Any], context: Any, inbound: Inbound, template: str, path: Mapping[str, str]
    ) -> dict[str, Any]:
        if inbound.method == "OPTIONS":
            return _shape(self._preflight(template))
        place = {**event["requestContext"], "resourcePath": template}
        return super().__call__({**event, "pathParameters": path, "requestContext": place}, context)

    def _route(self, inbound: Inbound) -> tuple[str, dict[str, str]]:
        if self._router is None:
            self._router = Router(list(self.routes))
        found = self._router.find(inbound.segments)
        if found is None:
            raise NotFound("There is nothing at this path.", code="unknown_path")
        methods = list(self.routes[found[0]])
        if inbound.method not in (*methods, "OPTIONS"):
            raise MethodNotAllowed([*methods, "OPTIONS"])
        return found

    def _preflight(self, template: str) -> Answer:
        methods = ", ".join(sorted((*self.routes[template], "OPTIONS")))
        headers = {
            "Allow": methods,
            "Access-Control-Allow-Methods": methods,
            "Access-Control-Allow-Headers": CORS_HEADERS,
            "Access-Control-Max-Age": PREFLIGHT_SECONDS,
        }
        return Answer(204, None, headers)


def _log(inbound: Inbound, template: str, status: int, seconds: float) -> None:
    """The template instead of the path, whose ids and searches may tell of a person."""
    facts = {
        "event": "request",
        "route": f"{inbound.method} {template}",
        "status": status,
        "milliseconds": round(seconds * 1000, 1),
        "request_id": inbound.request_id,
    }
    logger().info("request", extra=facts)


def _shape(answer: Answer) -> dict[str, Any]:
    return {
        "statusCode": answer.status,
        "headers": dict(answer.headers),
        "multiValueHeaders": {},
        "body": answer.text(),
        "isBase64Encoded": False,
    }


def _finish(response: dict[str, Any], inbound: Inbound) -> dict[str, Any]:
    headers: dict[str, str] = response["headers"]
    if response["body"]:
        headers.setdefault("Content-Type", "application/json")
    headers["X-Request-Id"] = inbound.request_id
    headers.setdefault("Cache-Control", "no-store")
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Strict-Transport-Security"] = "max-age=31536000"
    _allow_origin(headers, inbound.headers)
    return response


def _allow_origin(headers: dict[str, str], sent: Mapping[str, str]) -> None:
    origin = sent.get("origin")
    headers["Vary"] = "Origin"
    if origin in settings().allowed_origins:
        headers["Access-Control-Allow-Origin"] = origin
        headers["Access-Control-Expose-Headers"] = EXPOSED
    else:
        for name in [name for name in headers if name.startswith("Access-Control-")]:
            del headers[name]
