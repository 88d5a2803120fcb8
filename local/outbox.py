"""What left, for the person at the machine: `GET /v1/outbox` as JSON, `GET /outbox` as a page.

Served by the local web server alone; on AWS there is no such thing. It needs no token, so it answers only to a browser
or a program on this machine that asks for 127.0.0.1 or localhost, and never to another site's script.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from local.outbox_page import page

PATHS = ("/v1/outbox", "/outbox")
_HOSTS = ("127.0.0.1", "localhost")
_KEPT = ("id", "message_id", "channel", "from", "to", "subject", "headers", "text", "html", "at")
_LONGEST = 1000
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Item = dict[str, Any]
# The page shows mails, which could hold anything: nothing in it runs, and nothing is fetched for it.
_HEADERS = [
    ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
]


class Refused(Exception):
    """Status, title and what is wrong."""


def with_outbox(app: Application, endpoint: str) -> Application:
    """The application with the outbox of the local AWS at `endpoint` beside it."""

    def serve(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path, _, query = environ["REQUEST_URI"].partition("?")
        if path not in PATHS:
            return app(environ, start_response)
        try:
            _check(environ)
            items = _chosen(_read(endpoint), query)
        except Refused as refused:
            return _answer(start_response, refused.args[0], "application/problem+json", _problem(refused))
        if path == "/outbox":
            return _answer(start_response, "200 OK", "text/html; charset=utf-8", page(items).encode())
        body = json.dumps({"items": items, "next_cursor": None}, ensure_ascii=False).encode()
        return _answer(start_response, "200 OK", "application/json", body)

    return serve


def _check(environ: dict[str, Any]) -> None:
    name = environ.get("HTTP_HOST", "").rpartition(":")[0] or environ.get("HTTP_HOST", "")
    if name not in _HOSTS:
        raise Refused("403 Forbidden", "forbidden", "The outbox is shown to this machine only.")
    if environ["REQUEST_METHOD"] != "GET":
        raise Refused("405 Method Not Allowed", "method_not_allowed", "The outbox can only be read.")


def _read(endpoint: str) -> list[Item]:
    address = urlsplit(endpoint)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
    try:
        connection.request("GET", "/_facet/outbox")
        sent: list[Item] = json.loads(connection.getresponse().read())
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Refused("503 Service Unavailable", "unavailable", "The local AWS does not answer.") from error
    finally:
        connection.close()
    return sent


def _chosen(sent: list[Item], query: str) -> list[Item]:
    """The newest `limit` of those to `to`."""
    asked = {name: values[-1] for name, values in parse_qs(query).items()}
    if unknown := asked.keys() - {"limit", "to"}:
        raise Refused("422 Unprocessable Content", "invalid", f"There is no parameter {min(unknown)!r}.")
    limit = asked.get("limit", "100")
    if not (limit.isascii() and limit.isdecimal() and 1 <= int(limit) <= _LONGEST):
        raise Refused("422 Unprocessable Content", "invalid", f"`limit` is a number from 1 to {_LONGEST}.")
    to = asked.get("to", "").casefold()
    found = [item for item in sent if not to or to in item["to"].casefold().split(", ")]
    return [{name: item[name] for name in _KEPT} for item in found[: int(limit)]]


def _problem(refused: Refused) -> bytes:
    status, code, detail = refused.args
    number, _, title = status.partition(" ")
    body = {"type": "about:blank", "title": title, "status": int(number), "detail": detail, "code": code}
    return json.dumps(body).encode()


def _answer(start_response: Callable[..., Any], status: str, kind: str, body: bytes) -> list[bytes]:
    start_response(status, [("Content-Type", kind), ("Content-Length", str(len(body))), *_HEADERS])
    return [body]
