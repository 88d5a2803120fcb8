"""What an admin does with people. The user pool is told first, the directory in the command's transaction after it.

A request that dies in between leaves the pool ahead: the person's next token tells the directory of other roles, an
account disabled in the pool gives no new tokens, and the same request sent again finishes what is left.
"""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from chalicelib.domain.call import Call
from chalicelib.domain.customers.contact import normalized_email
from chalicelib.domain.customers.rules import changed_fields
from chalicelib.domain.errors import Conflict, DomainError, FieldError, Forbidden, Invalid, NotFound
from chalicelib.domain.merge_patch import merge_patch
from chalicelib.domain.shop.model import StaffMember
from chalicelib.domain.staff.accounts import Accounts
from chalicelib.domain.staff.directory import newcomer, user_id_of
from chalicelib.domain.staff.model import NewUser, UserFields, fields_of
from chalicelib.domain.staff.rules import is_admin, require_admins, withdrawn_from
from chalicelib.domain.versions import require_version
from chalicelib.domain.work import Change, Work


class Directory(Protocol):
    """The staff directory within one transaction."""

    def put_staff(self, member: StaffMember) -> None: ...

    def withdraw_tokens(self, member: StaffMember, valid_from: int) -> None: ...

    def require_admin(self, user_id: str) -> None: ...


@dataclass(frozen=True)
class StaffOffice:
    """Who calls, the staff and stores as just read, where they are written, and the clock in epoch seconds.

    The clock is asked after the pool has done its part: what it gave out until then is from before the change.
    `repeated` says that an earlier attempt of the same command may have told the pool already.
    """

    call: Call
    staff: Mapping[str, StaffMember]
    locations: Container[str]
    accounts: Accounts
    directory: Directory
    work: Work
    clock: Callable[[], int]
    repeated: bool = False


def find(staff: Mapping[str, StaffMember], user_id: str) -> StaffMember:
    """The person of this id.

    Raises:
        NotFound: the directory has none.
    """
    if user_id not in staff:
        raise NotFound("There is no such user.")
    return staff[user_id]


def invite(office: StaffOffice, fields: NewUser) -> StaffMember:
    """Make an account, which sends the person a first password by mail, and enter them into the directory.

    Raises:
        Invalid: the address is unusable, or a store is unknown.
        Conflict: the directory has the person already, named by the id.
    """
    email = normalized_email(fields.email, "/email")
    try:
        _require_admin(office)
    except Forbidden:
        if office.repeated:  # the account of an earlier attempt must not let anybody in
            office.accounts.set_groups(office.accounts.invite(email, fields.name).username, ())
        raise
    _check_locations(office, fields.locations)
    _require_new([member.id for member in office.staff.values() if member.email.casefold() == email])
    account = office.accounts.invite(email, fields.name)
    _require_new([member.id for member in (office.staff.get(user_id_of(account.sub)),) if member])
    office.accounts.set_groups(account.username, fields.roles)
    if not account.enabled:
        office.accounts.enable(account.username)
    roles = frozenset[str](fields.roles)
    entered = newcomer(account.sub, fields.name, email, roles, roles_at=office.clock(), at=office.call.at)
    member = replace(entered, locations=tuple(fields.locations))
    office.directory.put_staff(member)
    _still_admin(office, member.id)
    office.work.audit(Change("user.invite", member.id, after={"email": email, **fields_of(member)}))
    return member


def change(office: StaffOffice, user_id: str, patch: Mapping[str, Any], if_match: frozenset[int] | None) -> StaffMember:
    """Apply a JSON Merge Patch; disabling withdraws all tokens, enabling gives none back.

    Raises:
        NotFound, Stale: there is no such person, or not at the version of If-Match.
        ValidationError, Invalid: a field is not acceptable.
        Conflict: admins disabled or demoted themselves, or no enabled admin would be left.
    """
    before = find(office.staff, user_id)
    try:
        _require_admin(office)
        require_version(before.version, if_match)
        fields = UserFields.model_validate(merge_patch(fields_of(before), patch))
        wanted = replace(before, name=fields.name, roles=frozenset(fields.roles), disabled=fields.disabled)
        wanted = replace(wanted, locations=tuple(fields.locations))
        _check_locations(office, [place for place in wanted.locations if place not in before.locations])
        require_admins(office.staff, wanted, office.call.actor.id)
    except DomainError:
        if office.repeated:
            _tell_pool(office, before, {"roles", "disabled"})
        raise
    corrected = _tell_pool(office, wanted, patch.keys() & {"roles", "disabled"})
    if fields_of(wanted) == fields_of(before) and not corrected:
        return before
    return _enter(office, before, wanted, roles_settled=corrected or wanted.roles != before.roles)


def sign_out(office: StaffOffice, user_id: str) -> StaffMember:
    """Withdraw all tokens that the person holds; they may sign in again.

    Raises:
        NotFound: there is no such person.
    """
    _require_admin(office)
    member = find(office.staff, user_id)
    office.accounts.sign_out(member.sub)
    office.directory.withdraw_tokens(member, withdrawn_from(office.clock()))
    _still_admin(office, member.id)
    office.work.audit(Change("user.sign_out", member.id))
    return member


def _enter(office: StaffOffice, before: StaffMember, wanted: StaffMember, *, roles_settled: bool) -> StaffMember:
    now = office.clock()
    after = replace(wanted, version=before.version + 1, updated_at=office.call.at)
    if roles_settled:
        after = replace(after, roles_at=now)
    if wanted.disabled and not before.disabled:
        after = replace(after, tokens_valid_from=withdrawn_from(now))
    office.directory.put_staff(after)
    _still_admin(office, after.id)
    old, new = changed_fields(fields_of(before), fields_of(after))
    office.work.audit(Change("user.change", after.id, before=old, after=new))
    return after


def _require_admin(office: StaffOffice) -> None:
    """The caller's role may come from a cached directory; who administers people must be an admin this moment."""
    actor = office.staff.get(office.call.actor.id)
    if actor is None or not is_admin(actor):
        raise Forbidden("Your role does not allow this any more.", code="role")


def _still_admin(office: StaffOffice, written_id: str) -> None:
    """Two admins who disable each other at once must not both succeed; a person's own entry guards itself."""
    if written_id != office.call.actor.id:
        office.directory.require_admin(office.call.actor.id)


def _tell_pool(office: StaffOffice, member: StaffMember, fields: Container[str]) -> bool:
    """Make the account what the member is to be; whether its groups were others."""
    corrected = "roles" in fields and office.accounts.set_groups(member.sub, member.roles)
    if "disabled" in fields:
        tell = office.accounts.disable if member.disabled else office.accounts.enable
        tell(member.sub)
    return corrected


def _check_locations(office: StaffOffice, locations: Sequence[str]) -> None:
    unknown = [place for place, location in enumerate(locations) if location not in office.locations]
    if unknown:
        errors = [FieldError(f"/locations/{place}", "is not a location of this shop") for place in unknown]
        raise Invalid("Some locations do not exist.", errors=errors)


def _require_new(known: Sequence[str]) -> None:
    if known:
        errors = [FieldError("/email", "belongs to a member of staff")]
        detail = "This person is in the staff directory already."
        raise Conflict(detail, code="duplicate_user", errors=errors, conflict_id=known[0])
