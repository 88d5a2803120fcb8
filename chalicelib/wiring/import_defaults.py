"""What imports say of every row, held against the shop."""

from chalicelib.domain.imports import defaults
from chalicelib.domain.imports.model import Defaults
from chalicelib.wiring import shop


def require(said: Defaults) -> None:
    """Refuse an import whose every row would be refused for what it takes from the defaults.

    Raises:
        Invalid: for its field.
    """
    if said.home_location is None and said.assignee is None:
        return
    staff = {member.id for member in shop.staff.fresh().values() if not member.disabled}
    defaults.check(said, shop.shop.fresh(), staff)
