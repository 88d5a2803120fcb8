"""Importing all data: who may, what a file may hold, and that nothing of the shop is overwritten or forged."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.repos import keys
from chalicelib.repos.table import Range
from chalicelib.wiring.store import table
from tests.support import imports, records, restoring, sending
from tests.support.history import a_number
from tests.support.records import a_customer, put_in
from tests.support.sweeping import own_table

pytestmark = pytest.mark.emulator


@pytest.fixture(scope="module", autouse=True)
def _apart(deployment: dict[str, str], people: dict[str, Any]) -> Iterator[None]:
    with own_table("facet-restoring"):
        yield


@pytest.mark.parametrize("role", ["manager", "sales", "inventory", "analyst"])
def test_only_an_admin_takes_everything_back(people: dict[str, Any], role: str) -> None:
    reply = people[role].post("/v1/imports", {"kind": "everything", "format": "jsonl"})
    assert (reply.status, reply.code) == (403, "role")


def test_the_refusal_is_in_the_audit(people: dict[str, Any], admin: Any) -> None:
    people["manager"].post("/v1/imports", {"kind": "everything", "format": "jsonl"})
    entries = admin.get("/v1/audit?action=refused&limit=100").json["items"]
    assert ("POST /v1/imports", "imports.restore") in [(entry["route"], entry["permission"]) for entry in entries]


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/format"]),
        ({"format": "xlsx"}, ["/format"]),
        ({"format": "jsonl", "mapping": {"given_name": "Name"}}, ["/mapping"]),
        ({"format": "jsonl", "template": "shopify"}, ["/template"]),
        ({"format": "jsonl", "options": {"default_country": "IN"}}, ["/options"]),
    ],
)
def test_what_belongs_to_lists_is_refused(admin: Any, body: dict[str, Any], pointers: list[str]) -> None:
    reply = admin.post("/v1/imports", {"kind": "everything", **body})
    assert (reply.status, reply.pointers) == (422, pointers)


def test_a_dry_run_is_refused(admin: Any) -> None:
    reply = admin.post("/v1/imports?dry_run=true", {"kind": "everything", "format": "jsonl"})
    assert (reply.status, reply.pointers) == (422, ["/dry_run"])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file is empty."),
        (b"\n \n", "The file is empty."),
        (b"given_name,phone\nAsha,1", "The first line is no record: this is no export of everything."),
        (b"PK\x03\x04", "The first line is no record: this is no export of everything."),
        (b'{"given_name": "Asha"}', "The first line is no record: this is no export of everything."),
        (b"[" * 100_000, "The first line is no record: this is no export of everything."),
        (b"x" * (2 * 1024 * 1024), "A line is over 1 MB, so this is no export of everything."),
    ],
    ids=["empty", "blank", "csv", "zip", "body", "deep", "long"],
)
def test_another_file_fails_as_a_whole(deployment: dict[str, str], admin: Any, content: bytes, reason: str) -> None:
    done = restoring.put_in(deployment, admin, content)
    assert (done["status"], done["reason"], done["rows"]) == ("failed", reason, 0)


def test_a_line_that_is_no_record_does_not_take_the_others_along(deployment: dict[str, str], admin: Any) -> None:
    first, last = a_customer(), a_customer()
    results = put_in(deployment, admin, first, b'{"record": ', b"\xff\xfe", b"[1]", b"NaN", {"record": "audit"}, last)
    assert [result for result, _, _ in results] == ["created", *["rejected"] * 5, "created"]


AT = "2026-11-22T00:00:00.000Z"
FINDING: dict[str, Any] = {
    "id": f"fnd_{'0' * 52}",
    "kind": "email_typo",
    "mark": "0" * 32,
    "status": "open",
    "found_at": AT,
}
FINDING |= dict.fromkeys(("note", "decided_at", "decided_by"))
FORGED: list[tuple[str, dict[str, Any], str | None]] = [
    ("customer", {"id": "STAFF"}, "id"),
    ("customer", {"id": "cus_1#PROFILE"}, "id"),
    ("customer", {"id": "usr_00000000000000000000000000"}, "id"),
    ("customer", {"version": 0}, "version"),
    ("customer", {"version": True}, "version"),
    ("customer", {"status": "erased"}, "status"),
    ("customer", {"created_at": "2020-01-01T00:00:00.000Z"}, "created_at"),
    ("customer", {"created_at": "2999-01-01T00:00:00.000Z"}, "created_at"),
    ("customer", {"created_at": "2026-11-22"}, "created_at"),
    ("customer", {"tags": ["tag_00000000000000000000000000"]}, "tags/0"),
    ("customer", {"marks": [{"what": "admin", "at": "2026-11-22T00:00:00.000Z"}]}, "marks/0/what"),
    ("customer", {"doc": {}}, None),
    ("customer", {"notes_count": 7}, "notes_count"),
    ("customer", {"pk": "STAFF"}, "pk"),
    ("note", {"id": "AUDIT#x"}, "id"),
    ("note", {"id": "nte_1"}, "id"),
    ("note", {"customer_id": "STAFF"}, "customer_id"),
    ("note", {"text": "a\x00b"}, "text"),
    ("note", {"author": {"id": "root", "name": "x", "at": "2026-11-22T00:00:00.000Z"}}, "author/id"),
    ("event", {"kind": "Role Granted#"}, "kind"),
    ("event", {"publish": True}, "publish"),
    ("event", {"audience": "everybody"}, "audience"),
    ("event", {"id": "aud_00000000000000000000000000"}, "id"),
    ("reminder", {"id": "rem_0000000000000000000000000000000000000000000000000000"}, None),
    ("reminder", {"due_at": "2027-03-08T10:00:00Z"}, "due_at"),
    ("reminder", {"due_at": "~"}, "due_at"),
    ("device", {"endpoint": "https://example.com"}, "endpoint"),
    ("device", {"digest": "x"}, "digest"),
    ("consents", {"said": []}, "said"),
    ("customer", {"verified_at": "yesterday"}, "verified_at"),
    ("findings", {"customer_id": "STAFF"}, "customer_id"),
    ("findings", {"version": 0}, "version"),
    ("findings", {"items": [FINDING]}, None),
    ("findings", {"items": [{**FINDING, "id": "STAFF"}]}, None),
    ("findings", {"items": [{**FINDING, "kind": "x#y"}]}, "items/0/kind"),
    ("findings", {"items": [{**FINDING, "mark": "x"}]}, "items/0/mark"),
    ("findings", {"items": [{**FINDING, "status": "x#y"}]}, "items/0/status"),
    ("findings", {"items": [{**FINDING, "decided_by": {"id": "root", "name": "x"}}]}, "items/0/decided_by/id"),
    ("findings", {"items": [FINDING] * 71}, "items"),
    ("duplicate", {"id": "STAFF"}, None),
    ("duplicate", {"id": "dup_1"}, None),
    ("duplicate", {"id": f"dup_{'0' * 52}"}, None),
    ("duplicate", {"id": f"dup_{'1' * 26}{'0' * 26}"}, None),
    ("duplicate", {"score": 49}, "score"),
    ("duplicate", {"score": 101}, "score"),
    ("duplicate", {"status": "merged"}, "status"),
    ("duplicate", {"run": "imp_00000000000000000000000000"}, "run"),
    ("duplicate", {"reasons": ["x#y"]}, "reasons/0"),
    ("import_mapping", {"id": "STAFF"}, "id"),
    ("import_mapping", {"name": "--"}, "name"),
    ("import_mapping", {"mapping": {"given_name": "Name", "pk": "x"}}, "mapping/pk"),
    ("import_mapping", {"mapping": {}}, "mapping"),
    ("import_mapping", {"created_at": "yesterday"}, "created_at"),
    ("customer", {"record": "staff"}, None),
    ("customer", {"record": ["customer"]}, None),
]


@pytest.mark.parametrize(("kind", "forged", "field"), FORGED)
def test_what_no_table_holds_is_refused(
    deployment: dict[str, str], admin: Any, kind: str, forged: dict[str, Any], field: str | None
) -> None:
    lines = [line for line in records.a_few_records() if line["record"] in ("customer", kind)]
    at = next(place for place, line in enumerate(lines) if line["record"] == kind)
    lines[at] = {**lines[at], **forged}
    before = set(restoring.snapshot())
    innocent = a_customer()
    results = put_in(deployment, admin, innocent, *lines[: at + 1])
    assert results[at + 1][:2] == ("rejected", field), results
    if kind == "customer":
        written = set(restoring.snapshot()) - before
        assert {innocent["id"]} == {key.pk for key in written if key.pk.startswith("cus_")}


@pytest.mark.parametrize(
    "doc",
    [
        {"phones": [{"number": "1", "e164": "STAFF"}]},
        {"phones": [{"number": "+919876543210"}]},
        {"emails": [{"address": "a@example.com", "normalized": "b@example.com"}]},
        {"phones": [], "emails": []},
        {"roles": ["admin"]},
        {"given_name": "\u202ex"},
        {"custom": {"x": "y" * 20_000}},
    ],
)
def test_a_document_that_no_client_could_write_is_refused(
    deployment: dict[str, str], admin: Any, doc: dict[str, Any]
) -> None:
    customer = a_customer()
    ((result, _, _),) = put_in(deployment, admin, {**customer, "doc": {**customer["doc"], **doc}})
    assert result == "rejected"


def test_a_record_without_its_customer_is_refused(deployment: dict[str, str], admin: Any) -> None:
    others = [line for line in records.a_few_records() if line["record"] not in ("customer", "import_mapping")]
    for result, _, reason in put_in(deployment, admin, *others):
        assert (result, reason) == ("rejected", "The customer of this record is not there: their own line comes first.")


def test_what_is_there_and_differs_stays(deployment: dict[str, str], admin: Any) -> None:
    customer = a_customer()
    assert put_in(deployment, admin, customer) == [("created", None, None)]
    assert admin.patch(f"/v1/customers/{customer['id']}", {"nickname": "Ash"}).status == 200
    ((result, _, reason),) = put_in(deployment, admin, customer)
    assert (result, reason) == ("rejected", "It is there already, and differs. What is there stays.")
    assert admin.get(f"/v1/customers/{customer['id']}").json["nickname"] == "Ash"


def test_a_number_that_somebody_has_by_now_is_not_taken(deployment: dict[str, str], admin: Any) -> None:
    customer = a_customer()
    body = {"given_name": "Other", "phones": [{"number": customer["owns"][0]}]}
    other = admin.post("/v1/customers", body).json["id"]
    ((result, _, reason),) = put_in(deployment, admin, customer)
    assert (result, reason) == ("rejected", f"holds what another customer has by now ({other})")
    assert admin.get(f"/v1/customers/{customer['id']}").status == 404


def test_the_owner_of_a_shared_number_owns_it_again(deployment: dict[str, str], admin: Any) -> None:
    owner, *_, other = [line for line in records.a_few_records() if line["record"] == "customer"]
    for line in (other, owner):  # one after the other: of one file they would be done side by side
        assert put_in(deployment, admin, line) == [("created", None, None)]
    claim = table().get(keys.phone_claim(owner["owns"][0]))
    assert claim is not None
    assert (claim["holder"], claim["holders"]) == (owner["id"], 2)


def test_a_message_on_its_way_is_never_sent_again(deployment: dict[str, str], admin: Any) -> None:
    customer = sending.a_customer(admin, "email.birthday")
    message = sending.queued(customer["id"], customer["emails"][0]["normalized"])
    content = restoring.taken_out(admin)
    with own_table("facet-restoring-messages"):
        restoring.put_in(deployment, admin, content)
        back = sending.read(message.id)
        assert (back.status, back.reason, back.check_at) == ("unknown", "restored", None)
        assert not list(table().query_all(Range(keys.outgoing_partition(0))))
        sending.deliver(message.id)
        assert sending.left(message.id) == []
        again = restoring.put_in(deployment, admin, content)
        assert (again["rejected"], again["created"]) == (0, 0)


def test_nothing_that_comes_back_is_told_to_others(deployment: dict[str, str], admin: Any) -> None:
    lines = records.a_few_records()
    put_in(deployment, admin, *lines)
    for line in lines:
        if line["record"] == "customer":
            for item in table().query_all(Range(line["id"])):
                assert "pending_pk" not in item
                assert item.get("publish", False) is False


def test_every_record_has_its_audit_entry(deployment: dict[str, str], admin: Any) -> None:
    lines = records.a_few_records()
    put_in(deployment, admin, *lines)
    customer = lines[0]["id"]
    entries = admin.get(f"/v1/audit?entity={customer}&action=record.restore").json["items"]
    own = [line["record"] for line in lines if customer in (line.get("id"), line.get("customer_id"))]
    assert sorted(entry["after"]["record"] for entry in entries) == sorted(own)


def test_the_ready_made_tags_of_a_new_shop_make_way(deployment: dict[str, str], admin: Any) -> None:
    theirs = {"record": "tag", "id": "tag_00000000000000000000000001", "version": 4, "name": "VIP"}
    theirs |= {"colour": "#000000", "icon": None, "meaning": None, "visibility": "everyone"}
    with own_table("facet-restoring-tags"):
        made = {tag["name"]: tag["id"] for tag in admin.get("/v1/tags?limit=100").json["items"]}
        customer = a_customer(tags=[theirs["id"]])
        assert put_in(deployment, admin, theirs, customer) == [("created", None, None)] * 2
        now = {tag["name"]: tag["id"] for tag in admin.get("/v1/tags?limit=100").json["items"]}
        assert now == {**made, "VIP": theirs["id"]}
        used = {**theirs, "id": "tag_00000000000000000000000002", "name": "Gold"}
        body = {"given_name": "Asha", "phones": [{"number": a_number()}], "tags": ["Gold"]}
        assert admin.post("/v1/customers", body).status == 201
        ((result, _, reason),) = put_in(deployment, admin, used)
        assert result == "rejected"
        assert reason is not None
        assert "Customers have this tag." in reason


def test_rejected_lines_come_back_to_be_mended(deployment: dict[str, str], admin: Any) -> None:
    good, bad = a_customer(), a_customer(status="gone")
    done = restoring.put_in(deployment, admin, b"\n".join(json.dumps(line).encode() for line in (good, bad)))
    status, content, _ = imports.fetch(done["rejected_url"])
    assert status == 200
    assert [json.loads(line) for line in content.splitlines()] == [bad]
    assert put_in(deployment, admin, {**json.loads(content), "status": "active"}) == [("created", None, None)]


def test_a_customer_with_a_long_history_fits(deployment: dict[str, str], admin: Any) -> None:
    """More than the store reads at once: the export goes through the pages, the import line by line."""
    first, _, _, event, *_ = records.a_few_records()
    first = {**first, "shared": []}
    long = [{**event, "id": records.new_id("evt"), "content": {"text": "x" * 9_000}} for _ in range(150)]
    with own_table("facet-restoring-long"):
        assert {result for result, _, _ in put_in(deployment, admin, first, *long)} == {"created"}
        content = restoring.taken_out(admin)
        before = restoring.snapshot()
    assert len(content.splitlines()) >= 151
    with own_table("facet-restoring-long-again"):
        done = restoring.put_in(deployment, admin, content)
        assert done["rejected"] == 0
        assert restoring.snapshot() == before
