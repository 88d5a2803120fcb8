"""What an import is refused for at once, as every single row would be refused for it."""

from collections.abc import Container

from chalicelib.domain.errors import FieldError, Invalid
from chalicelib.domain.imports.model import Defaults
from chalicelib.domain.shop.model import Shop


def check(defaults: Defaults, shop: Shop, staff: Container[str]) -> None:
    """Refuse what the shop does not have.

    Raises:
        Invalid: a store that is not open, or somebody who is not of the staff.
    """
    errors = []
    if defaults.home_location is not None and not shop.is_open(defaults.home_location):
        errors.append(FieldError("/options/defaults/home_location", "is not an open location of this shop"))
    if defaults.assignee is not None and defaults.assignee not in staff:
        errors.append(FieldError("/options/defaults/assignee", "is not an active member of staff"))
    if errors:
        raise Invalid("The shop does not have what every row is to say.", errors=errors)
