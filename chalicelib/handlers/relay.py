"""The relay function."""

from collections.abc import Mapping
from typing import Any


def handle(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Nothing arrives here yet."""
    raise NotImplementedError
