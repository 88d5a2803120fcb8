"""Who does something, when and from where: what every command is told about the request it serves."""

from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.domain import instants


@dataclass(frozen=True)
class Actor:
    """A member of staff, or the system when `id` starts with `sys_`."""

    id: str
    name: str
    roles: frozenset[str] = field(default_factory=frozenset)
    locations: tuple[str, ...] = ()


@dataclass(frozen=True)
class Call:
    """One request or one job step."""

    actor: Actor
    now: datetime
    request_id: str
    source_ip: str | None = None

    @property
    def at(self) -> str:
        """The instant of the call, as stored."""
        return instants.to_text(self.now)
