"""What the local AWS shows of itself under `/_facet/`, and AWS does not: what left, and the certificate of SNS."""

from __future__ import annotations

import json
from collections.abc import Callable

from local.http_request import Message
from local.mends import outbox, signatures
from local.server import App, Receive, Send

Page = tuple[bytes, bytes]


def _outbox() -> Page:
    """Everything that left, the newest first."""
    return b"application/json", json.dumps(outbox.sent[::-1]).encode()


def inspected(app: App, signer: signatures.Signer) -> App:
    """The application with these pages before it."""
    pages: dict[str, Callable[[], Page]] = {
        "/_facet/outbox": _outbox,
        signatures.PATH: lambda: (b"application/x-pem-file", signer.certificate),
    }

    async def serve(scope: Message, receive: Receive, send: Send) -> None:
        page = pages.get(scope["path"]) if scope["method"] == "GET" else None
        if page is None:
            await app(scope, receive, send)
            return
        kind, body = page()
        headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    return serve
