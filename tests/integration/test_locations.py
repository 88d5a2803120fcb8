"""Stores over the API."""

from typing import Any
from uuid import uuid4

import pytest

from tests.support.audit import cores_of

pytestmark = pytest.mark.emulator
PATH = "/v1/locations"
BAD = [
    ({"time_zone": "Mumbai"}, "/time_zone"),
    ({"time_zone": "asia/kolkata"}, "/time_zone"),
    ({"time_zone": "../UTC"}, "/time_zone"),
    ({"time_zone": "localtime"}, "/time_zone"),
    ({"time_zone": "posix/UTC"}, "/time_zone"),
    ({"time_zone": ""}, "/time_zone"),
    ({"time_zone": 5}, "/time_zone"),
    ({"country": "XX"}, "/country"),
    ({"country": "in"}, "/country"),
    ({"country": None}, "/country"),
    ({"name": ""}, "/name"),
    ({"name": "   "}, "/name"),
    ({"name": "a\x00b"}, "/name"),
    ({"name": "a\u202eb"}, "/name"),
    ({"name": "\ud800"}, "/name"),
    ({"name": "x" * 201}, "/name"),
    ({"name": None}, "/name"),
    ({"city": 7}, "/city"),
    ({"sender_email": "not an address"}, "/sender_email"),
    ({"sender_email": "a@b"}, "/sender_email"),
    ({"sender_name": "A\r\nBcc: all@example.com"}, "/sender_name"),
    ({"id": "loc_1"}, "/id"),
    ({"version": 1}, "/version"),
]


def a_store(**fields: Any) -> dict[str, Any]:
    return {"name": f"Store {uuid4()}", "time_zone": "Asia/Kolkata", "country": "IN", **fields}


def add(caller: Any, **fields: Any) -> dict[str, Any]:
    made = caller.post(PATH, a_store(**fields))
    assert made.status == 201, made.text
    return dict(made.json)


def test_what_is_added_is_read_back(manager: Any, people: dict[str, Any]) -> None:
    sent = a_store(city="Mumbai", sender_email="zaveri@shop.example", sender_name="Zaveri Bazaar")
    made = manager.post(PATH, sent, X_Request_Id="location-1")
    assert made.status == 201
    assert made.headers["Location"] == f"{PATH}/{made.json['id']}"
    assert made.headers["ETag"] == '"1"'
    assert {name: made.json[name] for name in sent} == sent
    assert made.json["status"] == "active"
    for role in ("admin", "manager", "sales", "inventory", "analyst"):
        assert people[role].get(made.headers["Location"]).json == made.json
    (core,) = cores_of("location-1")
    assert (core["action"], core["entity"]) == ("location.create", made.json["id"])


def test_two_stores_may_share_a_name(manager: Any) -> None:
    first, second = add(manager, name="Twin"), add(manager, name="Twin")
    assert first["id"] != second["id"]


@pytest.mark.parametrize("role", ["sales", "inventory", "analyst"])
def test_only_management_writes(people: dict[str, Any], manager: Any, role: str) -> None:
    store = add(manager)
    assert people[role].post(PATH, a_store()).status == 403
    assert people[role].patch(f"{PATH}/{store['id']}", {"city": "Pune"}).status == 403
    assert manager.get(f"{PATH}/{store['id']}").json == store


def test_strangers_get_nothing(people: dict[str, Any]) -> None:
    assert people["anonymous"].get(PATH).status == 401


@pytest.mark.parametrize(("fields", "pointer"), BAD)
def test_bad_fields_are_named(manager: Any, fields: dict[str, Any], pointer: str) -> None:
    refused = manager.post(PATH, a_store(**fields))
    assert refused.status == 422, refused.text
    assert refused.pointers == [pointer]
    store = add(manager)
    changed = manager.patch(f"{PATH}/{store['id']}", fields)
    assert changed.status == 422, changed.text
    assert changed.pointers == [pointer]
    assert manager.get(f"{PATH}/{store['id']}").json == store


def test_a_new_store_is_open(manager: Any) -> None:
    assert manager.post(PATH, a_store(status="closed")).pointers == ["/status"]


def test_a_patch_merges_versions_and_audits(manager: Any, admin: Any) -> None:
    store = add(manager, city="Mumbai", sender_name="M")
    path = f"{PATH}/{store['id']}"
    changed = manager.patch(path, {"city": None, "sender_name": "Z"}, If_Match='"1"', X_Request_Id="location-2")
    assert changed.status == 200
    assert (changed.json["version"], changed.json["city"], changed.json["sender_name"]) == (2, None, "Z")
    assert changed.headers["ETag"] == '"2"'
    assert manager.patch(path, {"city": "Pune"}, If_Match='"1"').status == 412
    assert manager.patch(path, {"sender_name": "Z"}).json["version"] == 2
    (core,) = cores_of("location-2")
    entry = admin.get(f"/v1/audit/{core['sk']}").json
    assert entry["before"] == {"city": "Mumbai", "sender_name": "M"}
    assert entry["after"] == {"city": None, "sender_name": "Z"}


@pytest.mark.parametrize("location_id", ["loc_0", "tag_01k", "a%2Fb", "%00", "SETTINGS"])
def test_unknown_ids_are_404(manager: Any, location_id: str) -> None:
    assert manager.get(f"{PATH}/{location_id}").status == 404
    assert manager.patch(f"{PATH}/{location_id}", {"city": "Pune"}).status == 404


def test_the_default_cannot_be_closed_nor_a_closed_one_be_the_default(manager: Any) -> None:
    first, second = add(manager), add(manager)
    path = f"{PATH}/{first['id']}"
    assert manager.patch("/v1/settings", {"default_location": first["id"]}).status == 200
    refused = manager.patch(path, {"status": "closed"})
    assert (refused.status, refused.code, refused.json["conflict"]["id"]) == (409, "default_location", first["id"])
    assert manager.patch(f"{PATH}/{second['id']}", {"status": "closed"}).json["status"] == "closed"
    closed = manager.patch("/v1/settings", {"default_location": second["id"]})
    assert (closed.status, closed.code, closed.json["conflict"]["id"]) == (409, "location_closed", second["id"])
    assert manager.patch("/v1/settings", {"default_location": None}).status == 200
    assert manager.patch(path, {"status": "closed"}).status == 200
    assert manager.patch(path, {"status": "active"}).json["status"] == "active"


def test_a_closed_store_keeps_its_customers(manager: Any, sales: Any) -> None:
    store = add(manager)
    email = f"{uuid4()}@example.com"
    customer = {"given_name": "Kept", "emails": [{"address": email}], "home_location": store["id"]}
    made = sales.post("/v1/customers", customer)
    assert made.status == 201, made.text
    manager.patch(f"{PATH}/{store['id']}", {"status": "closed"})
    assert sales.get(f"/v1/customers/{made.json['id']}").json["home_location"] == store["id"]


def test_the_list_is_paged_by_name(manager: Any) -> None:
    made = [add(manager, name=f"Zz {word} {uuid4()}") for word in ("é", "D", "f")]
    found: list[str] = []
    path: str | None = f"{PATH}?limit=2"
    cursor = None
    while path:
        page = manager.get(path).json
        assert len(page["items"]) <= 2
        found += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        path = f"{PATH}?limit=2&cursor={cursor}" if cursor else None
    assert len(found) == len(set(found))
    assert [item for item in found if item in {m["id"] for m in made}] == [made[1]["id"], made[0]["id"], made[2]["id"]]


def test_a_foreign_cursor_is_refused(manager: Any, admin: Any) -> None:
    add(manager), add(manager)
    cursor = manager.get(f"{PATH}?limit=1").json["next_cursor"]
    assert admin.get(f"{PATH}?limit=1&cursor={cursor}").code == "cursor_invalid"
    assert manager.get(f"{PATH}?cursor=abc").pointers == ["/cursor"]
    assert manager.get(f"{PATH}?limit=0").pointers == ["/limit"]
    assert manager.get(f"{PATH}?colour=red").pointers == ["/colour"]


def test_the_same_key_adds_one_store(manager: Any) -> None:
    body, key = a_store(), str(uuid4())
    first = manager.post(PATH, body, Idempotency_Key=key)
    again = manager.post(PATH, body, Idempotency_Key=key)
    assert (again.status, again.json) == (201, first.json)
    assert again.headers["Idempotent-Replayed"] == "true"
