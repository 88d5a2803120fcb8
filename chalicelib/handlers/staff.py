"""The caller, and the colleagues to give work to."""

from chalicelib.domain.shop.model import StaffMember
from chalicelib.domain.staff.model import MeOut, StaffOut, colleague, permissions_of
from chalicelib.domain.text import fold
from chalicelib.handlers.answers import Answer, ok
from chalicelib.handlers.endpoint import Request, Routes
from chalicelib.handlers.listing import by_name
from chalicelib.handlers.pages import page_of
from chalicelib.handlers.parameters import Paging
from chalicelib.wiring import shop

endpoint = Routes(__name__, "staff")


@endpoint("GET", "/v1/staff", "staff.read", "List colleagues", query=Paging, returns=page_of(StaffOut))
def listed(request: Request) -> Answer:
    """By name, those who may sign in: to choose an assignee from."""
    enabled = [member for member in shop.staff.fresh().values() if not member.disabled]
    return by_name(request, enabled, _name, colleague)


def _name(member: StaffMember) -> tuple[str, str]:
    return fold(member.name), member.id


@endpoint("GET", "/v1/me", "me.read", "Who am I", returns=MeOut)
def me(request: Request) -> Answer:
    """The caller with their roles, and what these allow, so that an app shows only what will work."""
    actor = request.call.actor
    return ok(
        {
            "id": actor.id,
            "name": actor.name,
            "roles": sorted(actor.roles),
            "locations": list(actor.locations),
            "permissions": permissions_of(actor.roles),
        }
    )
