"""What an index query found: ids in order, and where to go on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Position = Mapping[str, Any]


@dataclass(frozen=True)
class Found:
    """Ids in order, each with the position to go on from when it is the last one shown, and where the page ends."""

    ids: list[tuple[str, Position]]
    next: Position | None
