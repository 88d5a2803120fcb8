"""Tokens of the user pool, and what happens in it past Facet. Forged ones: tests/proof/test_access_tokens.py."""

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
