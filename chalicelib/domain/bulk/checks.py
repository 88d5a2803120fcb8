"""What a bulk change is refused for at once, as every single customer would be refused for it."""

from collections.abc import Container

from chalicelib.domain.bulk.model import Action
from chalicelib.domain.errors import FieldError, Invalid
from chalicelib.domain.shop.model import Shop
from chalicelib.domain.shop.tags import check_name


def check(action: Action, shop: Shop, staff: Container[str]) -> None:
    """Refuse what the shop does not have.

    Raises:
        Invalid: a store that is not open, somebody who is not of the staff, a tag to take away that there is not, or
            a name that cannot be a tag's.
    """
    home = action.fields.home_location if action.fields else None
    if home is not None and not shop.is_open(home):
        raise Invalid.field("/action/fields/home_location", "is not an open location of this shop")
    if action.assignee is not None and action.assignee not in staff:
        raise Invalid.field("/action/assignee", "is not an active member of staff")
    errors = [error for position in range(len(action.tags or ())) for error in _tag(action, position, shop)]
    if errors:
        raise Invalid("Some tags are not acceptable.", errors=errors)


def _tag(action: Action, position: int, shop: Shop) -> list[FieldError]:
    """Tagging makes the tags that are missing; nobody has one to take away that is not there."""
    name, pointer = (action.tags or [])[position], f"/action/tags/{position}"
    try:
        check_name(name)
    except ValueError as refusal:
        return [FieldError(pointer, str(refusal))]
    if action.kind == "untag" and shop.tag_named(name) is None:
        return [FieldError(pointer, "is not a tag of this shop")]
    return []
