"""What a command writes besides its entities: events and audit entries, in the same transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True)
class Event:
    """Something that happened to an aggregate; also its line on the timeline when the audience is staff.

    `data` holds ids and plain facts and may be relayed to other systems; `content` holds what people wrote and
    never leaves the aggregate's own partition.
    """

    aggregate: str
    kind: str
    summary: str
    data: Mapping[str, Any] = field(default_factory=dict)
    content: Mapping[str, Any] | None = None
    audience: str = "staff"
    publish: bool = True
    at: str | None = None
    id: str | None = None


@dataclass(frozen=True)
class Change:
    """An audit entry: what was done to which record, with the values before and after."""

    action: str
    entity: str
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


class Work(Protocol):
    """The transaction that a command is part of."""

    def record(self, event: Event) -> str:
        """Write an event; returns its id."""

    def audit(self, change: Change) -> None:
        """Write an audit entry."""
