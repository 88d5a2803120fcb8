"""The audit: one entry per change, one per refusal a minute, never changed afterwards."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from chalicelib.domain import ids
from chalicelib.handlers import serve
from chalicelib.repos import audit_log, keys
from chalicelib.repos.table import Range, Table, key_of
from chalicelib.wiring.store import table
from tests.support.api import Api
from tests.support.audit import cores, cores_of
from tests.support.staff import Person

pytestmark = pytest.mark.emulator
PATH = "/v1/audit"


def a_customer(**fields: Any) -> dict[str, Any]:
    return {"given_name": "Audited", "emails": [{"address": f"{uuid4()}@example.com"}], **fields}


def after(admin: Any, method: str, path: str, body: Any = None) -> tuple[Any, dict[str, Any]]:
    """The answer of a change that left exactly one entry, and that entry read back."""
    request_id = f"audit-{uuid4()}"
    answer = admin(method, path, body, X_Request_Id=request_id)
    assert answer.status in (200, 201, 204), answer.text
    (core,) = cores_of(request_id)
    entry = admin.get(f"{PATH}/{core['sk']}")
    assert entry.status == 200
    assert entry.json["request_id"] == request_id
    assert entry.json["source_ip"] == "192.0.2.7"
    assert entry.json["integrity"] in ("verified", "none")
    return answer, dict(entry.json)


def test_every_change_of_a_customer_leaves_one_entry(admin: Any) -> None:
    made, entry = after(admin, "POST", "/v1/customers", a_customer())
    path = f"/v1/customers/{made.json['id']}"
    assert (entry["action"], entry["entity"]) == ("customer.create", made.json["id"])
    assert entry["after"]["given_name"] == "Audited"
    _, entry = after(admin, "PATCH", path, {"given_name": "Changed"})
    assert (entry["before"], entry["after"]) == ({"given_name": "Audited"}, {"given_name": "Changed"})
    assert after(admin, "PUT", f"{path}/tags", {"tags": ["VIP"]})[1]["action"] == "customer.tags"
    assert after(admin, "DELETE", path)[1]["action"] == "customer.archive"
    assert after(admin, "POST", f"{path}/restore")[1]["action"] == "customer.restore"
    external = f"erp-{uuid4()}"
    assert after(admin, "PUT", f"/v1/customers/by-external-id/{external}", a_customer())[1]["action"]
    listed = admin.get(f"{PATH}?entity={made.json['id']}").json["items"]
    assert [item["action"] for item in listed] == [
        "customer.restore",
        "customer.archive",
        "customer.tags",
        "customer.change",
        "customer.create",
    ]
    assert listed[3] == {**listed[3], "before": {"given_name": "Audited"}, "integrity": "verified"}


def test_every_change_of_the_shop_leaves_one_entry(admin: Any) -> None:
    hour = admin.get("/v1/settings").json["sweep_hour"]
    assert after(admin, "PATCH", "/v1/settings", {"sweep_hour": (hour + 1) % 24})[1]["entity"] == "settings"
    admin.patch("/v1/settings", {"sweep_hour": hour})
    store = {"name": "Audited", "time_zone": "UTC", "country": "IN"}
    made, _ = after(admin, "POST", "/v1/locations", store)
    after(admin, "PATCH", f"/v1/locations/{made.json['id']}", {"city": "Pune"})
    made, _ = after(admin, "POST", "/v1/tags", {"name": f"Audited {uuid4()}"})
    after(admin, "PATCH", f"/v1/tags/{made.json['id']}", {"icon": "x"})
    after(admin, "DELETE", f"/v1/tags/{made.json['id']}")
    user = {"email": f"{uuid4()}@shop.example", "name": "Audited", "roles": ["sales"]}
    made, entry = after(admin, "POST", "/v1/users", user)
    assert entry["actor"] == {"id": admin.get("/v1/me").json["id"], "name": admin.get("/v1/me").json["name"]}
    after(admin, "PATCH", f"/v1/users/{made.json['id']}", {"disabled": True})
    after(admin, "POST", f"/v1/users/{made.json['id']}/sign-out")


def test_what_was_refused_changed_nothing_and_left_no_entry_of_a_change(admin: Any) -> None:
    refused = admin.post("/v1/customers", {"given_name": ""}, X_Request_Id="audit-invalid")
    assert refused.status == 422
    assert cores_of("audit-invalid") == []


def test_refusals_leave_one_entry_per_person_route_and_minute(
    deployment: dict[str, str], admin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = datetime.now(UTC).replace(second=20, microsecond=0)
    monkeypatch.setattr(serve, "now", lambda: moment)
    one, other = (Person(deployment, "analyst").signs_in() for _ in range(2))
    id_of = {caller: caller.get("/v1/me").json["id"] for caller in (one, other)}

    def refusals(caller: Api) -> list[str]:
        return [core["entity"] for core in cores() if core["actor_id"] == id_of[caller] and core["action"] == "refused"]

    for _ in range(3):
        assert one.post("/v1/customers", a_customer()).status == 403
        moment += timedelta(seconds=5)
    assert refusals(one) == ["POST /v1/customers"]
    assert one.get(PATH).status == 403
    assert sorted(refusals(one)) == ["GET /v1/audit", "POST /v1/customers"]
    assert other.get(PATH).status == 403
    assert refusals(other) == ["GET /v1/audit"]
    moment += timedelta(seconds=60)
    assert one.get(PATH).status == 403
    assert sorted(refusals(one)) == ["GET /v1/audit", "GET /v1/audit", "POST /v1/customers"]
    found = admin.get(f"{PATH}?actor={id_of[one]}&action=refused").json["items"]
    assert sorted(item["route"] for item in found) == ["GET /v1/audit", "GET /v1/audit", "POST /v1/customers"]
    assert {item["permission"] for item in found} == {"audit.read", "customers.write"}
    assert all(item["entity"] is None and item["integrity"] is None for item in found)
    detail = admin.get(f"{PATH}/{found[0]['id']}").json
    assert (detail["route"], detail["integrity"]) == (found[0]["route"], "none")


@contextlib.contextmanager
def put_back(*places: keys.Key) -> Iterator[None]:
    """What a test does to these items is undone, so that the invariants of the whole table hold after it."""
    client, name = table()._client, table().name
    before = [client.get_item(TableName=name, Key=key_of(place))["Item"] for place in places]
    yield
    for item in before:
        client.put_item(TableName=name, Item=item)


def entry_of(admin: Any, entity: str) -> dict[str, Any]:
    return dict(admin.get(f"{PATH}?entity={entity}&limit=1").json["items"][0])


def test_erasing_the_values_leaves_the_core_as_it_was(admin: Any) -> None:
    customer = admin.post("/v1/customers", a_customer(given_name="Erasable")).json["id"]
    entry = entry_of(admin, customer)
    assert (entry["integrity"], entry["after"]["given_name"]) == ("verified", "Erasable")
    place, values = keys.audit_entry(entry["at"][:10], entry["id"]), keys.audit_values(customer, entry["id"])
    core = table().get(place)
    assert core is not None
    assert "Erasable" not in str(core)
    with put_back(values):
        table().send("delete_item", Key=key_of(values))
        erased = admin.get(f"{PATH}/{entry['id']}").json
        assert erased == {**entry, "before": None, "after": None, "integrity": "erased"}
        assert table().get(place) == core
        assert admin.get(f"{PATH}?entity={customer}").json["items"] == []


def test_values_that_were_altered_are_noticed(admin: Any) -> None:
    customer = admin.post("/v1/customers", a_customer(given_name="Honest")).json["id"]
    entry = entry_of(admin, customer)
    place = keys.audit_values(customer, entry["id"])
    forged = {":v": {"S": '{"after": {"given_name": "Forged"}, "before": null}'}}
    with put_back(place):
        table().send(
            "update_item",
            Key=key_of(place),
            UpdateExpression="SET #v = :v",
            ExpressionAttributeNames={"#v": "values"},
            ExpressionAttributeValues=forged,
        )
        assert admin.get(f"{PATH}/{entry['id']}").json["integrity"] == "altered"
        assert entry_of(admin, customer)["integrity"] == "altered"


def test_an_entry_whose_core_is_gone_is_noticed(admin: Any) -> None:
    customer = admin.post("/v1/customers", a_customer()).json["id"]
    entry = entry_of(admin, customer)
    place = keys.audit_entry(entry["at"][:10], entry["id"])
    with put_back(place):
        table().send("delete_item", Key=key_of(place))
        assert entry_of(admin, customer)["integrity"] == "altered"
        assert admin.get(f"{PATH}/{entry['id']}").status == 404


@pytest.fixture
def three_days(deployment: dict[str, str], admin: Any) -> list[str]:
    """A person's entries on three days far apart, oldest first."""
    person = f"usr_{uuid4().hex[:26].replace('i', '1').replace('l', '1').replace('o', '0').replace('u', '0')}"
    written = []
    for number, day in enumerate(("2026-11-02", "2026-11-09", "2026-11-20")):
        for second in range(3):
            audit_id = f"aud_{ids.time_ordered(datetime.fromisoformat(f'{day}T10:00:0{second}+00:00'))}"
            core = {
                "action": f"test.step{number}",
                "entity": f"test_{number}",
                "at": f"{day}T10:00:0{second}.000Z",
                "actor_id": person,
                "request_id": f"req-{number}-{second}",
            }
            item = {**key_of(keys.audit_entry(day, audit_id)), **{k: {"S": v} for k, v in core.items()}}
            table().send("put_item", Item=item)
            written.append(audit_id)
    return [person, *written]


def walk(caller: Any, query: str) -> tuple[list[dict[str, Any]], int]:
    found: list[dict[str, Any]] = []
    pages, cursor = 0, ""
    while True:
        answer = caller.get(f"{PATH}?{query}{cursor}")
        assert answer.status == 200, answer.text
        pages += 1
        found += answer.json["items"]
        if answer.json["next_cursor"] is None:
            return found, pages
        cursor = f"&cursor={answer.json['next_cursor']}"


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 100])
def test_days_are_walked_newest_first_page_by_page(admin: Any, three_days: list[str], limit: int) -> None:
    person, *written = three_days
    found, _ = walk(admin, f"actor={person}&limit={limit}")
    assert [item["id"] for item in found] == written[::-1]


def test_a_page_asks_for_at_most_31_days(admin: Any, three_days: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_log, "MOST_DAYS", 4)
    asked: list[str] = []
    query = Table.query

    def counted(self: Table, wanted: Range) -> Any:
        if wanted.pk.startswith("AUDIT#"):
            asked.append(wanted.pk)
        return query(self, wanted)

    monkeypatch.setattr(Table, "query", counted)
    found, pages = walk(admin, f"actor={three_days[0]}")
    assert [item["id"] for item in found] == three_days[:0:-1]
    assert len(asked) <= 4 * pages
    earlier = [day for day in asked if day < f"AUDIT#{datetime.now(UTC).date()}"]  # all other tests wrote today
    assert len(earlier) == len(set(earlier)), "no day is read twice"


def test_instants_narrow_to_the_millisecond(admin: Any, three_days: list[str]) -> None:
    person, *written = three_days
    found, _ = walk(admin, f"actor={person}&from=2026-11-09T10:00:01Z&to=2026-11-20T10:00:01Z")
    assert [item["id"] for item in found] == [written[6], written[5], written[4]]
    assert walk(admin, f"actor={person}&from=2026-11-20T12:00:02%2B02:00")[0][0]["id"] == written[8]
    assert walk(admin, f"actor={person}&to=2026-11-02T10:00:00Z")[0] == []
    assert walk(admin, f"actor={person}&from=0001-01-01T00:00:00Z&to=9999-12-31T23:59:59Z")[0][0]["id"] == written[8]
    assert [i["id"] for i in walk(admin, f"actor={person}&action=test.step1")[0]] == written[5:2:-1]


def test_one_record_can_be_narrowed_and_paged_too(admin: Any) -> None:
    customer = admin.post("/v1/customers", a_customer()).json["id"]
    for name in ("B", "C", "D"):
        admin.patch(f"/v1/customers/{customer}", {"given_name": name})
    found, pages = walk(admin, f"entity={customer}&limit=1")
    assert [entry["after"]["given_name"] for entry in found] == ["D", "C", "B", "Audited"]
    assert pages in (4, 5)
    found, _ = walk(admin, f"entity={customer}&action=customer.change&limit=2")
    assert [entry["after"]["given_name"] for entry in found] == ["D", "C", "B"]
    me = admin.get("/v1/me").json["id"]
    since = walk(admin, f"entity={customer}&actor={me}&from={found[2]['at']}")[0]
    assert [entry["id"] for entry in since[:3]] == [entry["id"] for entry in found]
    until = walk(admin, f"entity={customer}&to={found[2]['at']}")[0]
    assert found[2]["id"] not in [entry["id"] for entry in until]
    assert walk(admin, f"entity={customer}&actor=usr_nobody")[0] == []


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("from=yesterday", "/from"),
        ("to=2026-02-30T00:00:00Z", "/to"),
        ("from=2026-11-22T00:00:00Z&to=2026-11-21T00:00:00Z", "/from"),
        ("since=2026-11-22T00:00:00Z", "/since"),
        ("entity=", "/entity"),
        ("entity=%00", "/entity"),
        ("limit=101", "/limit"),
        ("cursor=AAAA", "/cursor"),
        ("action=" + "x" * 201, "/action"),
    ],
)
def test_bad_queries_name_their_parameter(admin: Any, query: str, pointer: str) -> None:
    refused = admin.get(f"{PATH}?{query}")
    assert (refused.status, refused.pointers) == (422, [pointer]), refused.text


def test_an_entity_leads_to_nothing_but_audit_entries(admin: Any) -> None:
    for partition in ("SHOP", "STAFF", "COUNTERS", f"AUDIT#{datetime.now(UTC).date()}"):
        answer = admin.get(f"{PATH}?entity={partition.replace('#', '%23')}")
        assert (answer.status, answer.json["items"]) == (200, [])


@pytest.mark.parametrize("audit_id", ["aud_0", "cus_00000000000000000000000000", "aud_" + "z" * 26, "%00"])
def test_unknown_entries_are_404(admin: Any, audit_id: str) -> None:
    assert admin.get(f"{PATH}/{audit_id}").status == 404


@pytest.mark.parametrize("role", ["sales", "inventory", "analyst"])
def test_only_management_reads(people: dict[str, Any], role: str) -> None:
    assert people[role].get(PATH).status == 403
    assert people[role].get(f"{PATH}/aud_0").status == 403
    assert people["manager"].get(f"{PATH}?limit=1").status == 200
    assert people["anonymous"].get(PATH).status == 401
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert people["admin"](method, PATH, {}).status == 405
        assert people["admin"](method, f"{PATH}/aud_0", {}).status == 405
