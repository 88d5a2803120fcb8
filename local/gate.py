"""Stands in front of MiniStack: no response leaves before what it acknowledges is on the disk."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from ministack.services import dynamodb

from local.durable.ledger import Ledger
from local.http_request import Message
from local.server import App, Receive, Send

_SCOPE = re.compile(rb"Credential=[^/]+/\d+/[^/]+/([^/]+)/aws4_request")
_READS = (b"Get", b"List", b"Describe", b"BatchGet", b"Query", b"Scan", b"TransactGet")
_ITEM_WRITES = (b"PutItem", b"UpdateItem", b"DeleteItem", b"BatchWriteItem", b"TransactWriteItems")
_UNSIGNED = ("/oauth2/", "/_aws/execute-api/", "/restapis/", "/_ministack/", "/_localstack/", "/health")


def _service(scope: Message) -> tuple[str | None, bytes]:
    """The signing name of a request (None: not signed) and its action, empty when the header does not say."""
    name, action = None, b""
    for header, value in scope["headers"]:
        if header == b"authorization":
            found = _SCOPE.search(value)
            name = found.group(1).decode("latin-1") if found else None
        elif header == b"x-amz-target":
            action = value.rpartition(b".")[2]
    return name, action


def changes_something(scope: Message, service: str | None, action: bytes) -> bool:
    """Whether services other than DynamoDB's items have to be looked at after a request."""
    path = scope["path"]
    if scope["method"] in ("GET", "HEAD", "OPTIONS") or action.startswith(_READS):
        return False
    if service == "dynamodb":
        return action not in _ITEM_WRITES
    if service == "lambda":
        return not path.endswith("/invocations")
    return service is not None or not path.startswith(_UNSIGNED)


def _mend_items(ledger: Ledger) -> None:
    plain: Callable[..., Awaitable[Any]] = dynamodb.handle_request

    async def handle(*request: Any) -> Any:
        try:
            answer = await plain(*request)
        finally:
            position = ledger.note_items()
        await ledger.durable(position)
        return answer

    dynamodb.handle_request = handle


def gate(app: App, ledger: Ledger) -> App:
    """The application with the ledger behind it."""
    _mend_items(ledger)

    async def gated(scope: Message, receive: Receive, send: Send) -> None:
        if scope["path"].startswith(("/_ministack/reset", "/_ministack/config")):
            await _refuse(send)
            return
        service, action = _service(scope)
        # A presigned or form upload carries no header of ours; only S3 takes such requests here.
        touched = service or "s3"
        changing = changes_something(scope, service, action)

        async def settled(message: Message) -> None:
            if changing and message["type"] == "http.response.start":
                await ledger.durable(ledger.note_request(touched))
            await send(message)

        await app(scope, receive, settled)

    return gated


async def _refuse(send: Send) -> None:
    """MiniStack's own switches would change state behind the journal."""
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
