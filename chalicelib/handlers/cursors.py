"""Page cursors: signed, and bound to caller, route and filters, so that no one else's position can be used."""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from chalicelib.domain.errors import Invalid

SIGNATURE_BYTES = 16
LIFETIME_SECONDS = 24 * 3600


def write(position: Mapping[str, Any], scope: str, key: bytes, now: int) -> str:
    """The cursor for a position; `scope` names caller, route and filters, `now` is in epoch seconds."""
    payload = json.dumps([now, dict(position)], ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_sign(payload, scope, key) + payload).decode().rstrip("=")


def read(cursor: str, scope: str, key: bytes, now: int) -> Mapping[str, Any]:
    """The position of a cursor.

    Raises:
        Invalid: the cursor is not ours, belongs to another list, or is older than a day.
    """
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as wrong:
        raise _refused() from wrong
    signature, payload = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:]
    if not hmac.compare_digest(signature, _sign(payload, scope, key)):
        raise _refused()
    written, position = json.loads(payload)
    if now - written > LIFETIME_SECONDS:
        raise Invalid.field("/cursor", "has expired; read the list from its beginning", code="cursor_expired")
    return dict(position)


def _sign(payload: bytes, scope: str, key: bytes) -> bytes:
    return hmac.new(key, scope.encode() + b"\n" + payload, hashlib.sha256).digest()[:SIGNATURE_BYTES]


def _refused() -> Invalid:
    return Invalid.field("/cursor", "is not a cursor of this list", code="cursor_invalid")
