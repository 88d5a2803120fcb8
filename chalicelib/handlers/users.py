"""Administration of the staff over HTTP."""

from chalicelib.domain.shop.model import StaffMember
from chalicelib.domain.staff import commands
from chalicelib.domain.staff.model import NewUser, UserFields, UserOut, user
from chalicelib.domain.text import fold
from chalicelib.handlers.answers import Answer, created, ok
from chalicelib.handlers.endpoint import Request, Routes
from chalicelib.handlers.listing import by_name
from chalicelib.handlers.pages import page_of
from chalicelib.handlers.parameters import Paging
from chalicelib.wiring import shop, users

endpoint = Routes(__name__, "admin")


@endpoint("GET", "/v1/users", "users.read", "List users", query=Paging, returns=page_of(UserOut))
def listed(request: Request) -> Answer:
    """By name, disabled ones included. This is the staff directory: a person made in the AWS console appears in it
    with their first request."""
    return by_name(request, shop.staff.fresh().values(), _name, user)


def _name(member: StaffMember) -> tuple[str, str]:
    return fold(member.name), member.id


@endpoint(
    "POST",
    "/v1/users",
    "users.write",
    "Invite a user",
    body=NewUser,
    returns=UserOut,
    status=201,
    also={409: "The person is in the staff directory (`conflict.id`)"},
)
def invite(request: Request) -> Answer:
    """They get a mail with a first password. A person whom the user pool knows already is taken as they are."""
    member = commands.invite(users.office(request.work), request.body)
    return created(f"/v1/users/{member.id}", user(member), member.version)


@endpoint("GET", "/v1/users/{user_id}", "users.read", "Read a user", returns=UserOut)
def read(request: Request) -> Answer:
    """From the staff directory."""
    member = commands.find(shop.staff.fresh(), request.path["user_id"])
    return ok(user(member), member.version)


@endpoint(
    "PATCH",
    "/v1/users/{user_id}",
    "users.write",
    "Change a user",
    body=UserFields,
    patch=True,
    returns=UserOut,
    also={409: "Admins cannot disable or demote themselves, nor the last admin"},
)
def change(request: Request) -> Answer:
    """JSON Merge Patch. Disabling withdraws all tokens: at once where it happens, within 30 s everywhere."""
    office = users.office(request.work)
    member = commands.change(office, request.path["user_id"], request.body, request.if_match)
    return ok(user(member), member.version)


@endpoint("POST", "/v1/users/{user_id}/sign-out", "users.write", "Withdraw a user's tokens", returns=UserOut)
def sign_out(request: Request) -> Answer:
    """For a lost phone, say. The person may sign in again with their password."""
    member = commands.sign_out(users.office(request.work), request.path["user_id"])
    return ok(user(member), member.version)
