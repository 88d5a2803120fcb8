"""Rules of the staff: who counts as whom, and how directory and user pool stay together."""

import contextlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.call import Actor, Call
from chalicelib.domain.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated, Unavailable
from chalicelib.domain.permissions import PERMISSIONS, ROLES
from chalicelib.domain.shop.model import StaffMember
from chalicelib.domain.staff import commands
from chalicelib.domain.staff.accounts import Account
from chalicelib.domain.staff.commands import StaffOffice
from chalicelib.domain.staff.directory import actor_of, moved_in_console, newcomer, user_id_of
from chalicelib.domain.staff.model import NewUser, permissions_of
from chalicelib.domain.staff.rules import is_admin, require_admins
from chalicelib.domain.work import Change, Event

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
AT = "2026-11-22T10:00:00.000Z"
SECOND = int(NOW.timestamp())
ROLE_SETS = st.frozensets(st.sampled_from(ROLES))


def a_member(sub: str, *roles: str, disabled: bool = False) -> StaffMember:
    made = newcomer(sub, sub.title(), f"{sub}@shop.example", frozenset(roles), roles_at=SECOND, at=AT)
    return replace(made, disabled=disabled)


@dataclass
class Pool:
    """A user pool; `fails_at` is the number of the call that gets no answer."""

    groups: dict[str, frozenset[str]] = field(default_factory=dict)
    disabled: set[str] = field(default_factory=set)
    signed_out: list[str] = field(default_factory=list)
    calls: int = 0
    fails_at: int | None = None

    def _called(self) -> None:
        self.calls += 1
        if self.calls == self.fails_at:
            raise Unavailable("no answer")

    def invite(self, email: str, name: str) -> Account:
        self._called()
        sub = email.partition("@")[0]
        self.groups.setdefault(sub, frozenset())
        return Account(sub, sub, email, name, sub not in self.disabled)

    def set_groups(self, username: str, wanted: Iterable[str]) -> bool:
        self._called()
        before, self.groups[username] = self.groups.get(username), frozenset(wanted)
        return before != self.groups[username]

    def disable(self, username: str) -> None:
        self._called()
        self.disabled.add(username)

    def enable(self, username: str) -> None:
        self._called()
        self.disabled.discard(username)

    def sign_out(self, username: str) -> None:
        self._called()
        self.signed_out.append(username)


@dataclass
class Directory:
    """A staff directory and a work that keep what they are told."""

    staff: dict[str, StaffMember]
    required: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    def put_staff(self, member: StaffMember) -> None:
        self.staff[member.id] = member

    def withdraw_tokens(self, member: StaffMember, valid_from: int) -> None:
        self.staff[member.id] = replace(member, tokens_valid_from=valid_from)

    def require_admin(self, user_id: str) -> None:
        self.required.append(user_id)

    def record(self, event: Event) -> str:
        raise AssertionError(f"no timeline has {event}")

    def audit(self, change: Change) -> None:
        self.changes.append(change)


def an_office(
    directory: Directory, pool: Pool, actor: StaffMember, *, repeated: bool = False, clock: int = SECOND
) -> StaffOffice:
    call = Call(Actor(actor.id, actor.name, actor.roles), NOW, "req_1")
    return StaffOffice(call, dict(directory.staff), ("loc_1",), pool, directory, directory, lambda: clock, repeated)


def a_shop(*members: StaffMember) -> tuple[Directory, Pool]:
    pool = Pool({member.sub: member.roles for member in members}, {m.sub for m in members if m.disabled})
    return Directory({member.id: member for member in members}), pool


ADMIN = a_member("root", "admin")
NOOR = a_member("noor", "sales")


@given(
    st.lists(st.tuples(ROLE_SETS, st.booleans()), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), ROLE_SETS, st.booleans()), max_size=12),
)
def test_an_enabled_admin_is_always_left(
    people: list[tuple[frozenset[str], bool]], steps: list[tuple[int, int, frozenset[str], bool]]
) -> None:
    """Whoever does what to whom, in any order; the pool says the same as the directory after each step."""
    members = [ADMIN, *(a_member(f"p{n}", *roles, disabled=off) for n, (roles, off) in enumerate(people))]
    directory, pool = a_shop(*members)
    for actor, target, roles, disabled in steps:
        office = an_office(directory, pool, members[actor % len(members)])
        patch = {"roles": sorted(roles), "disabled": disabled}
        with contextlib.suppress(Conflict, Forbidden):
            commands.change(office, members[target % len(members)].id, patch, None)
        assert any(is_admin(member) for member in directory.staff.values())
        for member in directory.staff.values():
            assert pool.groups[member.sub] == member.roles
            assert (member.sub in pool.disabled) == member.disabled


@given(st.permutations(range(6)), st.lists(ROLE_SETS, min_size=6, max_size=6, unique=True))
def test_the_newest_token_says_the_roles_in_whatever_order_tokens_come(
    order: list[int], groups: list[frozenset[str]]
) -> None:
    """Groups change in the console before each of six tokens; old ones are used in between."""
    member = newcomer("s", "S", "s@x", groups[order[0]], roles_at=SECOND + order[0], at=AT)
    newest = order[0]
    for number in order:
        claims = {"iat": SECOND + number, "cognito:groups": sorted(groups[number])}
        member = moved_in_console(member, claims) or member
        newest = max(newest, number)
        assert member.roles == groups[newest]


def test_roles_that_facet_set_are_not_undone_by_a_token_from_before() -> None:
    directory, pool = a_shop(ADMIN, NOOR)
    changed = commands.change(an_office(directory, pool, ADMIN, clock=SECOND + 9), NOOR.id, {"roles": []}, None)
    assert changed.roles_at == SECOND + 9, "as of the second in which the pool had done its part"
    assert moved_in_console(changed, {"iat": SECOND + 9, "cognito:groups": ["sales"]}) is None
    assert moved_in_console(changed, {"iat": SECOND + 10, "cognito:groups": ["sales"]})


def test_a_group_set_in_the_console_is_put_back_by_naming_the_roles() -> None:
    directory, pool = a_shop(ADMIN, NOOR)
    pool.groups["noor"] = frozenset(("admin",))
    changed = commands.change(an_office(directory, pool, ADMIN, clock=SECOND + 9), NOOR.id, {"roles": ["sales"]}, None)
    assert pool.groups["noor"] == {"sales"}
    assert moved_in_console(changed, {"iat": SECOND + 5, "cognito:groups": ["admin"]}) is None


def test_disabling_withdraws_every_token_up_to_that_second() -> None:
    directory, pool = a_shop(ADMIN, NOOR)
    office = an_office(directory, pool, ADMIN, clock=SECOND + 3)
    disabled = commands.change(office, NOOR.id, {"disabled": True}, None)
    with pytest.raises(Unauthenticated, match="disabled"):
        actor_of(disabled, {"iat": SECOND + 100})
    enabled = commands.change(an_office(directory, pool, ADMIN), NOOR.id, {"disabled": False}, None)
    for second in (0, SECOND, SECOND + 3):
        with pytest.raises(Unauthenticated, match="withdrawn"):
            actor_of(enabled, {"iat": second})
    assert actor_of(enabled, {"iat": SECOND + 4}).id == NOOR.id
    assert not pool.disabled


def test_signing_out_withdraws_and_asks_the_pool_first() -> None:
    directory, pool = a_shop(ADMIN, NOOR)
    commands.sign_out(an_office(directory, pool, ADMIN, clock=SECOND + 3), NOOR.id)
    assert directory.staff[NOOR.id].tokens_valid_from == SECOND + 4
    assert (pool.signed_out, directory.required) == (["noor"], [ADMIN.id])
    commands.sign_out(an_office(directory, pool, ADMIN), ADMIN.id)
    assert directory.required == [ADMIN.id], "an entry cannot be written and checked at once"


@pytest.mark.parametrize(
    "patch",
    [{"roles": ["manager"]}, {"disabled": True}, {"roles": ["analyst"], "disabled": True}, {"roles": []}],
)
def test_whichever_call_of_the_pool_fails_the_same_request_again_finishes(patch: dict[str, Any]) -> None:
    for fails_at in (1, 2, 3):
        directory, pool = a_shop(ADMIN, NOOR)
        pool.fails_at = fails_at
        try:
            commands.change(an_office(directory, pool, ADMIN), NOOR.id, patch, None)
        except Unavailable:
            assert directory.changes == []
            assert directory.staff[NOOR.id] == NOOR
        pool.fails_at = None
        commands.change(an_office(directory, pool, ADMIN), NOOR.id, patch, None)
        member = directory.staff[NOOR.id]
        assert pool.groups["noor"] == member.roles == frozenset(patch.get("roles", ["sales"]))
        assert ("noor" in pool.disabled) == member.disabled == patch.get("disabled", False)
        assert len(directory.changes) == 1


@pytest.mark.parametrize("fails_at", [1, 2, 3])
def test_an_invitation_that_failed_is_finished_by_the_next(fails_at: int) -> None:
    directory, pool = a_shop(ADMIN)
    pool.disabled.add("noor")
    pool.fails_at = fails_at
    fields = NewUser(email="noor@shop.example.com", name="Noor", roles=["sales"], locations=["loc_1"])
    with pytest.raises(Unavailable):
        commands.invite(an_office(directory, pool, ADMIN), fields)
    assert len(directory.staff) == 1
    member = commands.invite(an_office(directory, pool, ADMIN), fields)
    assert (member.id, member.locations) == (user_id_of("noor"), ("loc_1",))
    assert pool.groups["noor"] == {"sales"}
    assert not pool.disabled
    assert len(directory.changes) == 1


def test_a_refused_repetition_puts_the_pool_back() -> None:
    """The first attempt told the pool, then met a conflict; by the second the caller is no admin any more."""
    directory, pool = a_shop(replace(ADMIN, disabled=True), NOOR)
    pool.disabled.add("noor")
    pool.groups["noor"] = frozenset(("admin",))
    with pytest.raises(Forbidden):
        commands.change(an_office(directory, pool, ADMIN, repeated=True), NOOR.id, {"roles": ["admin"]}, None)
    assert pool.groups["noor"] == {"sales"}
    assert pool.disabled == {"root"}
    fields = NewUser(email="guest@shop.example.com", name="Guest", roles=["admin"])
    pool.groups["guest"] = frozenset(("admin",))
    with pytest.raises(Forbidden):
        commands.invite(an_office(directory, pool, ADMIN, repeated=True), fields)
    assert pool.groups["guest"] == frozenset()


def test_only_an_admin_of_this_moment_administers() -> None:
    directory, pool = a_shop(replace(ADMIN, roles=frozenset(("sales",))), NOOR)
    fields = NewUser(email="guest@shop.example.com", name="Guest", roles=["admin"])
    tried: tuple[Callable[[], Any], ...] = (
        lambda: commands.change(an_office(directory, pool, ADMIN), ADMIN.id, {"roles": ["admin"]}, None),
        lambda: commands.sign_out(an_office(directory, pool, ADMIN), NOOR.id),
        lambda: commands.invite(an_office(directory, pool, ADMIN), fields),
    )
    for command in tried:
        with pytest.raises(Forbidden):
            command()
    assert pool.calls == 0


@pytest.mark.parametrize(
    "known",
    [replace(a_member("of-old"), email="noor@shop.example.com"), NOOR],
    ids=["by the address", "by the account"],
)
def test_who_is_in_the_directory_is_not_invited_again(known: StaffMember) -> None:
    directory, pool = a_shop(ADMIN, known)
    fields = NewUser(email="Noor@shop.example.com", name="N", roles=["admin"])
    with pytest.raises(Conflict) as refused:
        commands.invite(an_office(directory, pool, ADMIN), fields)
    assert (refused.value.code, refused.value.conflict_id) == ("duplicate_user", known.id)
    assert (directory, pool.groups) == (a_shop(ADMIN, known)[0], a_shop(ADMIN, known)[1].groups)


def test_the_last_admin_stays() -> None:
    staff = {ADMIN.id: ADMIN, NOOR.id: NOOR}
    with pytest.raises(Conflict) as refused:
        require_admins(staff, replace(ADMIN, disabled=True), NOOR.id)
    assert refused.value.code == "last_admin"
    with pytest.raises(Conflict) as refused:
        require_admins(staff, replace(ADMIN, roles=frozenset()), ADMIN.id)
    assert refused.value.code == "own_account"


def test_locations_of_old_stay_and_new_ones_must_exist() -> None:
    member = replace(NOOR, locations=("loc_of_old",))
    directory, pool = a_shop(ADMIN, member)
    office = an_office(directory, pool, ADMIN)
    assert commands.change(office, NOOR.id, {"locations": ["loc_of_old", "loc_1"]}, None).locations
    with pytest.raises(Invalid):
        commands.change(office, NOOR.id, {"locations": ["loc_2"]}, None)
    with pytest.raises(NotFound):
        commands.change(office, "usr_nobody", {}, None)


@given(ROLE_SETS)
def test_permissions_are_those_of_every_role(roles: frozenset[str]) -> None:
    assert set(permissions_of(roles)) == {name for name, holders in PERMISSIONS.items() if holders & roles}


@given(st.text(min_size=1), st.text(min_size=1))
def test_a_person_has_one_id(one: str, other: str) -> None:
    assert (user_id_of(one) == user_id_of(other)) == (one == other)
