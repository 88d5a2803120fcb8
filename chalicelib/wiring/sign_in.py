"""From an Authorization header to a member of staff."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.domain.call import Actor, Call
from chalicelib.domain.errors import NotFound, Unauthenticated
from chalicelib.domain.ids import new_id
from chalicelib.domain.shop.model import StaffMember
from chalicelib.domain.staff.accounts import Account
from chalicelib.domain.staff.directory import actor_of, moved_in_console, newcomer, roles_in, user_id_of
from chalicelib.domain.work import Change
from chalicelib.repos.shop import ShopWriter
from chalicelib.repos.transaction import Transaction, commit_with_retry
from chalicelib.wiring import shop
from chalicelib.wiring.store import table
from chalicelib.wiring.tokens import claims_of
from chalicelib.wiring.users import user_pool

POOL = Actor(id="sys_user_pool", name="User pool")


def actor(authorization: str, now: datetime) -> Actor:
    """The caller.

    A person who was made in the AWS console enters the directory with their first request, and groups changed there
    count from the first token that shows them.

    Raises:
        Unauthenticated: no valid token of an enabled person.
    """
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated("Send an access token: Authorization: Bearer …", code="token_missing")
    claims = claims_of(token.strip())
    member = _known(claims) or _enter(claims, now)
    moved = moved_in_console(member, claims)
    return actor_of(_follow(member, moved, now) if moved else member, claims)


def _known(claims: Mapping[str, Any]) -> StaffMember | None:
    user_id = user_id_of(str(claims["sub"]))
    return shop.staff.get().get(user_id) or shop.staff.fresh().get(user_id)


def _enter(claims: Mapping[str, Any], now: datetime) -> StaffMember:
    person = _person(claims)
    roles = roles_in(claims.get("cognito:groups"))
    call = Call(POOL, now, new_id("req", now))
    issued = int(claims["iat"])
    member = newcomer(str(claims["sub"]), person.name, person.email, roles, roles_at=issued, at=call.at)

    def command(work: Transaction) -> StaffMember:
        known = shop.staff.fresh().get(member.id)
        if known:
            return known
        ShopWriter(work).put_staff(member)
        work.audit(Change("user.entered", member.id, after={"roles": sorted(roles)}))
        return member

    return _committed(call, command)


def _person(claims: Mapping[str, Any]) -> Account:
    """Whom the token is of; their account may be gone or disabled while the token is still young."""
    try:
        person = user_pool().find(str(claims.get("username", claims["sub"])))
    except NotFound as gone:
        raise Unauthenticated("This account does not exist any more.", code="unknown_user") from gone
    if not person.enabled:
        raise Unauthenticated("This account is disabled.", code="disabled")
    return person


def _follow(before: StaffMember, after: StaffMember, now: datetime) -> StaffMember:
    call = Call(POOL, now, new_id("req", now))

    def command(work: Transaction) -> StaffMember:
        known = shop.staff.fresh()[before.id]
        if known.version != before.version:
            return known
        ShopWriter(work).put_staff(after)
        roles = {"before": {"roles": sorted(before.roles)}, "after": {"roles": sorted(after.roles)}}
        work.audit(Change("user.moved_in_console", after.id, **roles))
        return after

    return _committed(call, command)


def _committed(call: Call, command: Any) -> StaffMember:
    member: StaffMember = commit_with_retry(table(), call, command)
    shop.staff.forget()
    return member
