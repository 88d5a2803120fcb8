"""The HTTP request behind an API Gateway event."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from chalicelib.domain import strict_json
from chalicelib.domain.errors import Malformed, TooLarge, UnsupportedMedia
from chalicelib.domain.ids import new_id

MOST_BYTES = 1024 * 1024
JSON_TYPE = "application/json"
PATCH_TYPE = "application/merge-patch+json"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")


@dataclass(frozen=True)
class Inbound:
    """One request: method, decoded path segments, headers by lower-case name, parameters and the raw body."""

    method: str
    path: str
    segments: tuple[str, ...]
    headers: Mapping[str, str]
    parameters: Mapping[str, list[str]]
    raw: bytes
    source_ip: str | None
    request_id: str

    def json(self) -> Any:
        """The body as strict JSON.

        Raises:
            TooLarge, UnsupportedMedia, Malformed: the body cannot be taken.
        """
        if len(self.raw) > MOST_BYTES:
            raise TooLarge("The body is over 1 MB.")
        self._check_type()
        if not self.raw.strip():
            raise Malformed("A JSON body is required.", code="empty_body")
        return strict_json.parse(self.raw)

    def _check_type(self) -> None:
        kind, _, rest = self.headers.get("content-type", "").partition(";")
        accepted = (JSON_TYPE, PATCH_TYPE) if self.method == "PATCH" else (JSON_TYPE,)
        if kind.strip().lower() not in accepted:
            raise UnsupportedMedia(f"The body must be {' or '.join(accepted)}.")
        charset = re.search(r"charset\s*=\s*\"?([^\s;\"]+)", rest, re.IGNORECASE)
        if charset and charset[1].lower() not in ("utf-8", "utf8"):
            raise Malformed("The body must be UTF-8.", code="not_utf8")


def read(event: Mapping[str, Any], now: Any) -> Inbound:
    """The request of a REST API proxy event."""
    context = event.get("requestContext", {})
    headers = _headers(event)
    path = event["path"]
    sent_id = headers.get("x-request-id", "")
    return Inbound(
        method=event["httpMethod"],
        path=path,
        segments=tuple(unquote(segment, errors="replace") for segment in path.split("/")),
        headers=headers,
        parameters=event.get("multiValueQueryStringParameters") or {},
        raw=_body(event),
        source_ip=(context.get("identity") or {}).get("sourceIp"),
        request_id=sent_id if _REQUEST_ID.fullmatch(sent_id) else new_id("req", now),
    )


def _headers(event: Mapping[str, Any]) -> dict[str, str]:
    """By lower-case name; of a name that came twice the last line counts, but two tokens together are none."""
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    many = event.get("multiValueHeaders") or {}
    tokens = [line for name, lines in many.items() if name.lower() == "authorization" for line in lines]
    if len(tokens) > 1:
        headers["authorization"] = ", ".join(tokens)
    return headers


def _body(event: Mapping[str, Any]) -> bytes:
    body = event.get("body") or ""
    if event.get("isBase64Encoded"):
        return base64.b64decode(body)
    return str(body).encode("utf-8", "surrogatepass")
