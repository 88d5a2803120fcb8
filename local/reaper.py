"""Loads MiniStack's DynamoDB without the thread that would delete expired items behind the event loop's back."""

from __future__ import annotations

import threading
from importlib import import_module

_NAME = "dynamodb-ttl-reaper"


def load_items() -> None:
    """Imports the module; `local.mends.expiry` does the reaper's work."""
    plain_start = threading.Thread.start

    def start(thread: threading.Thread) -> None:
        if thread.name != _NAME:
            plain_start(thread)

    setattr(threading.Thread, "start", start)  # noqa: B010 - put back below; nothing else starts threads meanwhile
    try:
        import_module("ministack.services.dynamodb")
    finally:
        setattr(threading.Thread, "start", plain_start)  # noqa: B010 - the plain one again
