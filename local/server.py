"""A small HTTP/1.1 server for one ASGI application on the loopback interface.

The server that MiniStack brings spends about as long on a request as MiniStack itself; a CRM request makes several, so
this one keeps to what an AWS client sends: keep-alive, Content-Length or chunked bodies, `Expect: 100-continue`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from local.http_request import LONGEST_HEAD, Incoming, Malformed, Message, dechunk

Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

_REASONS = {200: b"OK", 400: b"Bad Request", 404: b"Not Found", 500: b"Internal Server Error"}


class _Connection(asyncio.Protocol):
    def __init__(self, app: App, open_connections: set[_Connection]) -> None:
        self._app = app
        self._open = open_connections
        self._buffer = bytearray()
        self._request: Incoming | None = None
        self._task: asyncio.Task[None] | None = None
        self._gone = asyncio.Event()
        self._writable = asyncio.Event()
        self._writable.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]  # a TCP server makes no other
        self._client = transport.get_extra_info("peername")
        self._server = transport.get_extra_info("sockname")
        self._open.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's name
        self._open.discard(self)
        self._gone.set()
        self._writable.set()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._proceed()

    def _proceed(self) -> None:
        """Starts the next request once all of it is here and the one before is answered."""
        if self._task is not None or self._gone.is_set():
            return
        try:
            body = self._read()
        except Malformed:
            self._transport.write(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
            self._transport.close()
            return
        if body is not None and self._request is not None:
            request, self._request = self._request, None
            self._task = asyncio.get_running_loop().create_task(self._answer(request, body))

    def _read(self) -> bytes | None:
        if self._request is None:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                if len(self._buffer) > LONGEST_HEAD:
                    raise Malformed
                return None
            self._request = Incoming(bytes(self._buffer[:end]), self._client, self._server)
            del self._buffer[: end + 4]
            if self._request.expects:
                self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if self._request.chunked:
            found = dechunk(self._buffer)
            if found is None:
                return None
            body, taken = found
        elif len(self._buffer) < self._request.length:
            return None
        else:
            taken = self._request.length
            body = bytes(self._buffer[:taken])
        del self._buffer[:taken]
        return body

    async def _answer(self, request: Incoming, body: bytes) -> None:
        given = False

        async def receive() -> Message:
            nonlocal given
            if not given:
                given = True
                return {"type": "http.request", "body": body, "more_body": False}
            await self._gone.wait()
            return {"type": "http.disconnect"}

        reply = _Reply(self._transport, self._writable, request.scope["method"] == "HEAD")
        try:
            await self._app(request.scope, receive, reply.send)
        except Exception:  # the application reports its own errors; here only the connection is put right
            reply.broken = True
            raise
        finally:
            self._task = None
            if request.last or reply.broken or not reply.complete:
                self._transport.close()
            elif not self._gone.is_set():
                self._proceed()


class _Reply:
    """Writes one response: head and body together when the body comes in one piece."""

    def __init__(self, transport: asyncio.Transport, writable: asyncio.Event, bodyless: bool) -> None:
        self._transport = transport
        self._writable = writable
        self._bodyless = bodyless
        self._head: list[bytes] | None = None
        self._counted = self._chunked = False
        self.complete = self.broken = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            status = message["status"]
            self._bodyless = self._bodyless or status in (204, 304)
            self._head = [b"HTTP/1.1 %d %s\r\n" % (status, _REASONS.get(status, b"-"))]
            for name, value in message.get("headers", ()):
                self._counted = self._counted or name.lower() == b"content-length"
                self._head.append(b"%s: %s\r\n" % (name, value))
        elif message["type"] == "http.response.body":
            await self._body(message.get("body", b""), message.get("more_body", False))

    async def _body(self, body: bytes, more: bool) -> None:
        pieces = self._opening(body, more)
        if body and not self._bodyless:
            pieces += [b"%x\r\n" % len(body), body, b"\r\n"] if self._chunked else [body]
        if not more and self._chunked:
            pieces.append(b"0\r\n\r\n")
        self._transport.write(b"".join(pieces))
        self.complete = not more
        if not self._writable.is_set():
            await self._writable.wait()

    def _opening(self, body: bytes, more: bool) -> list[bytes]:
        if self._head is None:
            return []
        pieces, self._head = self._head, None
        if not self._counted and not self._bodyless:
            self._chunked = more
            pieces.append(b"transfer-encoding: chunked\r\n" if more else b"content-length: %d\r\n" % len(body))
        pieces.append(b"\r\n")
        return pieces


class Server:
    """Serves one application on one loopback port."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._connections: set[_Connection] = set()
        self._server: asyncio.Server | None = None

    async def start(self, port: int) -> None:
        """Begins to listen on 127.0.0.1. Raises OSError when the port is taken."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: _Connection(self._app, self._connections), "127.0.0.1", port, backlog=512
        )

    async def stop(self, seconds: float) -> None:
        """Stops listening, lets requests under way finish for at most `seconds`, and closes the rest."""
        if self._server is not None:
            self._server.close()
        tasks = {connection._task for connection in self._connections if connection._task}
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)
        for connection in list(self._connections):
            connection._transport.abort()
