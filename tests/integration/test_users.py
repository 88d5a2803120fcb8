"""Administration of the staff over the API."""

import time
from typing import Any
from uuid import uuid4

import pytest

from chalicelib.domain.errors import Unavailable
from chalicelib.repos.shop import ShopWriter
from chalicelib.repos.table import Table
from chalicelib.repos.transaction import Retry
from chalicelib.repos.user_pool import UserPool
from chalicelib.wiring import shop, users
from tests.support.audit import cores_of
from tests.support.staff import Invited, Person
from tests.support.work import a_transaction

pytestmark = pytest.mark.emulator
PATH = "/v1/users"
ME = "/v1/me"


def an_invitation(**fields: Any) -> dict[str, Any]:
    return {"email": f"{uuid4()}@shop.example", "name": "Noor", "roles": ["sales"], **fields}


def entered(admin: Any, person: Person) -> str:
    """The id of a person who has made their first request."""
    answer = person.signs_in().get(ME)
    return str(answer.json["id"]) if answer.status == 200 else pytest.fail(answer.text)


def invited(admin: Any, deployment: dict[str, str], *roles: str) -> tuple[str, Invited]:
    made = admin.post(PATH, an_invitation(roles=list(roles)))
    assert made.status == 201, made.text
    return made.json["id"], Invited(deployment, made.json["email"])


def test_an_invited_person_signs_in_with_their_roles(admin: Any, deployment: dict[str, str]) -> None:
    store = admin.post("/v1/locations", {"name": "S", "time_zone": "Asia/Tokyo", "country": "JP"}).json["id"]
    sent = an_invitation(roles=["sales", "inventory"], locations=[store])
    made = admin.post(PATH, sent, X_Request_Id="user-1")
    assert made.status == 201, made.text
    assert made.headers["Location"] == f"{PATH}/{made.json['id']}"
    assert made.json["roles"] == ["inventory", "sales"]
    assert made.json["disabled"] is False
    person = Invited(deployment, sent["email"])
    assert person.groups() == {"sales", "inventory"}
    me = person.signs_in().get(ME).json
    assert (me["id"], me["name"], me["locations"]) == (made.json["id"], "Noor", [store])
    (core,) = cores_of("user-1")
    assert (core["action"], core["entity"]) == ("user.invite", made.json["id"])
    assert admin.get(made.headers["Location"]).json == made.json


def test_an_invitation_is_repeated_without_harm(admin: Any) -> None:
    body, key = an_invitation(), str(uuid4())
    first = admin.post(PATH, body, Idempotency_Key=key)
    assert admin.post(PATH, body, Idempotency_Key=key).json == first.json
    again = admin.post(PATH, {**body, "email": body["email"].upper()})
    assert (again.status, again.code, again.json["conflict"]["id"]) == (409, "duplicate_user", first.json["id"])


def test_an_invitation_whose_entry_was_lost_is_finished_by_the_next(
    admin: Any, deployment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    body = an_invitation(roles=["manager"])

    def silence(*_: Any) -> None:
        raise Unavailable("no answer")

    with monkeypatch.context() as broken:
        broken.setattr(Table, "write", silence)
        assert admin.post(PATH, body).status == 503
    made = admin.post(PATH, body)
    assert made.status == 201, made.text
    assert Invited(deployment, body["email"]).signs_in().get(ME).json["id"] == made.json["id"]


def test_a_person_of_the_console_can_be_invited_and_keeps_groups_of_other_kinds(
    admin: Any, deployment: dict[str, str]
) -> None:
    person = Person(deployment, "analyst")
    person.cognito.create_group(UserPoolId=person.pool, GroupName=(other := f"club-{uuid4()}"))
    person.join(other)
    made = admin.post(PATH, an_invitation(email=person.email, roles=["sales"]))
    assert made.status == 201
    assert person.groups() == {"sales", other}
    assert person.signs_in().get(ME).json["roles"] == ["sales"]


BAD: list[tuple[dict[str, Any], str]] = [
    ({"email": "nobody"}, "/email"),
    ({"email": "a@b\r\nBcc: c@d.com"}, "/email"),
    ({"email": None}, "/email"),
    ({"name": ""}, "/name"),
    ({"name": "a\u2066b"}, "/name"),
    ({"roles": []}, "/roles"),
    ({"roles": ["owner"]}, "/roles/0"),
    ({"roles": ["sales", "sales"]}, "/roles"),
    ({"roles": "admin"}, "/roles"),
    ({"locations": ["loc_unknown"]}, "/locations/0"),
    ({"locations": ["x"] * 2}, "/locations"),
    ({"disabled": True}, "/disabled"),
    ({"id": "usr_1"}, "/id"),
    ({"sub": "x"}, "/sub"),
]


@pytest.mark.parametrize(("fields", "pointer"), BAD)
def test_bad_invitations_name_their_field_and_invite_nobody(
    admin: Any, deployment: dict[str, str], fields: dict[str, Any], pointer: str
) -> None:
    body = an_invitation(**fields)
    refused = admin.post(PATH, body)
    assert refused.status == 422, refused.text
    assert refused.pointers == [pointer]
    if "email" not in fields:
        with pytest.raises(Exception, match="UserNotFound"):
            Invited(deployment, body["email"])


@pytest.mark.parametrize(
    ("patch", "pointer"),
    [
        ({"roles": ["boss"]}, "/roles/0"),
        ({"roles": None}, "/roles"),
        ({"name": None}, "/name"),
        ({"disabled": "yes"}, "/disabled"),
        ({"disabled": 1}, "/disabled"),
        ({"locations": ["loc_unknown"]}, "/locations/0"),
        ({"email": "other@shop.example"}, "/email"),
        ({"tokens_valid_from": 0}, "/tokens_valid_from"),
    ],
)
def test_bad_changes_name_their_field(
    admin: Any, deployment: dict[str, str], patch: dict[str, Any], pointer: str
) -> None:
    user_id, person = invited(admin, deployment, "sales")
    before = admin.get(f"{PATH}/{user_id}").json
    refused = admin.patch(f"{PATH}/{user_id}", patch)
    assert (refused.status, refused.pointers) == (422, [pointer]), refused.text
    assert admin.get(f"{PATH}/{user_id}").json == before
    assert person.groups() == {"sales"}


def test_roles_change_for_tokens_that_are_out(admin: Any, deployment: dict[str, str]) -> None:
    user_id, person = invited(admin, deployment, "sales")
    caller = person.signs_in()
    assert caller.get(ME).json["roles"] == ["sales"]
    changed = admin.patch(f"{PATH}/{user_id}", {"roles": ["analyst"], "name": "Nur"}, X_Request_Id="user-2")
    assert changed.status == 200, changed.text
    assert (changed.json["version"], changed.headers["ETag"]) == (2, '"2"')
    assert person.groups() == {"analyst"}
    me = caller.get(ME).json
    assert (me["roles"], me["name"]) == (["analyst"], "Nur")
    assert caller.post("/v1/customers", {}).status == 403
    (core,) = cores_of("user-2")
    entry = admin.get(f"/v1/audit/{core['sk']}").json
    assert entry["before"] == {"name": "Noor", "roles": ["sales"]}
    assert entry["after"] == {"name": "Nur", "roles": ["analyst"]}


def test_a_change_of_nothing_and_a_stale_one_write_nothing(admin: Any, deployment: dict[str, str]) -> None:
    user_id, person = invited(admin, deployment, "sales")
    same = admin.patch(f"{PATH}/{user_id}", {"roles": ["sales"], "disabled": False}, X_Request_Id="user-3")
    assert (same.status, same.json["version"]) == (200, 1)
    stale = admin.patch(f"{PATH}/{user_id}", {"roles": ["admin"]}, If_Match='"7"', X_Request_Id="user-3")
    assert stale.status == 412
    assert person.groups() == {"sales"}
    assert cores_of("user-3") == []


def test_a_disabled_person_is_out_at_once_and_stays_out_with_old_tokens(admin: Any, deployment: dict[str, str]) -> None:
    user_id, person = invited(admin, deployment, "sales")
    caller = person.signs_in()
    assert caller.get(ME).status == 200
    assert admin.patch(f"{PATH}/{user_id}", {"disabled": True}).json["disabled"] is True
    assert caller.get(ME).code == "disabled"
    assert not person.enabled()
    with pytest.raises(Exception, match="NotAuthorized"):
        person.signs_in()
    assert user_id not in {colleague["id"] for colleague in all_of(admin, "/v1/staff")}
    assert admin.patch(f"{PATH}/{user_id}", {"disabled": False}).status == 200
    assert person.enabled()
    assert caller.get(ME).code == "withdrawn"


def test_another_process_follows_within_thirty_seconds(
    admin: Any, deployment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process is a cache that was not told; it reads anew when its reading is 30 s old."""
    user_id, person = invited(admin, deployment, "sales")
    caller = person.signs_in()
    clock = [1000.0]
    elsewhere = shop.Cached(shop.staff._read, lambda: clock[0])
    elsewhere.get()
    admin.patch(f"{PATH}/{user_id}", {"disabled": True})
    monkeypatch.setattr(shop, "staff", elsewhere)
    clock[0] += 29.9
    assert caller.get(ME).status == 200
    clock[0] += 0.2
    assert caller.get(ME).code == "disabled"


def test_signing_out_withdraws_tokens_but_lets_sign_in_again(
    admin: Any, deployment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    user_id, person = invited(admin, deployment, "sales")
    caller = person.signs_in()
    assert caller.get(ME).status == 200
    answer = admin.post(f"{PATH}/{user_id}/sign-out", X_Request_Id="user-4")
    assert (answer.status, answer.json["version"]) == (200, 1), answer.text
    assert caller.get(ME).code == "withdrawn"
    assert [core["action"] for core in cores_of("user-4")] == ["user.sign_out"]
    again = person.signs_in()
    while again.get(ME).status == 401:  # tokens know whole seconds, and those of that very second are withdrawn
        time.sleep(0.1)
        again = person.signs_in()
    assert again.get(ME).status == 200


def test_admins_do_not_lock_themselves_out(admin: Any) -> None:
    me = admin.get(ME).json["id"]
    patches: tuple[dict[str, Any], ...] = ({"disabled": True}, {"roles": ["manager"]}, {"roles": []})
    for patch in patches:
        refused = admin.patch(f"{PATH}/{me}", patch)
        assert (refused.status, refused.code) == (409, "own_account")
    assert admin.get(ME).json["roles"] == ["admin"]
    renamed = admin.patch(f"{PATH}/{me}", {"name": "Admin"})
    assert renamed.status == 200


def test_two_admins_who_disable_each_other_leave_one(
    admin: Any, deployment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one's disabling commits between the first one's read and write."""
    first_id, first = invited(admin, deployment, "admin")
    second_id, second = invited(admin, deployment, "admin")
    one, two = first.signs_in(), second.signs_in()
    assert one.get(ME).status == two.get(ME).status == 200
    disable = UserPool.disable
    answers: list[int | None] = []

    def disable_after_the_other(self: UserPool, username: str) -> None:
        if not answers:
            answers.append(None)
            answers[0] = two.patch(f"{PATH}/{first_id}", {"disabled": True}).status
        disable(self, username)

    monkeypatch.setattr(UserPool, "disable", disable_after_the_other)
    refused = one.patch(f"{PATH}/{second_id}", {"disabled": True})
    assert answers == [200]
    assert (refused.status, refused.code) == (403, "role")
    assert second.enabled(), "the user pool is put back to what the directory says"
    assert two.get(ME).status == 200
    assert not first.enabled()


def test_who_was_just_demoted_elsewhere_cannot_promote_themselves(
    admin: Any, deployment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    user_id, person = invited(admin, deployment, "admin")
    caller = person.signs_in()
    assert caller.get(ME).status == 200
    stale = shop.staff.get()
    admin.patch(f"{PATH}/{user_id}", {"roles": ["sales"]})
    monkeypatch.setattr(shop.staff, "get", lambda: stale)
    for answer in (
        caller.patch(f"{PATH}/{user_id}", {"roles": ["admin"]}),
        caller.post(PATH, an_invitation(roles=["admin"])),
        caller.post(f"{PATH}/{user_id}/sign-out"),
    ):
        assert (answer.status, answer.code) == (403, "role")
    assert person.groups() == {"sales"}


def test_the_pool_not_answering_changes_nothing(
    admin: Any, deployment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from botocore.exceptions import ClientError, ConnectTimeoutError

    user_id, _ = invited(admin, deployment, "sales")
    before = admin.get(f"{PATH}/{user_id}").json
    throttled = ClientError({"Error": {"Code": "TooManyRequestsException"}}, "AdminDisableUser")
    for failure in (throttled, ConnectTimeoutError(endpoint_url="http://pool")):

        def fail(failure: Exception = failure, **_: Any) -> None:
            raise failure

        monkeypatch.setattr(users.user_pool()._client, "admin_disable_user", fail)
        refused = admin.patch(f"{PATH}/{user_id}", {"disabled": True})
        assert (refused.status, refused.code) == (503, "unavailable")
    assert admin.get(f"{PATH}/{user_id}").json == before


@pytest.mark.parametrize("user_id", ["usr_0", "usr_00000000000000000000000000", "STAFF", "%00"])
def test_unknown_people_are_404(admin: Any, user_id: str) -> None:
    assert admin.get(f"{PATH}/{user_id}").status == 404
    assert admin.patch(f"{PATH}/{user_id}", {"name": "x"}).status == 404
    assert admin.post(f"{PATH}/{user_id}/sign-out").status == 404


@pytest.mark.parametrize("role", ["manager", "sales", "inventory", "analyst"])
def test_only_admins_write_and_managers_read(people: dict[str, Any], role: str) -> None:
    caller, me = people[role], people[role].get(ME).json["id"]
    assert caller.post(PATH, an_invitation(roles=["admin"])).status == 403
    assert caller.patch(f"{PATH}/{me}", {"roles": ["admin"]}).status == 403
    assert caller.post(f"{PATH}/{me}/sign-out").status == 403
    expected = 200 if role == "manager" else 403
    assert caller.get(PATH).status == expected
    assert caller.get(f"{PATH}/{me}").status == expected
    assert caller.get(ME).json["roles"] == [role]


def all_of(caller: Any, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = caller.get(f"{path}?limit=7{cursor}").json
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        cursor = f"&cursor={page['next_cursor']}"


def test_lists_show_everybody_once(people: dict[str, Any]) -> None:
    ids = [user["id"] for user in all_of(people["manager"], PATH)]
    assert len(ids) == len(set(ids))
    for role in ("admin", "manager", "sales", "inventory", "analyst"):
        me = people[role].get(ME).json
        assert me["id"] in ids or me["id"] in {user["id"] for user in all_of(people["manager"], PATH)}
        colleagues = all_of(people[role], "/v1/staff")
        assert {name: me[name] for name in ("id", "name", "roles", "locations")} in colleagues
        assert all(set(colleague) == {"id", "name", "roles", "locations"} for colleague in colleagues)
    assert people["anonymous"].get("/v1/staff").status == 401
    assert people["anonymous"].get(ME).status == 401


def test_me_lists_what_the_role_allows(people: dict[str, Any]) -> None:
    assert "audit.read" in people["manager"].get(ME).json["permissions"]
    assert "users.write" not in people["manager"].get(ME).json["permissions"]
    assert "customers.write" not in people["analyst"].get(ME).json["permissions"]


def test_a_withdrawal_needs_the_version_that_was_read(admin: Any, deployment: dict[str, str]) -> None:
    user_id, _ = invited(admin, deployment, "sales")
    before = shop.staff.fresh()[user_id]
    admin.patch(f"{PATH}/{user_id}", {"name": "Other"})
    work = a_transaction("req_old")
    ShopWriter(work).withdraw_tokens(before, 5)
    with pytest.raises(Retry):
        work.commit()
