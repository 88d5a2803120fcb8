"""The app in this process, called as API Gateway calls it, by people of every role."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs, urlsplit

from app import app


@dataclass(frozen=True)
class Reply:
    """An HTTP answer."""

    status: int
    headers: Mapping[str, str]
    text: str

    @cached_property
    def json(self) -> Any:
        """The body."""
        return json.loads(self.text)

    @property
    def code(self) -> str:
        """The code of a problem."""
        return str(self.json["code"])

    @property
    def pointers(self) -> list[str]:
        """The fields that a problem names."""
        return [error["pointer"] for error in self.json.get("errors", [])]


def event(method: str, path: str, headers: Mapping[str, str], body: str | None) -> dict[str, Any]:
    """The REST API proxy event of a request."""
    parts = urlsplit(path)
    many = parse_qs(parts.query, keep_blank_values=True)
    return {
        "httpMethod": method,
        "path": parts.path,
        "resource": "/{proxy+}",
        "headers": dict(headers),
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": {name: values[-1] for name, values in many.items()} or None,
        "multiValueQueryStringParameters": many or None,
        "pathParameters": {"proxy": parts.path.lstrip("/")},
        "stageVariables": None,
        "requestContext": {
            "resourcePath": "/{proxy+}",
            "httpMethod": method,
            "identity": {"sourceIp": "192.0.2.7"},
        },
        "body": body,
        "isBase64Encoded": False,
    }


@dataclass(frozen=True)
class Api:
    """A caller."""

    token: str | None = None

    def __call__(self, method: str, path: str, body: Any = None, *, raw: str | None = None, **headers: str) -> Reply:
        """Send one request; header names are written with underscores."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        if body is not None or raw is not None:
            sent.setdefault("Content-Type", "application/json")
        text = raw if raw is not None else (None if body is None else json.dumps(body))
        answer = app(event(method, path, sent, text), None)
        return Reply(answer["statusCode"], answer["headers"], answer["body"])

    def get(self, path: str, **headers: str) -> Reply:
        """GET."""
        return self("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Reply:
        """POST."""
        return self("POST", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Reply:
        """PATCH."""
        return self("PATCH", path, body, **headers)

    def put(self, path: str, body: Any, **headers: str) -> Reply:
        """PUT."""
        return self("PUT", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Reply:
        """DELETE."""
        return self("DELETE", path, **headers)
