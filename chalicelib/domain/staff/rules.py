"""What must stay true of the staff."""

from collections.abc import Mapping

from chalicelib.domain.errors import Conflict
from chalicelib.domain.permissions import ADMIN
from chalicelib.domain.shop.model import StaffMember


def is_admin(member: StaffMember) -> bool:
    """Whether the person administers the shop now."""
    return ADMIN in member.roles and not member.disabled


def require_admins(staff: Mapping[str, StaffMember], wanted: StaffMember, actor_id: str) -> None:
    """Refuse a change by which admins lock themselves, or everybody, out.

    Raises:
        Conflict: the actor would no longer be an enabled admin, or nobody would.
    """
    if is_admin(wanted) or not is_admin(staff[wanted.id]):
        return
    if wanted.id == actor_id:
        detail = "You cannot disable yourself or give up the role of admin. Another admin can do it."
        raise Conflict(detail, code="own_account", conflict_id=wanted.id)
    if not any(is_admin(member) for member in staff.values() if member.id != wanted.id):
        raise Conflict("The last enabled admin must stay one.", code="last_admin", conflict_id=wanted.id)


def withdrawn_from(now: int) -> int:
    """The first epoch second whose tokens count after a withdrawal at `now`.

    Tokens know whole seconds only, so all of this second are withdrawn: rather a fresh one too many than an old one
    too few.
    """
    return now + 1
