"""The sweeps function: what the schedules ask for."""

from collections.abc import Mapping
from typing import Any


def handle(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Nothing arrives here yet."""
    raise NotImplementedError
