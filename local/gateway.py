"""HTTP to the event that API Gateway's REST proxy sends to a function, and the function's answer back to HTTP.

The template has one proxy resource, `/{proxy+}`, so this is all of API Gateway that the app ever sees. `path` stays
percent-encoded as it was received, queries are decoded, and a body that is not UTF-8 travels as base64.
"""

from __future__ import annotations

import base64
import time
import uuid
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

STAGE = "api"
TIME_LIMIT_SECONDS = 29.0  # API Gateway gives up on a function after this
UNSAID = "application/json"
_REASONS = {status.value: status.phrase for status in HTTPStatus}
Headers = list[tuple[str, str]]


@dataclass(frozen=True)
class Request:
    """What came in: `target` is path and query as on the wire; header names as sent, repeated ones each."""

    method: str
    target: str
    headers: Headers
    body: bytes
    client: str


@dataclass(frozen=True)
class Answer:
    """What goes out."""

    status: str
    headers: Headers
    body: bytes


class Context:
    """The part of a Lambda context that code reads."""

    memory_limit_in_mb = 1024
    function_version = "$LATEST"
    log_group_name = log_stream_name = "local"

    def __init__(self, function_name: str) -> None:
        self.function_name = function_name
        self.invoked_function_arn = f"arn:aws:lambda:us-east-1:000000000000:function:{function_name}"
        self.aws_request_id = str(uuid.uuid4())
        self._until = time.monotonic() + TIME_LIMIT_SECONDS

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until API Gateway would answer 504."""
        return max(0, int((self._until - time.monotonic()) * 1000))


def _body(body: bytes) -> tuple[str | None, bool]:
    if not body:
        return None, False
    try:
        return body.decode("utf-8"), False
    except UnicodeDecodeError:
        return base64.b64encode(body).decode("ascii"), True


def _grouped(pairs: Headers) -> dict[str, list[str]]:
    """Values by name in the order they came; names that differ only in case are one, as the first was written."""
    names: dict[str, str] = {}
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        grouped.setdefault(names.setdefault(name.lower(), name), []).append(value)
    return grouped


def _query(text: str) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in parse_qsl(text, keep_blank_values=True, max_num_fields=1000, errors="replace"):
        grouped.setdefault(name, []).append(value)
    return grouped


def _last(grouped: dict[str, list[str]]) -> dict[str, str]:
    return {name: values[-1] for name, values in grouped.items()}


def _forwarded(request: Request) -> Headers:
    """The headers with the client's address where API Gateway writes it."""
    before = [value for name, value in request.headers if name.lower() == "x-forwarded-for"]
    others = [(name, value) for name, value in request.headers if name.lower() != "x-forwarded-for"]
    return [*others, ("X-Forwarded-For", ", ".join([*before, request.client])), ("X-Forwarded-Proto", "http")]


def event_of(request: Request) -> dict[str, Any]:
    """The event for one request. Raises ValueError for a query of more than 1,000 parameters."""
    path, _, query_text = request.target.partition("?")
    headers, query = _grouped(_forwarded(request)), _query(query_text)
    body, encoded = _body(request.body)
    resource = "/{proxy+}" if len(path) > 1 else "/"
    return {
        "resource": resource,
        "path": path,
        "httpMethod": request.method,
        "headers": _last(headers),
        "multiValueHeaders": headers,
        "queryStringParameters": _last(query) or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": {"proxy": path[1:]} if len(path) > 1 else None,
        "stageVariables": None,
        "requestContext": _request_context(request, resource, path, headers),
        "body": body,
        "isBase64Encoded": encoded,
    }


def _request_context(request: Request, resource: str, path: str, headers: dict[str, list[str]]) -> dict[str, Any]:
    agents = next((values for name, values in headers.items() if name.lower() == "user-agent"), [""])
    return {
        "accountId": "000000000000",
        "apiId": "local",
        "stage": STAGE,
        "protocol": "HTTP/1.1",
        "resourceId": "local",
        "resourcePath": resource,
        "path": f"/{STAGE}{path}",
        "httpMethod": request.method,
        "requestId": str(uuid.uuid4()),
        "requestTimeEpoch": time.time_ns() // 1_000_000,
        "identity": {"sourceIp": request.client, "userAgent": agents[-1]},
    }


def answer_of(answer: dict[str, Any]) -> Answer:
    """The HTTP answer for what the function returned; API Gateway names a type where the function names none."""
    code, body = int(answer["statusCode"]), answer.get("body") or ""
    raw = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode("utf-8")
    grouped = {name.lower(): (name, [str(value)]) for name, value in (answer.get("headers") or {}).items()}
    for name, values in (answer.get("multiValueHeaders") or {}).items():
        grouped[name.lower()] = (name, [str(value) for value in values])
    grouped.setdefault("content-type", ("Content-Type", [UNSAID]))
    headers = [(name, value) for name, values in grouped.values() for value in values]
    sent = [(name, value) for name, value in headers if name.lower() not in ("content-length", "connection", "date")]
    if code != HTTPStatus.NO_CONTENT:
        sent.append(("Content-Length", str(len(raw))))
    return Answer(f"{code} {_REASONS.get(code, 'Unknown')}", sent, raw)
