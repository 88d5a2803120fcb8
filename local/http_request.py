"""Reads HTTP/1.1 requests: the head into an ASGI scope, the body by its length or its chunks."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any
from urllib.parse import unquote

Message = MutableMapping[str, Any]

LONGEST_HEAD = 64 << 10
_LONGEST_BODY = 512 << 20


class Malformed(Exception):
    """What the client sent is not HTTP as this server understands it."""


class Incoming:
    """One request: its scope, and how its body ends."""

    def __init__(self, head: bytes, client: Any, server: Any) -> None:
        line, _, rest = head.partition(b"\r\n")
        try:
            method, target, version = line.split(b" ")
        except ValueError:
            raise Malformed from None
        if not version.startswith(b"HTTP/1.") or not target.isascii():
            raise Malformed
        self.headers = [self._field(field) for field in rest.split(b"\r\n") if field]
        path, _, query = target.partition(b"?")
        named = dict(self.headers)
        self.chunked = b"chunked" in named.get(b"transfer-encoding", b"").lower()
        length = named.get(b"content-length", b"0")
        if not length.isdigit() or int(length) > _LONGEST_BODY:
            raise Malformed
        self.length = int(length)
        self.expects = named.get(b"expect", b"").lower() == b"100-continue"
        closing = b"close" if version == b"HTTP/1.1" else b""
        self.last = named.get(b"connection", b"").lower() == closing
        self.scope: Message = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method.decode("ascii"),
            "scheme": "http",
            "path": unquote(path.decode("ascii")),
            "raw_path": path,
            "query_string": query,
            "root_path": "",
            "headers": self.headers,
            "client": client,
            "server": server,
        }

    @staticmethod
    def _field(field: bytes) -> tuple[bytes, bytes]:
        name, colon, value = field.partition(b":")
        if not colon or not name or name != name.strip():
            raise Malformed
        return name.lower(), value.strip()


def dechunk(buffer: bytearray) -> tuple[bytes, int] | None:
    """The body of a chunked message and the bytes it took, or None while some of it is missing."""
    at = 0
    parts: list[bytes] = []
    while (end := buffer.find(b"\r\n", at)) >= 0:
        try:
            size = int(bytes(buffer[at:end]).partition(b";")[0], 16)
        except ValueError:
            raise Malformed from None
        if size < 0 or size > _LONGEST_BODY:
            raise Malformed
        if size == 0:
            trailer = buffer.find(b"\r\n\r\n", end)
            if buffer[end + 2 : end + 4] == b"\r\n":
                return b"".join(parts), end + 4
            return None if trailer < 0 else (b"".join(parts), trailer + 4)
        if len(buffer) < end + 4 + size:
            return None
        parts.append(bytes(buffer[end + 2 : end + 2 + size]))
        at = end + 4 + size
    return None
