"""Who can be asked to do something."""

from collections.abc import Mapping

from chalicelib.domain.errors import Invalid
from chalicelib.domain.shop.model import StaffMember

Directory = Mapping[str, StaffMember]


def require_member(directory: Directory, user_id: str, pointer: str) -> str:
    """The id of somebody who can do it.

    Raises:
        Invalid: not an enabled member of staff.
    """
    member = directory.get(user_id)
    if member is None or member.disabled:
        raise Invalid.field(pointer, "is not an enabled member of staff")
    return user_id
