"""Staff as clients send and get them."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field

from chalicelib.domain.fields import EmailAddress, ExampleBody, Model, Text, wrong
from chalicelib.domain.permissions import PERMISSIONS, ROLES, allows
from chalicelib.domain.shop.model import StaffMember

MOST_LOCATIONS = 50
Role = Literal["admin", "manager", "sales", "inventory", "analyst"]


def _each_once(values: list[str]) -> list[str]:
    if len(set(values)) != len(values):
        raise wrong("must not name the same value twice")
    return values


Roles = Annotated[list[Role], AfterValidator(_each_once), Field(max_length=len(ROLES))]
Locations = Annotated[list[Text], AfterValidator(_each_once), Field(max_length=MOST_LOCATIONS)]


class NewUser(Model):
    """A person to invite."""

    example: ClassVar[ExampleBody] = {"email": "ravi@example.com", "name": "Ravi", "roles": ["sales"]}

    email: EmailAddress
    name: Text
    roles: Annotated[Roles, Field(min_length=1)]
    locations: Locations = Field(default=[], description="Ids of the stores where they work")


class UserFields(Model):
    """What of a person can be changed; without roles they can sign in and do nothing."""

    example: ClassVar[ExampleBody] = {"name": "Ravi Kumar", "roles": ["sales", "inventory"]}

    name: Text
    roles: Roles
    locations: Locations
    disabled: bool


class UserOut(UserFields):
    """A person of the staff directory."""

    id: str
    version: int
    email: str
    created_at: str
    updated_at: str


class StaffOut(Model):
    """A colleague to give work to."""

    id: str
    name: str
    roles: list[str]
    locations: list[str]


class MeOut(StaffOut):
    """The caller, and what their roles allow."""

    permissions: list[str]


def fields_of(member: StaffMember) -> dict[str, Any]:
    """What of the person can be changed."""
    return {
        "name": member.name,
        "roles": sorted(member.roles),
        "locations": list(member.locations),
        "disabled": member.disabled,
    }


def user(member: StaffMember) -> dict[str, Any]:
    """The person as those see them who administer the staff."""
    frame = {"id": member.id, "version": member.version, "email": member.email}
    return {**frame, **fields_of(member), "created_at": member.created_at, "updated_at": member.updated_at}


def colleague(member: StaffMember) -> dict[str, Any]:
    """The person as every colleague sees them."""
    roles, locations = sorted(member.roles), list(member.locations)
    return {"id": member.id, "name": member.name, "roles": roles, "locations": locations}


def permissions_of(roles: frozenset[str]) -> list[str]:
    """The permissions that any of the roles holds."""
    return sorted(permission for permission in PERMISSIONS if allows(permission, roles))
