"""An event as it leaves the table, and why one did not leave."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


class Unreadable(Exception):
    """This is no event that can be relayed: trying again changes nothing."""


@dataclass(frozen=True)
class Relayed:
    """What consumers are told of an event: ids and plain facts, never what people wrote.

    A consumer may be told more than once, and in another order than things happened: `id` says what it knows already.
    """

    id: str
    kind: str
    aggregate: str
    at: str
    data: Mapping[str, Any]
    request_id: str

    def as_json(self) -> dict[str, Any]:
        """The event as it stands in a queue's message and on the bus."""
        return asdict(self)


@dataclass(frozen=True)
class NotSent:
    """Why something did not leave: the service's code, and whether the event itself was refused.

    What was refused will be refused again; all else may go well a moment later.
    """

    reason: str
    refused: bool = False
