"""The audit log, and the answers kept for an Idempotency-Key."""

import hashlib

from chalicelib.repos.keys.base import Key


def audit_day(day: str) -> str:
    """The audit partition of a UTC day (`2026-11-22`)."""
    return f"AUDIT#{day}"


def audit_entry(day: str, audit_id: str) -> Key:
    """The core of an audit entry."""
    return Key(audit_day(day), audit_id)


def idempotency(caller: str, route: str, key: str) -> Key:
    """The answer kept for an Idempotency-Key; hashed, as the key is the caller's text."""
    digest = hashlib.sha256("\n".join((caller, route, key)).encode("utf-8", "surrogatepass")).hexdigest()
    return Key(f"IDEMPOTENCY#{digest}", "ANSWER")
