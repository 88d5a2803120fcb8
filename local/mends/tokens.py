"""A transaction's client token is remembered for ten minutes, also across a restart.

MiniStack keeps the whole request beside each token to compare it with; a digest of it is enough and fits the journal.
"""

from __future__ import annotations

import hashlib
import json
import time
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import dynamodb

Kept = list[Any]  # account, region, token, digest, completed at (epoch seconds), response, sizes
_noted: list[Kept] = []


class _Digest:
    """Equal to a request of the same content."""

    def __init__(self, digest: str) -> None:
        self.digest = digest

    def __eq__(self, other: object) -> bool:
        return self.digest == (other.digest if isinstance(other, _Digest) else _digest(other))

    __hash__ = None  # type: ignore[assignment]  # compared only; equality with a dictionary has no hash to match


def _digest(request: object) -> str:
    return hashlib.sha256(json.dumps(request, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def take() -> Kept | None:
    """The token of the request that was just answered, once."""
    return _noted.pop() if _noted else None


def _as_kept(scope: tuple[str, str, str], entry: dict[str, Any]) -> Kept:
    return [*scope, entry["signature"].digest, entry["completed_at"], entry["response"], entry["sizes"]]


def kept(now: float) -> list[Kept]:
    """The tokens that are still valid."""
    live = dynamodb._txn_idempotency.all_items()
    return [_as_kept(scope, entry) for scope, entry in live if now - entry["completed_at"] < dynamodb._TXN_TOKEN_TTL]


def restore(token: Kept) -> None:
    """Puts a token back unless its time is over."""
    account, region, name, digest, completed_at, response, sizes = token
    if time.time() - completed_at < dynamodb._TXN_TOKEN_TTL:
        entry = {"signature": _Digest(digest), "response": response, "sizes": sizes, "completed_at": completed_at}
        dynamodb._txn_idempotency.set_scoped(account, region, name, entry)


def install() -> None:
    """Wraps MiniStack's keeper of tokens."""
    plain_store = dynamodb._txn_token_store

    def store(token: str, entry: dict[str, Any]) -> None:
        entry["signature"] = _Digest(_digest(entry["signature"]))
        plain_store(token, entry)
        _noted.append(_as_kept((get_account_id(), get_region(), token), entry))

    dynamodb._txn_token_store = store
