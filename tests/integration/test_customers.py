"""Customers over the API: what is written is found at once, and refused where it must be."""

import itertools
import unicodedata
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from tests.support.api import Reply

pytestmark = pytest.mark.emulator
_numbers = itertools.count(9_820_000_000)


def number() -> str:
    return f"+91{next(_numbers)}"


def word() -> str:
    """A name that no other test uses."""
    return "q" + uuid.uuid4().hex[:11].translate(str.maketrans("0123456789", "ghijklmnop"))


def make(api: Any, **fields: Any) -> Any:
    body = {"given_name": "Asha", "family_name": "Rao", "phones": [{"number": number()}], **fields}
    reply = api.post("/v1/customers", body)
    assert reply.status == 201, reply.text
    return reply.json


def ids(reply: Reply) -> list[str]:
    assert reply.status == 200, reply.text
    return [item["id"] for item in reply.json["items"]]


def test_what_is_created_is_read_back(sales: Any) -> None:
    mobile = number()
    made = make(
        sales, phones=[{"number": f"{mobile[:5]} {mobile[5:]}"}], emails=[{"address": f"{word()}+x@Example.com"}]
    )
    read = sales.get(f"/v1/customers/{made['id']}")
    assert read.json == made
    assert read.json["phones"][0]["e164"] == mobile
    assert read.json["emails"][0]["normalized"].endswith("+x@example.com")
    assert read.headers["ETag"] == '"1"'
    assert read.json["last_contact_at"] == made["created_at"]
    assert read.json["links"]["call"] == f"tel:{mobile}"


def test_an_online_customer_has_not_been_in_touch(sales: Any) -> None:
    assert make(sales, source="online")["last_contact_at"] is None


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"given_name": None, "family_name": None}, ""),
        ({"phones": []}, ""),
        ({"phones": [{"number": "12"}]}, "/phones/0/number"),
        ({"phones": [{"number": "98765 43210"}]}, "/phones/0/number"),
        ({"phones": [{"number": "+91 98200 99999"}, {"number": "+91-98200-99999"}]}, "/phones/1/number"),
        ({"phones": [{"number": "+91 98200 99999", "e164": "+1"}]}, "/phones/0/e164"),
        ({"phones": [{"number": f"+9198200888{n:02}"} for n in range(6)]}, "/phones"),
        ({"phones": "+91 98765"}, "/phones"),
        ({"emails": [{"address": "nobody"}]}, "/emails/0/address"),
        ({"emails": [{"address": "a@b.example", "verified": True}]}, "/emails/0/verified"),
        ({"birthday": "1990-02-30"}, "/birthday"),
        ({"birthday": "--02-30"}, "/birthday"),
        ({"birthday": "15/03/1990"}, "/birthday"),
        ({"anniversary": "--03-15"}, "/anniversary"),
        ({"given_name": "A\u0000"}, "/given_name"),
        ({"given_name": "A\u202eB"}, "/given_name"),
        ({"given_name": "x" * 201}, "/given_name"),
        ({"given_name": "  "}, "/given_name"),
        ({"given_name": 7}, "/given_name"),
        ({"given_name": "\ud800"}, "/given_name"),
        ({"addresses": [{"kind": "home", "country": "XX"}]}, "/addresses/0/country"),
        ({"addresses": [{"kind": "castle"}]}, "/addresses/0/kind"),
        ({"source": "tv"}, "/source"),
        ({"category": "vip"}, "/category"),
        ({"time_zone": "Mars/Base"}, "/time_zone"),
        ({"time_zone": "../../etc/passwd"}, "/time_zone"),
        ({"language": "english!"}, "/language"),
        ({"home_location": "loc_nowhere"}, "/home_location"),
        ({"assignee": "usr_nobody"}, "/assignee"),
        ({"custom": {"x": "y" * 17_000}}, "/custom"),
        ({"custom": []}, "/custom"),
        ({"id": "cus_1"}, "/id"),
        ({"version": 1}, "/version"),
        ({"allow_duplicate": "yes"}, "/allow_duplicate"),
        ({"tags": ["No such tag"]}, "/tags/0"),
        ({"tags": ["#"]}, "/tags/0"),
        ({"tags": ["x"] * 21}, "/tags"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_written(sales: Any, fields: dict[str, Any], pointer: str) -> None:
    name = word()
    body = {"given_name": "Asha", "family_name": "Rao", "nickname": name, "phones": [{"number": number()}], **fields}
    reply = sales.post("/v1/customers", body)
    assert reply.status == 422, reply.text
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert pointer in reply.pointers
    assert ids(sales.get(f"/v1/customers?q={name}")) == []


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        ('{"given_name": "A", "given_name": "B"}', 400, "duplicate_key"),
        ('{"custom": {"x": NaN}}', 400, "not_a_number"),
        ('{"custom": {"x": 1e400}}', 400, "number_out_of_range"),
        (f'{{"custom": {{"x": {"9" * 5000}}}}}', 400, "number_out_of_range"),
        ('{"custom": ' + "[" * 40 + "]" * 40 + "}", 400, "too_deep"),
        ("[" * 100_000, 400, "too_deep"),
        ('{"given_name": ', 400, "not_json"),
        ("", 400, "empty_body"),
        ("[]", 422, "invalid"),
        ('{"given_name": "' + "x" * 1_050_000 + '"}', 413, "too_large"),
    ],
)
def test_a_body_that_cannot_be_taken(sales: Any, raw: str, status: int, code: str) -> None:
    reply = sales("POST", "/v1/customers", raw=raw)
    assert (reply.status, reply.code) == (status, code)


@pytest.mark.parametrize(
    ("content_type", "status"),
    [("text/plain", 415), ("application/json; charset=latin-1", 400), ("application/merge-patch+json", 415), ("", 415)],
)
def test_a_body_of_another_kind(sales: Any, content_type: str, status: int) -> None:
    assert sales("POST", "/v1/customers", raw="{}", Content_Type=content_type).status == status


def test_a_number_that_another_customer_holds(sales: Any) -> None:
    mobile = number()
    first = make(sales, phones=[{"number": mobile}])
    second = {"company": "Rao & Sons", "phones": [{"number": f"{mobile[:3]} {mobile[3:]}"}]}
    refused = sales.post("/v1/customers", second)
    assert refused.status == 409
    assert refused.json["conflict"] == {"id": first["id"]}
    assert refused.pointers == ["/phones/0/number"]
    accepted = sales.post("/v1/customers", {**second, "allow_duplicate": True})
    assert accepted.status == 201
    assert set(ids(sales.get(f"/v1/customers?q={mobile[1:]}"))) == {first["id"], accepted.json["id"]}


def test_the_claim_passes_to_the_oldest_holder(sales: Any, manager: Any) -> None:
    mobile, email = number(), f"{word()}@example.com"
    contact = {"phones": [{"number": mobile}], "emails": [{"address": email}], "allow_duplicate": True}
    owner, oldest, youngest = (make(sales, **contact) for _ in range(3))
    assert manager.delete(f"/v1/customers/{owner['id']}").status == 204
    taken = sales.post("/v1/customers", {"given_name": "New", "phones": [{"number": mobile}]})
    assert taken.json["conflict"] == {"id": oldest["id"]}
    sales.patch(f"/v1/customers/{oldest['id']}", {"phones": [{"number": number()}], "emails": []})
    taken = sales.post("/v1/customers", {"given_name": "New", "emails": [{"address": email}]})
    assert taken.json["conflict"] == {"id": youngest["id"]}
    assert sales.patch(f"/v1/customers/{youngest['id']}", {"phones": None}).status == 200
    assert make(sales, phones=[{"number": mobile}])


def test_a_merge_patch_changes_one_thing(sales: Any) -> None:
    made = make(sales, title="Ms", custom={"ring": {"left": "N", "right": "O"}})
    patched = sales.patch(f"/v1/customers/{made['id']}", {"title": None, "custom": {"ring": {"left": None}}})
    assert patched.status == 200
    assert patched.json["title"] is None
    assert patched.json["custom"] == {"ring": {"right": "O"}}
    assert (patched.json["version"], patched.headers["ETag"]) == (2, '"2"')
    assert sales.patch(f"/v1/customers/{made['id']}", {"title": None}).json["version"] == 2


def test_a_customer_may_be_sent_back_as_it_was_read(sales: Any) -> None:
    made = make(sales, emails=[{"address": f"{word()}@example.com"}])
    names = ("phones", "emails", "addresses", "given_name", "custom")
    same = sales.patch(f"/v1/customers/{made['id']}", {name: made[name] for name in names})
    assert (same.status, same.json["version"]) == (200, 1)


@pytest.mark.parametrize(
    ("patch", "pointer"),
    [
        ({"tags": ["VIP"]}, "/tags"),
        ({"phones": None}, ""),
        ({"status": "archived"}, "/status"),
        ({"birthday": 5}, "/birthday"),
        ({"allow_duplicate": 1}, "/allow_duplicate"),
        ([], ""),
    ],
)
def test_a_wrong_patch_is_refused(sales: Any, patch: Any, pointer: str) -> None:
    made = make(sales)
    refused = sales.patch(f"/v1/customers/{made['id']}", patch)
    assert (refused.status, refused.pointers) == (422, [pointer])
    assert sales.get(f"/v1/customers/{made['id']}").json == made


def test_if_match_guards_a_change(sales: Any) -> None:
    made = make(sales)
    path = f"/v1/customers/{made['id']}"
    assert sales.patch(path, {"nickname": "A"}, If_Match='"1"').status == 200
    stale = sales.patch(path, {"nickname": "B"}, If_Match='"1"')
    assert (stale.status, stale.code) == (412, "stale")
    assert sales.patch(path, {"nickname": "B"}, If_Match="rubbish").status == 412
    assert sales.patch(path, {"nickname": "B"}, If_Match="*").status == 200


def test_archived_and_restored(sales: Any, manager: Any) -> None:
    name, mobile = word(), number()
    made = make(sales, nickname=name, phones=[{"number": mobile}])
    path = f"/v1/customers/{made['id']}"
    gone = manager.delete(path)
    assert (gone.status, gone.text, "Content-Type" in gone.headers) == (204, "", False)
    assert manager.delete(path).status == 204
    assert sales.get(path).json["status"] == "archived"
    assert ids(sales.get(f"/v1/customers?q={name}")) == []
    assert ids(sales.get(f"/v1/customers?status=archived&q={name}")) == [made["id"]]
    refused = sales.patch(path, {"title": "Dr"})
    assert (refused.status, refused.code) == (409, "archived")
    assert sales.put(f"{path}/tags", {"tags": []}).status == 409
    other = make(sales, phones=[{"number": mobile}])
    taken = manager.post(f"{path}/restore")
    assert (taken.status, taken.json["conflict"]) == (409, {"id": other["id"]})
    restored = manager.post(f"{path}/restore", {"allow_duplicate": True})
    assert (restored.status, restored.json["status"]) == (200, "active")
    assert ids(sales.get(f"/v1/customers?q={name}")) == [made["id"]]


@pytest.mark.parametrize(
    ("given", "typed"),
    [
        ("Krishnamurthy", "krishna"),
        ("Krishnamurthy", "Krishnamurti"),
        ("Krishnamurthy", "Kirshnamurthy"),
        ("Krishnamurthy", "rishnamurthy"),
        ("Krishnamurthy", "Krishnamurthyy"),
        ("José", "jose"),
        ("कृष्णमूर्ति", "कृष्ण"),
        ("محمد", "محمد"),
        ("Владимир", "владимер"),
        ("李小龍", "李"),
        ("O'Brien", "obrien"),
    ],
)
def test_a_name_is_found_in_every_script_with_one_typo(sales: Any, given: str, typed: str) -> None:
    family = word()
    made = make(sales, given_name=given, family_name=family)
    assert ids(sales.get(f"/v1/customers?q={typed} {family}")) == [made["id"]]
    assert made["id"] in pages(sales, f"/v1/customers?q={typed}&limit=100")


def pages(api: Any, path: str) -> list[str]:
    """Ids of all pages; none may come twice."""
    found: list[str] = []
    cursor = ""
    while True:
        reply = api.get(path + (f"&cursor={cursor}" if cursor else ""))
        found += ids(reply)
        cursor = reply.json["next_cursor"]
        if not cursor:
            assert len(found) == len(set(found))
            return found


def test_pages_hold_everybody_once(sales: Any) -> None:
    name = word()
    made = {make(sales, family_name=name, given_name=f"{name}{n}")["id"] for n in range(7)}
    assert set(pages(sales, f"/v1/customers?q={name}&limit=2")) == made
    assert made <= set(pages(sales, "/v1/customers?limit=50"))


@pytest.fixture
def indian(manager: Any) -> Iterator[None]:
    """The shop is in India while the test lasts."""
    assert manager.patch("/v1/settings", {"default_country": "IN"}).status == 200
    yield
    manager.patch("/v1/settings", {"default_country": None})


@pytest.mark.parametrize("typed", ["0{}", "+91 {}", "{}", "0091{}"])
def test_a_phone_is_found_in_any_notation(sales: Any, indian: None, typed: str) -> None:
    mobile = number()
    made = make(sales, phones=[{"number": mobile}])
    typed = typed.format(f"{mobile[3:8]} {mobile[8:]}").replace("+", "%2B").replace(" ", "%20")
    assert ids(sales.get(f"/v1/customers?q={typed}")) == [made["id"]]
    assert made["id"] in pages(sales, f"/v1/customers?q={mobile[-4:]}&limit=100")


def test_an_email_is_found(sales: Any) -> None:
    address = f"{word()}@example.com"
    made = make(sales, emails=[{"address": address}])
    assert ids(sales.get(f"/v1/customers?q={address.upper()}")) == [made["id"]]


def test_filters_by_tag_city_and_source(sales: Any, manager: Any) -> None:
    city, tag = word(), word()
    address = [{"kind": "home", "city": city.upper()}]
    plain = make(sales, addresses=address)
    tagged = make(manager, addresses=address, tags=[tag], source="online")
    assert set(ids(sales.get(f"/v1/customers?city={city}"))) == {plain["id"], tagged["id"]}
    assert ids(sales.get(f"/v1/customers?tag={tag.upper()}")) == [tagged["id"]]
    assert ids(sales.get(f"/v1/customers?tag={tag}&city={city}")) == [tagged["id"]]
    assert ids(sales.get(f"/v1/customers?city={city}&source=walk_in")) == [plain["id"]]
    sales.put(f"/v1/customers/{plain['id']}/tags", {"tags": [tag]})
    assert set(ids(sales.get(f"/v1/customers?tag={tag}&city={city}"))) == {plain["id"], tagged["id"]}
    sales.patch(f"/v1/customers/{plain['id']}", {"addresses": []})
    assert ids(sales.get(f"/v1/customers?tag={tag}&city={city}")) == [tagged["id"]]
    assert ids(sales.get("/v1/customers?tag=nothing-like-it")) == []
    assert ids(sales.get("/v1/customers?city=-")) == []


def test_filters_by_region_country_store_and_assignee(sales: Any, manager: Any) -> None:
    region, me = word(), sales.get("/v1/me").json["id"]
    body = {"name": word(), "time_zone": "Asia/Kolkata", "country": "IN", "city": "Pune"}
    store = manager.post("/v1/locations", body).json["id"]
    address = {"kind": "home", "region": region.upper(), "country": "IS"}
    made = make(sales, addresses=[address], home_location=store, assignee=me)
    other = make(sales)
    for query in (f"region={region}", f"country=IS&region={region}", f"home_location={store}", f"assignee={me}"):
        assert pages(sales, f"/v1/customers?{query}") == [made["id"]]
    patch: dict[str, Any] = {"addresses": [], "home_location": None, "assignee": None}
    assert sales.patch(f"/v1/customers/{made['id']}", patch).status == 200
    assert pages(sales, f"/v1/customers?region={region}") == pages(sales, f"/v1/customers?home_location={store}") == []
    assert sales.patch(f"/v1/customers/{other['id']}", {"home_location": store}).status == 200
    assert pages(sales, f"/v1/customers?home_location={store}&source=walk_in") == [other["id"]]


def test_filter_by_last_contact(sales: Any) -> None:
    never, today = make(sales, source="online")["id"], make(sales)["id"]
    before = pages(sales, "/v1/customers?last_contact_before=2026-01-01T00:00:00Z&limit=100")
    after = pages(sales, "/v1/customers?last_contact_after=2026-01-01T00:00:00Z&limit=100")
    assert never in before
    assert today not in before
    assert today in after
    assert never not in after


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("limit=0", "/limit"),
        ("limit=101", "/limit"),
        ("limit=ten", "/limit"),
        ("limit=1&limit=2", "/limit"),
        ("colour=red", "/colour"),
        ("source=tv", "/source"),
        ("last_contact_before=yesterday", "/last_contact_before"),
        ("cursor=abc", "/cursor"),
        ("q=", "/q"),
        ("q=%00", "/q"),
    ],
)
def test_a_wrong_parameter_is_named(sales: Any, query: str, pointer: str) -> None:
    reply = sales.get(f"/v1/customers?{query}")
    assert (reply.status, reply.pointers) == (422, [pointer])


def test_a_cursor_belongs_to_its_list_and_caller(sales: Any, manager: Any) -> None:
    name = word()
    for _ in range(3):
        make(sales, family_name=name)
    cursor = sales.get(f"/v1/customers?q={name}&limit=1").json["next_cursor"]
    assert cursor
    assert sales.get(f"/v1/customers?q={name}&limit=2&cursor={cursor}").status == 200
    assert manager.get(f"/v1/customers?q={name}&cursor={cursor}").pointers == ["/cursor"]
    assert sales.get(f"/v1/customers?q=other&cursor={cursor}").pointers == ["/cursor"]
    forged = cursor[:-2] + ("AA" if cursor[-2:] != "AA" else "BB")
    assert sales.get(f"/v1/customers?q={name}&cursor={forged}").pointers == ["/cursor"]


def test_upsert_by_external_id(sales: Any) -> None:
    external, mobile = f"shop/{word()}#1", number()
    path = f"/v1/customers/by-external-id/{external.replace('/', '%2F').replace('#', '%23')}"
    body = {"given_name": "Asha", "phones": [{"number": mobile}]}
    first = sales.put(path, body)
    assert (first.status, first.json["external_id"]) == (201, external)
    again = sales.put(path, body)
    assert (again.status, again.json["version"]) == (200, 1)
    changed = sales.put(path, {**body, "family_name": "Rao"})
    assert (changed.status, changed.json["id"], changed.json["version"]) == (200, first.json["id"], 2)
    taken = sales.post("/v1/customers", {"given_name": "B", "phones": [{"number": number()}], "external_id": external})
    assert (taken.status, taken.code) == (409, "duplicate_external_id")


def test_an_upsert_whose_body_names_another_external_id_is_refused(sales: Any) -> None:
    ours, other = word(), word()
    body = {"given_name": "Asha", "phones": [{"number": number()}], "external_id": other}
    refused = sales.put(f"/v1/customers/by-external-id/{ours}", body)
    assert (refused.status, refused.pointers) == (422, ["/external_id"])
    for free in (ours, other):  # neither was taken
        body = {"given_name": "Asha", "phones": [{"number": number()}], "external_id": free}
        assert sales.put(f"/v1/customers/by-external-id/{free}", body).status == 201


def test_the_same_key_gives_the_same_answer_once(sales: Any) -> None:
    body, key = {"given_name": "Once", "phones": [{"number": number()}]}, word()
    first = sales.post("/v1/customers", body, Idempotency_Key=key)
    again = sales.post("/v1/customers", body, Idempotency_Key=key)
    assert (first.status, again.status) == (201, 201)
    assert again.text == first.text
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Location"] == first.headers["Location"]
    other = sales.post("/v1/customers", {**body, "title": "Dr"}, Idempotency_Key=key)
    assert (other.status, other.code) == (422, "idempotency_key_reused")
    assert sales.post("/v1/customers", body, Idempotency_Key="x" * 256).status == 422


def test_tags_are_set_without_a_new_version(manager: Any) -> None:
    made, tag = make(manager), word()
    path = f"/v1/customers/{made['id']}"
    assert manager.put(f"{path}/tags", {"tags": [tag, tag.upper()]}).json == {"tags": [tag]}
    read = manager.get(path)
    assert (read.json["tags"], read.json["version"]) == ([tag], 1)
    assert manager.put(f"{path}/tags", {"tags": []}).json == {"tags": []}
    assert ids(manager.get(f"/v1/customers?tag={tag}")) == []


def test_roles_see_what_they_may(people: dict[str, Any]) -> None:
    address = f"{word()}@example.com"
    made = make(
        people["sales"],
        emails=[{"address": address}],
        addresses=[{"kind": "home", "line1": "1 Hill Rd", "city": "Pune"}],
    )
    path = f"/v1/customers/{made['id']}"
    analyst, inventory = people["analyst"].get(path).json, people["inventory"].get(path).json
    assert not {"phones", "emails", "custom", "links"} & set(analyst)
    assert analyst["addresses"] == [{"kind": "home", "city": "Pune", "region": None, "country": None}]
    assert set(inventory) == {"id", "version", "status", "created_at", "updated_at", "title", "given_name",
                              "family_name", "nickname", "company", "phones"}  # fmt: skip
    assert ids(people["analyst"].get(f"/v1/customers?q={address}")) == []
    mobile = made["phones"][0]["e164"][1:]
    assert ids(people["analyst"].get(f"/v1/customers?q={mobile}")) == []
    assert ids(people["inventory"].get(f"/v1/customers?q={mobile}")) == [made["id"]]
    assert ids(people["inventory"].get(f"/v1/customers?q={address}")) == []
    refused = people["inventory"].get("/v1/customers?city=Pune&tag=VIP")
    assert (refused.status, refused.pointers) == (422, ["/city", "/tag"])


def test_a_stranger_and_a_wrong_role_are_refused(people: dict[str, Any]) -> None:
    assert people["anonymous"].get("/v1/customers").status == 401
    assert people["analyst"].post("/v1/customers", {}).status == 403
    assert people["sales"].delete("/v1/customers/cus_x").status == 403


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/customers/cus_nobody", 404),
        ("GET", "/v1/customers/..%2F..", 404),
        ("GET", "/v1/nothing", 404),
        ("GET", "/", 404),
        ("POST", "/v1/health", 405),
        ("DELETE", "/v1/customers", 405),
    ],
)
def test_paths_and_methods_that_are_not_there(sales: Any, method: str, path: str, status: int) -> None:
    reply = sales(method, path)
    assert reply.status == status
    assert reply.headers["Content-Type"] == "application/problem+json"


def test_cors_is_answered_for_the_configured_origins(sales: Any) -> None:
    preflight = sales("OPTIONS", "/v1/customers", Origin="https://till.example")
    assert preflight.status == 204
    assert preflight.headers["Access-Control-Allow-Origin"] == "https://till.example"
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    assert "Access-Control-Allow-Origin" not in sales.get("/v1/health", Origin="https://evil.example").headers


def test_the_request_id_is_echoed(sales: Any) -> None:
    assert sales.get("/v1/health", X_Request_Id="till-7").headers["X-Request-Id"] == "till-7"
    assert sales.get("/v1/health", X_Request_Id="bad id\n").headers["X-Request-Id"].startswith("req_")


def test_a_tag_that_the_caller_does_not_see_is_unknown_to_them(sales: Any, manager: Any) -> None:
    tag = word()
    assert manager.post("/v1/tags", {"name": tag, "visibility": "managers"}).status == 201
    made = make(sales)
    path = f"/v1/customers/{made['id']}/tags"
    refused = sales.put(path, {"tags": [tag]})
    assert (refused.status, refused.pointers) == (422, ["/tags/0"])
    assert manager.put(path, {"tags": [tag]}).json == {"tags": [tag]}
    assert sales.get(f"/v1/customers/{made['id']}").json["tags"] == []
    assert ids(sales.get(f"/v1/customers?tag={tag}")) == []


def test_a_city_whose_letters_fold_into_many_is_found(sales: Any) -> None:
    city = "\ufdfa" * 200
    made = make(sales, addresses=[{"kind": "home", "city": city}])
    assert ids(sales.get(f"/v1/customers?city={quote(city)}")) == [made["id"]]


def test_a_closed_store_takes_no_new_customers_and_keeps_its_own(sales: Any, manager: Any) -> None:
    body = {"name": word(), "time_zone": "Asia/Kolkata", "country": "IN", "city": "Pune"}
    store = manager.post("/v1/locations", body).json["id"]
    made = make(sales, home_location=store)
    assert manager.patch(f"/v1/locations/{store}", {"status": "closed"}).status == 200
    refused = sales.post("/v1/customers", {"given_name": "A", "phones": [{"number": number()}], "home_location": store})
    assert (refused.status, refused.pointers) == (422, ["/home_location"])
    assert sales.patch(f"/v1/customers/{made['id']}", {"nickname": "N"}).status == 200


HOSTILE = (
    "<script>alert(1)</script>",
    "'; DROP TABLE customers; --",
    '=HYPERLINK("http://evil.example")',
    "{{7*7}}${7*7}",
    "a#CLAIM#cus_00000000000000000000000000",
    "PROFILE",
    "../../etc/passwd",
    "%00%2e%2e",
    "\\u0000 written out",
    "‍ नमस्ते 👩‍👩‍👧",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_kept_as_it_is_and_leads_nowhere_else(sales: Any, text: str) -> None:
    name = word()
    fields = {"nickname": f"{name} {text}", "company": text, "occupation": text, "custom": {text: text}}
    address = {"kind": "home", "city": f"{name} {text}", "line1": text}
    made = make(sales, **fields, addresses=[address], external_id=f"{name}{text}")
    read = sales.get(f"/v1/customers/{made['id']}").json
    assert {field: read[field] for field in fields} == fields
    assert (read["addresses"][0]["line1"], read["external_id"]) == (text, f"{name}{text}")
    assert ids(sales.get(f"/v1/customers?q={name}")) == [made["id"]]
    assert ids(sales.get(f"/v1/customers?city={quote(f'{name} {text}')}")) == [made["id"]]


def test_composed_and_decomposed_names_are_one(sales: Any) -> None:
    family = word()
    made = make(sales, given_name=unicodedata.normalize("NFD", "Zoë Ångström"), family_name=family)
    for form in ("NFC", "NFD", "NFKC"):
        typed = quote(f"{unicodedata.normalize(form, 'Ångström')} {family}")
        assert ids(sales.get(f"/v1/customers?q={typed}")) == [made["id"]]
