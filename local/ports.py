"""The ports of one `make run`: the one people use, and the one of the local AWS."""

from __future__ import annotations

import os
import socket

from local.place import Refusal


def wanted_port() -> int:
    """The port that PORT names, 8000 when it names none. Raises Refusal when it is none, or taken."""
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise Refusal(f"PORT is a number from 1 to 65535, not {text!r}.")
    if not _free(int(text)):
        raise Refusal(f"Port {text} is in use: stop what listens there, or choose another with `make run PORT=8001`.")
    return int(text)


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def emulator_port(before: object) -> int:
    """The port of last time if it is free, because queue addresses name it; else one that is."""
    if isinstance(before, dict) and isinstance(before.get("emulator"), int) and _free(before["emulator"]):
        return int(before["emulator"])
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
