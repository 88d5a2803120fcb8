"""Importing all data: what people decided and saved comes back, and stays where it is there."""

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.domain import ids
from chalicelib.domain.call import Actor, Call
from chalicelib.handlers.exports_everything import Everything
from chalicelib.repos import keys
from chalicelib.repos.transaction import Transaction
from chalicelib.wiring.store import table
from tests.support import contacts, duplicates, records, restoring
from tests.support.records import a_customer, put_in, record
from tests.support.sweeping import own_table

pytestmark = pytest.mark.emulator


@pytest.fixture(scope="module", autouse=True)
def _apart(deployment: dict[str, str], people: dict[str, Any]) -> Iterator[None]:
    with own_table("facet-restoring-decided"):
        yield


DIFFER: dict[str, dict[str, Any]] = {
    "customer": {"verified_at": "2026-11-22T00:00:00.000Z"},
    "findings": {"version": 4},
    "duplicate": {"status": "open"},
    "import_mapping": {"mapping": {"company": "Firma"}},
}


@pytest.mark.parametrize("kind", DIFFER)
def test_what_people_decided_stays_as_it_is_there(deployment: dict[str, str], admin: Any, kind: str) -> None:
    lines = [
        {**line, "verified_at": line["created_at"]} if line["record"] == "customer" else line
        for line in records.a_few_records()
    ]
    assert {result for result, _, _ in put_in(deployment, admin, *lines)} == {"created"}
    before = restoring.snapshot()
    assert {result for result, _, _ in put_in(deployment, admin, *lines)} == {"unchanged"}
    other = next(line for line in lines if line["record"] == kind) | DIFFER[kind]
    differs = "It is there already, and differs. What is there stays."
    assert put_in(deployment, admin, other) == [("rejected", None, differs)]
    assert restoring.snapshot() == before


def test_a_file_of_an_earlier_version_says_nothing_of_what_was_confirmed(
    deployment: dict[str, str], admin: Any
) -> None:
    customer = a_customer()
    assert "verified_at" not in customer
    assert put_in(deployment, admin, customer) == [("created", None, None)]
    path = f"/v1/customers/{customer['id']}"
    assert admin.get(path).json["verified_at"] is None
    assert admin.post(f"{path}/verifications", {}).status == 201
    assert put_in(deployment, admin, customer) == [("unchanged", None, None)]
    assert admin.get(path).json["verified_at"]


def test_findings_come_back_into_the_queue_and_are_counted(deployment: dict[str, str], admin: Any) -> None:
    lines = records.a_few_records()
    (said,) = next(line for line in lines if line["record"] == "findings")["items"]
    with own_table("facet-restoring-findings"):
        put_in(deployment, admin, *lines)
        contacts.consistent([line["id"] for line in lines if line["record"] == "customer"])
        (shown,) = contacts.findings(admin, status="dismissed")
        assert (shown["id"], shown["note"], shown["decided_at"]) == (said["id"], said["note"], said["decided_at"])
        contacts.check(admin)  # it knows the doubt again, and leaves it dismissed
        assert [each["id"] for each in contacts.findings(admin, status="dismissed")] == [said["id"]]


def test_a_finding_counts_once(deployment: dict[str, str], admin: Any) -> None:
    customer, *others = records.a_few_records()
    found = next(line for line in others if line["record"] == "findings")
    (said,) = found["items"]
    other = {**said, "id": ids.new_owned_id("fnd", customer["id"], contacts.now())}
    for items in ([said, said], [said, {**said, "mark": "0" * 32}], [said, other]):
        results = put_in(deployment, admin, {**customer, "shared": []}, {**found, "items": items})
        assert results[1][0] == "rejected"
        assert results[1][2] == "has a finding twice"


def test_two_people_who_came_back_are_no_pair_again(deployment: dict[str, str], admin: Any) -> None:
    lines = records.a_few_records()
    pair_id = next(line["id"] for line in lines if line["record"] == "duplicate")
    with own_table("facet-restoring-pairs"):
        put_in(deployment, admin, *lines)
        assert duplicates.run(admin)["added"] == 0
        assert duplicates.queue(admin) == []
        assert [each["id"] for each in duplicates.queue(admin, "different")] == [pair_id]


def test_a_mapping_neither_takes_a_name_nor_an_id(deployment: dict[str, str], admin: Any) -> None:
    mapping = record("import_mapping")
    assert put_in(deployment, admin, mapping) == [("created", None, None)]
    named = {**mapping, "id": records.new_id("map"), "name": mapping["name"].upper()}
    renamed = {**mapping, "name": f"Other {mapping['name']}"}
    assert [result for result, _, _ in put_in(deployment, admin, named, renamed)] == ["rejected"] * 2
    kept = admin.get("/v1/imports/mappings?limit=100").json["items"]
    assert [each["name"] for each in kept if each["id"] in (mapping["id"], named["id"])] == [mapping["name"]]


def test_no_more_mappings_come_back_than_can_be_saved(
    deployment: dict[str, str], admin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.repos.restore_decided.MOST_MAPPINGS", 0)
    ((result, _, reason),) = put_in(deployment, admin, record("import_mapping"))
    assert (result, reason) == ("rejected", "A shop keeps at most 0 mappings. Remove one.")


def test_an_export_goes_on_after_any_pair(
    deployment: dict[str, str], admin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.repos.everything.PAIRS", 1)
    with own_table("facet-restoring-places"):
        for score, status in ((97, "open"), (96, "open"), (61, "open"), (50, "different")):
            facts = {"score": score, "status": status}
            lines = [each | (facts if each["record"] == "duplicate" else {}) for each in records.a_few_records()]
            assert {result for result, _, _ in put_in(deployment, admin, *lines)} == {"created"}
        source = Everything(contacts.now)
        pieces = [(list(piece.lines), piece.next) for piece in source.pieces(None, ())]
        whole = [line for lines, _ in pieces for line in lines]
        assert [line["score"] for line in whole if line["record"] == "duplicate"] == [97, 96, 61, 50]
        for number, (_, following) in enumerate(pieces[:-1], 1):
            before = [line for lines, _ in pieces[:number] for line in lines]
            assert before + [line for piece in source.pieces(following, ()) for line in piece.lines] == whole
        assert pieces[-1][1] is None


def test_a_pair_of_somebody_who_is_gone_does_not_come_out(deployment: dict[str, str], admin: Any) -> None:
    lines = records.a_few_records()
    with own_table("facet-restoring-gone", checked=False):
        put_in(deployment, admin, *lines)
        assert b'"duplicate"' in restoring.taken_out(admin)
        work = Transaction(table(), Call(Actor("sys_test", "Test"), contacts.now(), "test"))
        work.delete(keys.profile(lines[0]["id"]))
        work.commit()
        assert b'"duplicate"' not in restoring.taken_out(admin)
