"""Contact details looked over: the job, the queue, decisions, verifications, the weekly schedule."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from chalicelib.domain.call import Actor, Call
from chalicelib.handlers import sweeps_schedule
from chalicelib.repos.contact_findings import FindingWriter
from chalicelib.repos.transaction import Retry, Transaction
from chalicelib.wiring import clients, store
from tests.support import contacts, imports, jobs, undoing
from tests.support.history import a_number
from tests.support.sweeping import Context, at, own_table

pytestmark = pytest.mark.emulator


@pytest.fixture(autouse=True)
def _own(deployment: dict[str, str], people: dict[str, Any]) -> Iterator[None]:
    with own_table(f"facet-contacts-{uuid4().hex[:8]}"):
        assert people["admin"].patch("/v1/settings", {"default_country": "IN"}).status == 200
        yield


def customer(sales: Any, **fields: Any) -> str:
    reply = sales.post("/v1/customers", {"given_name": "Asha", "phones": [{"number": a_number()}], **fields})
    assert reply.status == 201, reply.text
    return str(reply.json["id"])


def with_typo(sales: Any, **fields: Any) -> str:
    return customer(sales, emails=[{"address": f"a{uuid4().hex[:8]}@gmial.com"}], **fields)


def test_a_check_finds_what_is_wrong_and_the_queue_shows_it(manager: Any, sales: Any) -> None:
    fine = customer(sales)
    wrong = with_typo(sales, given_name="ASHA", family_name="RAO", birthday="1880-01-01")
    done = contacts.check(manager)
    assert (done["customers"], done["found"], done["gone"]) == (2, 3, 0)
    found = contacts.findings(sales)
    assert [each["kind"] for each in found] == ["birthday_implausible", "email_typo", "name_capitals"]
    assert {each["customer"]["id"] for each in found} == {wrong}
    typo = found[1]
    assert (typo["status"], typo["field"], typo["note"]) == ("open", "/emails/0", None)
    assert typo["suggestion"] == typo["value"].replace("gmial", "gmail")
    assert sales.get(f"/v1/contact-findings/{typo['id']}").json == typo
    assert contacts.counts(sales) == {"birthday_implausible": (1, 0), "email_typo": (1, 0), "name_capitals": (1, 0)}
    contacts.consistent([fine, wrong])


def test_the_same_again_changes_nothing(manager: Any, sales: Any) -> None:
    wrong = with_typo(sales)
    contacts.check(manager)
    before = contacts.findings(sales)
    done = contacts.check(manager)
    assert (done["found"], done["gone"]) == (0, 0)
    assert contacts.findings(sales) == before
    contacts.consistent([wrong])


def test_a_finding_goes_when_the_field_is_mended(manager: Any, sales: Any) -> None:
    wrong = with_typo(sales)
    contacts.check(manager)
    (finding,) = contacts.findings(sales)
    mended = {"emails": [{"address": finding["suggestion"]}]}
    assert sales.patch(f"/v1/customers/{wrong}", mended).status == 200
    assert contacts.findings(sales) == []  # at once
    assert sales.get(f"/v1/contact-findings/{finding['id']}").status == 404
    assert contacts.check(manager)["gone"] == 1
    assert contacts.counts(sales) == {}
    contacts.consistent([wrong])


def test_what_was_dismissed_stays_so_while_the_value_stays(manager: Any, sales: Any) -> None:
    wrong = with_typo(sales)
    contacts.check(manager)
    (finding,) = contacts.findings(sales)
    path = f"/v1/contact-findings/{finding['id']}"
    reply = sales.patch(path, {"status": "dismissed", "note": "That is her address"})
    assert (reply.status, reply.json["status"], reply.json["note"]) == (200, "dismissed", "That is her address")
    assert reply.json["decided_by"]["id"] == sales.get("/v1/me").json["id"]
    contacts.check(manager)
    assert contacts.findings(sales) == []
    (kept,) = contacts.findings(sales, status="dismissed")
    assert kept["id"] == finding["id"]
    assert contacts.counts(sales) == {"email_typo": (0, 1)}
    contacts.consistent([wrong])
    another = {"emails": [{"address": f"b{uuid4().hex[:8]}@gmial.com"}]}
    assert sales.patch(f"/v1/customers/{wrong}", another).status == 200
    contacts.check(manager)
    (other,) = contacts.findings(sales)
    assert other["id"] != finding["id"]
    assert contacts.findings(sales, status="dismissed") == []
    contacts.consistent([wrong])


def test_a_dismissed_finding_can_be_opened_again_and_the_same_word_twice_writes_nothing(
    manager: Any, sales: Any
) -> None:
    wrong = with_typo(sales)
    contacts.check(manager)
    (finding,) = contacts.findings(sales)
    path = f"/v1/contact-findings/{finding['id']}"
    for _ in range(2):
        assert sales.patch(path, {"status": "dismissed"}).status == 200
    assert sales.patch(path, {"status": "open"}).json["status"] == "open"
    entries = manager.get(f"/v1/audit?entity={wrong}&action=contact_finding.change").json["items"]
    assert [each["after"]["status"] for each in entries] == ["open", "dismissed"]
    assert entries[0]["before"] == {"status": "dismissed", "note": None}
    kinds = [each["kind"] for each in sales.get(f"/v1/customers/{wrong}/timeline").json["items"]]
    assert kinds[:2] == ["finding_opened", "finding_dismissed"]
    contacts.consistent([wrong])


def test_the_queue_is_narrowed_by_kind_and_assignee(manager: Any, sales: Any) -> None:
    me = sales.get("/v1/me").json["id"]
    mine, other = with_typo(sales, assignee=me), with_typo(sales, birthday="1880-01-01")
    contacts.check(manager)
    assert [each["customer"]["id"] for each in contacts.findings(sales, assignee=me)] == [mine]
    assert [each["customer"]["id"] for each in contacts.findings(sales, kind="birthday_implausible")] == [other]
    assert len(contacts.findings(sales, kind="email_typo")) == 2
    assert contacts.findings(sales, kind="email_typo", status="dismissed") == []


def test_pages_join(manager: Any, sales: Any) -> None:
    wrong = {with_typo(sales) for _ in range(5)}
    contacts.check(manager)
    seen, cursor = [], ""
    while cursor is not None:
        page = sales.get(f"/v1/contact-findings?limit=2{cursor and '&cursor=' + cursor}").json
        seen += [each["customer"]["id"] for each in page["items"]]
        cursor = page["next_cursor"]
    assert sorted(seen) == sorted(wrong)


def test_an_archived_customer_leaves_the_queue(manager: Any, sales: Any) -> None:
    wrong = with_typo(sales)
    contacts.check(manager)
    (finding,) = contacts.findings(sales)
    assert manager.delete(f"/v1/customers/{wrong}").status == 204
    assert contacts.findings(sales) == []
    reply = sales.patch(f"/v1/contact-findings/{finding['id']}", {"status": "dismissed"})
    assert (reply.status, reply.json["code"]) == (409, "archived")
    assert contacts.check(manager)["gone"] == 1
    contacts.consistent([wrong])


def test_what_an_erased_customer_left_in_the_queue_is_removed(manager: Any, sales: Any) -> None:
    wrong, kept = with_typo(sales, birthday="1880-01-01"), with_typo(sales)
    contacts.check(manager)
    (finding, *_) = contacts.findings(sales, kind="email_typo")
    sales.patch(f"/v1/contact-findings/{finding['id']}", {"status": "dismissed"})
    for item in list(store.table().query_all(_partition(wrong))):
        key = {"pk": {"S": item["pk"]}, "sk": {"S": item["sk"]}}
        clients.dynamodb().delete_item(TableName=store.table().name, Key=key)
    contacts.check(manager)
    contacts.consistent([kept])
    _forget_everything_else(wrong)


def test_a_doubt_keeps_no_import_from_being_taken_back_but_a_decision_does(manager: Any, sales: Any) -> None:
    typo = {"emails": [{"address": f"a{uuid4().hex[:8]}@gmial.com"}]}
    decided = {"emails": [{"address": f"b{uuid4().hex[:8]}@gmial.com"}]}
    import_id, (gone, kept) = undoing.imported(
        manager, [undoing.ImportedRow(undoing.new(**typo)), undoing.ImportedRow(undoing.new(**decided))]
    )
    contacts.check(manager)
    doubt = next(each for each in contacts.findings(sales) if each["customer"]["id"] == kept)
    assert sales.patch(f"/v1/contact-findings/{doubt['id']}", {"status": "dismissed"}).status == 200
    undone = undoing.undo(manager, f"/v1/imports/{import_id}")
    assert (undone["undone"], undone["kept"]) == (1, 1)
    assert sales.get(f"/v1/customers/{gone}").status == 404
    assert sales.get(f"/v1/customers/{kept}").json["status"] == "active"
    contacts.consistent([gone, kept])


def _partition(customer_id: str) -> Any:
    from chalicelib.repos.table import Range

    return Range(customer_id)


def _forget_everything_else(customer_id: str) -> None:
    """The entries that lead to the customer, so that the table is whole for the check at the end."""
    client, name = clients.dynamodb(), store.table().name
    for page in client.get_paginator("scan").paginate(TableName=name):
        for item in page["Items"]:
            if customer_id in str(item) and not item["pk"]["S"].startswith("AUDIT#"):
                client.delete_item(TableName=name, Key={"pk": item["pk"], "sk": item["sk"]})
    counters = client.query(
        TableName=name,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": "COUNTERS"}},
    )["Items"]
    counted = next(each for each in counters if int(each["active"]["N"]) > 0)
    client.update_item(
        TableName=name,
        Key={"pk": counted["pk"], "sk": counted["sk"]},
        UpdateExpression="ADD active :less",
        ExpressionAttributeValues={":less": {"N": "-1"}},
    )


def test_details_are_confirmed_with_the_customer(manager: Any, sales: Any) -> None:
    asha = customer(sales)
    assert manager.patch("/v1/settings", {"verify_after_months": 1}).status == 200
    contacts.check(manager, clock=imports.later(contacts.now() + timedelta(days=40)))
    assert contacts.counts(sales) == {"not_verified": (1, 0)}
    reply = sales.post(f"/v1/customers/{asha}/verifications", {"note": "Read out at the till"})
    assert reply.status == 201, reply.text
    said = reply.json
    assert (said["customer_id"], said["note"]) == (asha, "Read out at the till")
    profile = sales.get(f"/v1/customers/{asha}").json
    assert (profile["verified_at"], profile["version"]) == (said["verified_at"], 1)
    assert contacts.counts(sales) == {}
    newest = sales.get(f"/v1/customers/{asha}/timeline").json["items"][0]
    assert (newest["kind"], newest["data"]["note"]) == ("details_verified", "Read out at the till")
    (entry,) = manager.get(f"/v1/audit?entity={asha}&action=customer.verify").json["items"]
    assert entry["after"] == {"verified_at": said["verified_at"], "note": "Read out at the till"}
    assert sales.patch(f"/v1/customers/{asha}", {"nickname": "Ash"}).json["verified_at"] == said["verified_at"]
    contacts.consistent([asha])


def test_an_archived_customer_cannot_be_verified(manager: Any, sales: Any) -> None:
    asha = customer(sales)
    manager.delete(f"/v1/customers/{asha}")
    reply = sales.post(f"/v1/customers/{asha}/verifications", {})
    assert (reply.status, reply.json["code"]) == (409, "archived")


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PATCH", "/v1/contact-findings/fnd_x", {"status": "dismissed"}, 404),
        ("PATCH", f"/v1/contact-findings/fnd_{'0' * 52}", {"status": "dismissed"}, 404),
        ("PATCH", f"/v1/contact-findings/fnd_{'0' * 52}", {"status": "gone"}, 422),
        ("PATCH", f"/v1/contact-findings/fnd_{'0' * 52}", {}, 422),
        ("PATCH", f"/v1/contact-findings/fnd_{'0' * 52}", {"status": "open", "kind": "name_odd"}, 422),
        ("PATCH", f"/v1/contact-findings/fnd_{'0' * 52}", {"status": "open", "note": "x" * 10_001}, 422),
        ("PATCH", f"/v1/contact-findings/fnd_{'0' * 52}", {"status": "open", "note": "a\u202eb"}, 422),
        ("PATCH", f"/v1/contact-findings/fnd_{'0' * 52}", {"status": "open", "note": "a\u0000b"}, 422),
        ("GET", f"/v1/contact-findings/fnd_{'0' * 52}", None, 404),
        ("GET", "/v1/contact-findings/cus_x#y", None, 404),
        ("GET", "/v1/contact-findings?kind=x", None, 422),
        ("GET", "/v1/contact-findings?status=x", None, 422),
        ("GET", "/v1/contact-findings?assignee=x", None, 422),
        ("GET", "/v1/contact-findings?cursor=x", None, 422),
        ("POST", f"/v1/customers/cus_{'0' * 26}/verifications", {}, 404),
        ("POST", "/v1/customers/x/verifications", {}, 404),
        ("POST", f"/v1/customers/cus_{'0' * 26}/verifications", {"note": 1}, 422),
        ("POST", f"/v1/customers/cus_{'0' * 26}/verifications", {"at": "2027-01-01"}, 422),
    ],
)
def test_bad_input_is_refused(sales: Any, method: str, path: str, body: Any, status: int) -> None:
    reply = sales(method, path, body)
    assert reply.status == status, reply.text


def test_only_management_starts_a_check(sales: Any, manager: Any) -> None:
    assert sales.post("/v1/contact-checks", {}).status == 403
    assert manager.get("/v1/contact-checks/chk_x").status == 404


def test_one_check_at_a_time_and_they_are_listed(manager: Any) -> None:
    first, second = (manager.post("/v1/contact-checks", {}).json["id"] for _ in range(2))
    assert first == second
    jobs.run(first)
    third = manager.post("/v1/contact-checks", {}).json["id"]
    assert [each["id"] for each in manager.get("/v1/contact-checks").json["items"]] == [third, first]


def test_the_schedule_starts_one_a_week(manager: Any) -> None:
    def night(text: str) -> str | None:
        done = sweeps_schedule.handle({"sweep": "contact-checks"}, Context(), clock=lambda: at(text))
        return None if done["job"] is None else str(done["job"])

    first = night("2027-03-15T03:00")
    assert first is not None
    assert [night(f"2027-03-{day}T03:00") for day in range(16, 22)] == [None] * 6
    second = night("2027-03-22T03:00")
    assert second not in (None, first)
    assert night("2027-03-22T03:00") is None


def test_the_setting_says_when_details_are_old(admin: Any) -> None:
    assert admin.get("/v1/settings").json["verify_after_months"] == 24
    for value, status in ((12, 200), (None, 200), (0, 422), (121, 422), ("x", 422)):
        assert admin.patch("/v1/settings", {"verify_after_months": value}).status == status


def test_of_two_who_read_the_same_findings_one_looks_again(manager: Any, sales: Any) -> None:
    wrong = with_typo(sales)
    contacts.check(manager)
    call = Call(Actor("usr_1", "Rohan"), contacts.now(), "req_1")
    both = [Transaction(store.table(), call) for _ in range(2)]
    for work in both:
        _, before = FindingWriter(work).about(wrong)
        dismissed = replace(before.items[0], status="dismissed")
        FindingWriter(work).save(before, replace(before, items=(dismissed,)))
    both[0].commit()
    with pytest.raises(Retry):
        both[1].commit()
    contacts.consistent([wrong])
