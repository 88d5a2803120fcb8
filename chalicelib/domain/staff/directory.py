"""Who is who: the directory decides, and follows what an admin did in the AWS console."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chalicelib.domain import ids
from chalicelib.domain.call import Actor
from chalicelib.domain.errors import Unauthenticated
from chalicelib.domain.permissions import ROLES
from chalicelib.domain.shop.model import StaffMember


def user_id_of(sub: str) -> str:
    """The id of the person whom the user pool calls `sub`; the same however often it is derived."""
    number = int.from_bytes(hashlib.sha256(sub.encode()).digest()) >> (256 - 128)
    return f"usr_{ids.encode(number)}"


def roles_in(groups: Any) -> frozenset[str]:
    """The roles among the groups of a token or of the user pool."""
    return frozenset(group for group in groups or () if group in ROLES)


def newcomer(sub: str, name: str, email: str, roles: frozenset[str], *, roles_at: int, at: str) -> StaffMember:
    """The directory entry of a person seen for the first time; their roles are those of this epoch second."""
    return StaffMember(
        id=user_id_of(sub),
        version=1,
        sub=sub,
        name=name,
        email=email,
        roles=roles,
        locations=(),
        disabled=False,
        tokens_valid_from=0,
        roles_at=roles_at,
        updated_at=at,
        created_at=at,
    )


def moved_in_console(member: StaffMember, claims: Mapping[str, Any]) -> StaffMember | None:
    """The entry with the groups of a newer token, when somebody changed them in the AWS console; else None.

    The directory knows from which second its roles are: from Facet's last change of them, or from the token that told
    of a change past Facet. Only a token issued later can tell of another; an older one must not bring old roles back.
    """
    roles = roles_in(claims.get("cognito:groups"))
    issued = int(claims["iat"])
    if roles == member.roles or issued <= member.roles_at:
        return None
    return replace(member, roles=roles, roles_at=issued, version=member.version + 1)


def actor_of(member: StaffMember, claims: Mapping[str, Any]) -> Actor:
    """The person behind a verified token.

    Raises:
        Unauthenticated: disabled, or the token is from before all tokens were withdrawn.
    """
    if member.disabled:
        raise Unauthenticated("This account is disabled.", code="disabled")
    if int(claims["iat"]) < member.tokens_valid_from:
        raise Unauthenticated("This sign-in was withdrawn. Sign in again.", code="withdrawn")
    return Actor(member.id, member.name, member.roles, member.locations)
