"""Audit entries as they are asked for and shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from pydantic import Field

from chalicelib.domain import ids
from chalicelib.domain.fields import Model

REFUSED = "refused"
Integrity = Literal["verified", "erased", "altered", "none"]


@dataclass(frozen=True)
class AuditFilters:
    """What entries are wanted: `since` included, `until` not; all by default."""

    since: datetime | None = None
    until: datetime | None = None
    actor: str | None = None
    action: str | None = None


@dataclass(frozen=True)
class Entry:
    """The sealed core of an entry and, when they were looked up, the values before and after the change."""

    id: str
    core: Mapping[str, Any]
    values: Mapping[str, Any] | None = None
    integrity: Integrity | None = None


class AuditActor(Model):
    """Who did it; the name is null for the system and for people who are not in the staff directory."""

    id: str
    name: str | None


class AuditOut(Model):
    """One change, or one refusal."""

    id: str
    at: str
    action: str
    entity: str | None = Field(description="Id of the record; null for a refusal")
    route: str | None = Field(description="What was refused; null for a change")
    permission: str | None = Field(description="Which permission was missing; null for a change")
    actor: AuditActor
    request_id: str
    source_ip: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    integrity: Integrity | None = Field(
        description="Whether the values are those that were sealed; null in a list without `entity`, which shows none"
    )


def shown(entry: Entry, names: Mapping[str, str]) -> dict[str, Any]:
    """The entry as the API gives it; `names` are those of the staff."""
    core, values = entry.core, entry.values or {}
    refused = core["action"] == REFUSED
    return {
        "id": entry.id,
        "at": core["at"],
        "action": core["action"],
        "entity": None if refused else core["entity"],
        "route": core["entity"] if refused else None,
        "permission": core.get("permission"),
        "actor": {"id": core["actor_id"], "name": names.get(core["actor_id"])},
        "request_id": core["request_id"],
        "source_ip": core.get("source_ip"),
        "before": values.get("before"),
        "after": values.get("after"),
        "integrity": entry.integrity,
    }


def day_of(audit_id: str) -> str | None:
    """The UTC day (`2026-11-22`) of an entry, which its id starts with; None when it is no such id."""
    if not ids.is_id(audit_id, "aud"):
        return None
    number = 0
    for digit in audit_id.partition("_")[2]:
        number = number << 5 | ids.ALPHABET.index(digit)
    try:
        moment = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=number >> ids.RANDOM_BITS)
    except OverflowError:
        return None
    return moment.date().isoformat()
