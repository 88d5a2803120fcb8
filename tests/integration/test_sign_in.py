"""Whose token counts, and what happens in the user pool past Facet."""

import time
from typing import Any

import pytest

from chalicelib.repos.table import Table
from chalicelib.wiring import shop, tokens
from tests.support import forge
from tests.support.api import Api
from tests.support.staff import Person

pytestmark = pytest.mark.emulator
ME = "/v1/me"


@pytest.fixture
def known_key(deployment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The pool publishes the test's key too, so that only the claims of a token can be what is wrong with it."""
    published = tokens._published()
    published.key("fetched first")
    monkeypatch.setattr(published, "_keys", {**published._keys, forge.KEY_ID: forge.private_key().public_key()})


@pytest.fixture
def writes(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every write to the table while the test runs."""
    seen: list[Any] = []
    write = Table.write

    def noted(self: Table, operations: Any) -> None:
        seen.append(operations)
        write(self, operations)

    monkeypatch.setattr(Table, "write", noted)
    return seen


def refused(answer: Any, code: str | None = None) -> None:
    assert answer.status == 401, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.json["status"] == 401
    assert code is None or answer.code == code


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic YTpi", "token", "Bearer\tx"])
def test_no_token(deployment: dict[str, str], writes: list[Any], header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    refused(Api().post("/v1/customers", {"given_name": "X"}, **headers))
    assert writes == []


MALFORMED = {
    "one part": "abc",
    "two parts": "abc.def",
    "four parts": "a.b.c.d",
    "empty parts": "..",
    "not ascii": "é.ü.ñ",
    "not base64": "!!!.???.***",
    "half a surrogate pair": "\ud800.a.b",
    "header is a list": f"{forge.segment([])}.{forge.segment({})}.x",
    "header is a number": f"{forge.segment(1)}.{forge.segment({})}.x",
    "header is nested": f"{forge.segment(b'[' * 6000)}.{forge.segment({})}.x",
    "key id is a number": f"{forge.segment({'alg': 'RS256', 'kid': 1})}.{forge.segment({})}.x",
    "key id is an object": f"{forge.segment({'alg': 'RS256', 'kid': {}})}.{forge.segment({})}.x",
    "no algorithm": f"{forge.segment({'kid': forge.KEY_ID})}.{forge.segment({})}.x",
    "body is no json": f"{forge.segment({'alg': 'RS256', 'kid': forge.KEY_ID})}.{forge.segment(b'{')}.x",
}


@pytest.mark.parametrize("token", MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed(known_key: None, writes: list[Any], token: str) -> None:
    refused(Api(token).get(ME), "token_invalid")
    assert writes == []


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE"])
def test_no_signature(deployment: dict[str, str], known_key: None, writes: list[Any], algorithm: str) -> None:
    refused(Api(forge.unsigned(forge.claims(deployment), algorithm)).get(ME), "token_invalid")
    assert writes == []


def test_signed_with_the_public_key(deployment: dict[str, str], known_key: None, writes: list[Any]) -> None:
    refused(Api(forge.keyed_with_the_public_key(forge.claims(deployment))).get(ME), "token_invalid")
    assert writes == []


def test_signed_with_a_key_that_nobody_published(deployment: dict[str, str], writes: list[Any]) -> None:
    refused(Api(forge.signed(forge.claims(deployment), "unknown")).get(ME), "token_invalid")
    assert writes == []


def test_signed_with_another_key_than_it_names(
    deployment: dict[str, str], people: dict[str, Any], writes: list[Any]
) -> None:
    import jwt

    theirs = jwt.get_unverified_header(people["admin"].token)["kid"]
    refused(Api(forge.signed(forge.claims(deployment), theirs)).get(ME), "token_invalid")
    assert writes == []


def test_an_unknown_key_is_looked_up_once_in_a_while(deployment: dict[str, str], monkeypatch: Any) -> None:
    published = tokens._published()
    published.key("fetched first")
    fetched: list[int] = []

    def fetch() -> dict[str, Any]:
        fetched.append(1)
        return {}

    monkeypatch.setattr(published, "_fetch", fetch)
    for number in range(5):
        refused(Api(forge.signed(forge.claims(deployment), f"unknown-{number}")).get(ME))
    assert len(fetched) <= 1


WRONG: dict[str, dict[str, Any]] = {
    "wrong client": {"client_id": "another"},
    "no client": {"client_id": None},
    "wrong issuer": {"iss": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_another"},
    "no issuer": {"iss": None},
    "an id token": {"token_use": "id"},
    "no use": {"token_use": None},
    "never expires": {"exp": None},
    "expires when it likes": {"exp": "tomorrow"},
    "from the future": {"iat": int(time.time()) + 7200},
    "without time of issue": {"iat": None},
    "without subject": {"sub": None},
    "subject is a list": {"sub": ["a"]},
    "not yet valid": {"nbf": int(time.time()) + 7200},
}


@pytest.mark.parametrize("changed", WRONG.values(), ids=WRONG.keys())
def test_claims_that_are_wrong(
    deployment: dict[str, str], known_key: None, writes: list[Any], changed: dict[str, Any]
) -> None:
    refused(Api(forge.signed(forge.claims(deployment, **changed))).get(ME), "token_invalid")
    assert writes == []


def test_expired(deployment: dict[str, str], known_key: None, writes: list[Any]) -> None:
    token = forge.signed(forge.claims(deployment, exp=int(time.time()) - 1))
    refused(Api(token).get(ME), "token_expired")
    assert writes == []


def test_a_remembered_token_expires_too(people: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    assert people["sales"].get(ME).status == 200
    later = time.time() + 90_000
    monkeypatch.setattr(time, "time", lambda: later)
    refused(people["sales"].get(ME), "token_expired")


def test_an_id_token_of_the_pool(deployment: dict[str, str], writes: list[Any]) -> None:
    person = Person(deployment, "sales")
    refused(Api(person.tokens()["IdToken"]).get(ME), "token_invalid")
    refused(Api(person.tokens()["RefreshToken"]).get(ME), "token_invalid")
    assert writes == []


def test_a_token_of_nobody_in_the_pool(deployment: dict[str, str], known_key: None, writes: list[Any]) -> None:
    refused(Api(forge.signed(forge.claims(deployment))).get(ME), "unknown_user")
    assert writes == []


def test_a_person_made_in_the_console_works_and_enters_once(deployment: dict[str, str], admin: Any) -> None:
    person = Person(deployment, "sales", "inventory")
    caller = person.signs_in()
    me = caller.get(ME)
    assert me.status == 200, me.text
    assert me.json["roles"] == ["inventory", "sales"]
    assert "notes.write" in me.json["permissions"]
    assert "users.write" not in me.json["permissions"]
    assert caller.get(ME).json == me.json
    user = admin.get(f"/v1/users/{me.json['id']}").json
    assert (user["email"], user["version"]) == (person.email, 1)
    entered = admin.get(f"/v1/audit?entity={user['id']}").json["items"]
    assert [entry["action"] for entry in entered] == ["user.entered"]


def test_a_person_without_groups_may_do_nothing(deployment: dict[str, str]) -> None:
    refusal = Person(deployment).signs_in().get(ME)
    assert (refusal.status, refusal.code) == (403, "role")


def a_minute_ago(deployment: dict[str, str], person: Person, *groups: str, seconds: int = 60) -> Api:
    """The person with a token that the pool could have given out then."""
    sub = person.cognito.admin_get_user(UserPoolId=person.pool, Username=person.email)["Username"]
    issued = int(time.time()) - seconds
    return Api(forge.signed(forge.claims(deployment, sub=sub, username=sub, iat=issued, **{"cognito:groups": groups})))


def test_a_group_changed_in_the_console_counts_from_the_next_token(
    deployment: dict[str, str], known_key: None, admin: Any
) -> None:
    person = Person(deployment, "sales")
    before = a_minute_ago(deployment, person, "sales")
    me = before.get(ME).json
    assert me["roles"] == ["sales"]
    person.join("manager")
    person.leave("sales")
    assert before.get(ME).json["roles"] == ["sales"], "an old token cannot tell"
    assert person.signs_in().get(ME).json["roles"] == ["manager"]
    assert before.get(ME).json["roles"] == ["manager"], "an old token does not bring the old role back"
    assert shop.staff.fresh()[me["id"]].roles == frozenset(("manager",))
    entries = admin.get(f"/v1/audit?entity={me['id']}").json["items"]
    assert [entry["action"] for entry in entries] == ["user.moved_in_console", "user.entered"]
    assert (entries[0]["before"], entries[0]["after"]) == ({"roles": ["sales"]}, {"roles": ["manager"]})


def test_a_person_who_lost_the_last_group_in_the_console_may_do_nothing(
    deployment: dict[str, str], known_key: None
) -> None:
    person = Person(deployment, "sales")
    before = a_minute_ago(deployment, person, "sales")
    assert before.get(ME).status == 200
    person.leave("sales")
    assert person.signs_in().get(ME).status == 403
    assert before.get(ME).status == 403


def test_who_enters_with_an_old_token_is_still_followed(deployment: dict[str, str], known_key: None) -> None:
    """The directory is as old as the token that told it, not as the request that brought the token."""
    person = Person(deployment, "sales")
    assert a_minute_ago(deployment, person, "admin", seconds=90).get(ME).json["roles"] == ["admin"]
    assert a_minute_ago(deployment, person, "sales", seconds=60).get(ME).json["roles"] == ["sales"]


def test_an_account_disabled_in_the_console_does_not_enter(
    deployment: dict[str, str], known_key: None, writes: list[Any]
) -> None:
    person = Person(deployment, "sales")
    person.cognito.admin_disable_user(UserPoolId=person.pool, Username=person.email)
    refused(a_minute_ago(deployment, person, "sales").get(ME), "disabled")
    assert writes == []
