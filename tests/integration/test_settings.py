"""The shop's settings over the API."""

from typing import Any

import pytest

from tests.support.audit import cores_of

pytestmark = pytest.mark.emulator
PATH = "/v1/settings"
BAD = [
    ({"currency": "XAU"}, "/currency"),
    ({"currency": "usd"}, "/currency"),
    ({"currency": None}, "/currency"),
    ({"currency": 840}, "/currency"),
    ({"default_country": "UK"}, "/default_country"),
    ({"default_country": "INDIA"}, "/default_country"),
    ({"default_location": "loc_0"}, "/default_location"),
    ({"default_location": "a\u202eb"}, "/default_location"),
    ({"languages": []}, "/languages"),
    ({"languages": ["en", "EN"]}, "/languages"),
    ({"languages": ["english please"]}, "/languages/0"),
    ({"languages": "en"}, "/languages"),
    ({"quiet_hours": {"from": "24:00"}}, "/quiet_hours/from"),
    ({"quiet_hours": {"from": "9:00"}}, "/quiet_hours/from"),
    ({"quiet_hours": {"to": "10:00\n"}}, "/quiet_hours/to"),
    ({"quiet_hours": {"from": None}}, "/quiet_hours/from"),
    ({"quiet_hours": {"until": "10:00"}}, "/quiet_hours/until"),
    ({"quiet_hours": "22-08"}, "/quiet_hours"),
    ({"sweep_hour": 24}, "/sweep_hour"),
    ({"sweep_hour": -1}, "/sweep_hour"),
    ({"sweep_hour": "9"}, "/sweep_hour"),
    ({"sweep_hour": 9.0}, "/sweep_hour"),
    ({"sweep_hour": True}, "/sweep_hour"),
    ({"version": 7}, "/version"),
    ({"minor_digits": 3}, "/minor_digits"),
    ({"nope": 1}, "/nope"),
]


def now(caller: Any) -> dict[str, Any]:
    found = caller.get(PATH)
    assert found.status == 200
    assert found.headers["ETag"] == f'"{found.json["version"]}"'
    return dict(found.json)


def test_everybody_reads_and_management_changes_them(people: dict[str, Any]) -> None:
    for role in ("admin", "manager", "sales", "inventory", "analyst"):
        assert people[role].get(PATH).status == 200
    for role in ("sales", "inventory", "analyst"):
        assert people[role].patch(PATH, {"sweep_hour": 7}).status == 403
    assert people["anonymous"].get(PATH).status == 401
    assert people["manager"].patch(PATH, {"sweep_hour": 9}).status == 200


def test_a_change_merges_and_leaves_one_audit_entry(admin: Any) -> None:
    admin.patch(PATH, {"currency": "USD", "quiet_hours": {"from": "21:00", "to": "08:00"}})
    before = now(admin)
    changed = admin.patch(PATH, {"currency": "JPY", "quiet_hours": {"from": "20:30"}}, X_Request_Id="settings-1")
    assert changed.status == 200, changed.text
    assert changed.json["version"] == before["version"] + 1
    assert changed.json["minor_digits"] == 0
    assert changed.json["quiet_hours"] == {"from": "20:30", "to": "08:00"}
    assert now(admin) == changed.json
    (core,) = cores_of("settings-1")
    entry = admin.get(f"/v1/audit/{core['sk']}").json
    assert entry["before"]["currency"] == "USD"
    assert entry["after"] == {"currency": "JPY", "quiet_hours": {"from": "20:30", "to": "08:00"}}
    admin.patch(PATH, {"currency": "USD"})


def test_a_change_of_nothing_keeps_the_version(admin: Any) -> None:
    admin.patch(PATH, {"sweep_hour": 10})
    before = now(admin)
    same = admin.patch(PATH, {"sweep_hour": 10}, X_Request_Id="settings-2")
    assert (same.status, same.json) == (200, before)
    assert cores_of("settings-2") == []


def test_if_match_guards_the_version(admin: Any) -> None:
    version = now(admin)["version"]
    stale = admin.patch(PATH, {"sweep_hour": 11}, If_Match=f'"{version + 1}"')
    assert (stale.status, stale.code) == (412, "stale")
    assert admin.patch(PATH, {"sweep_hour": 12}, If_Match=f'"{version}"').status == 200
    admin.patch(PATH, {"sweep_hour": 9})


@pytest.mark.parametrize(("patch", "pointer"), BAD)
def test_bad_settings_name_their_field_and_change_nothing(admin: Any, patch: dict[str, Any], pointer: str) -> None:
    before = now(admin)
    refused = admin.patch(PATH, patch)
    assert refused.status == 422, refused.text
    assert refused.pointers == [pointer]
    assert now(admin) == before


def test_the_default_country_decides_what_a_short_number_means(admin: Any, sales: Any) -> None:
    admin.patch(PATH, {"default_country": "IN"})
    made = sales.post("/v1/customers", {"given_name": "Settings", "phones": [{"number": "98765 00117"}]})
    assert made.json["phones"][0]["e164"] == "+919876500117"
    admin.patch(PATH, {"default_country": None})
    refused = sales.post("/v1/customers", {"given_name": "Settings", "phones": [{"number": "98765 00118"}]})
    assert (refused.status, refused.pointers) == (422, ["/phones/0/number"])
