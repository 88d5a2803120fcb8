"""What the audit routes read."""

from chalicelib.repos.audit_log import AuditLog
from chalicelib.wiring import shop
from chalicelib.wiring.store import table


def log() -> AuditLog:
    """The audit entries of this deployment."""
    return AuditLog(table())


def names() -> dict[str, str]:
    """The names of the staff by id."""
    return {member.id: member.name for member in shop.staff.get().values()}
