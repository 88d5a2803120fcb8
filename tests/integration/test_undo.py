"""Taking bulk changes back, over the API and the queue's messages; who may, and when."""

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.repos.table import Range
from chalicelib.wiring.store import table
from tests.proof.scenarios import customer, kinds, unique
from tests.support import jobs
from tests.support.bulk import BULK, begin, run
from tests.support.sweeping import own_table
from tests.support.undoing import ImportedRow, Watched, counted, imported, new, read, undo

pytestmark = pytest.mark.emulator


@pytest.fixture(scope="module", autouse=True)
def _own(people: dict[str, Any]) -> Iterator[None]:
    """A table of its own, which is compared from end to end before and after."""
    with own_table("facet-undo"):
        for caller in people.values():
            caller.get("/v1/me")
        yield


ACTIONS: dict[str, dict[str, Any]] = {
    "tag": {"kind": "tag", "tags": ["Undone", "VIP"]},
    "untag": {"kind": "untag", "tags": ["VIP", "Gold"]},
    "assign": {"kind": "assign", "assignee": None},
    "change": {
        "kind": "change",
        "fields": {"occupation": "Pilot", "category": "business", "language": None, "custom": {"ring": None, "x": 1}},
    },
    "archive": {"kind": "archive"},
}


@pytest.mark.parametrize("action", ACTIONS.values(), ids=list(ACTIONS))
def test_a_bulk_change_that_is_taken_back_leaves_the_customers_as_they_were(
    manager: Any, action: dict[str, Any]
) -> None:
    me = manager.get("/v1/me").json["id"]
    home = [{"kind": "home", "city": unique(), "country": "IN"}]
    full = {"assignee": me, "occupation": "Nurse", "language": "en", "custom": {"ring": 14, "club": "gold"}}
    made = [
        customer(manager, tags=["VIP"], addresses=home, **full),
        customer(manager, tags=["Gold", "VIP"], emails=[{"address": f"{unique()}@shop.example"}], birthday="--03-15"),
        customer(manager, external_id=unique()),
    ]
    before = Watched()
    done = run(manager, {"ids": [each["id"] for each in made]}, action)
    assert done["changed"] > 0
    taken_back = undo(manager, f"{BULK}/{done['id']}")
    assert counted(taken_back) == ("done", done["changed"], done["changed"], 0, 0, 1.0)
    before.unchanged()


def test_what_somebody_changed_since_stays_and_the_row_says_which(manager: Any) -> None:
    made = customer(manager, occupation="Nurse", custom={"ring": 14})
    fields = {"occupation": "Pilot", "language": "de", "gender": "female", "custom": {"ring": 15, "club": "gold"}}
    done = run(manager, {"ids": [made["id"]]}, {"kind": "change", "fields": fields})
    changed = {"occupation": "Captain", "gender": None, "custom": {"club": "silver", "size": 7}}
    assert manager.patch(f"/v1/customers/{made['id']}", changed).status == 200
    taken_back = undo(manager, f"{BULK}/{done['id']}")
    assert counted(taken_back) == ("done", 1, 1, 0, 0, 1.0)
    (row,) = jobs.rows(manager, f"/v1/undos/{taken_back['id']}")
    assert (row["row"], row["result"], row["customer_id"]) == (1, "undone", made["id"])
    assert row["reason"] == "changed since, and left as they are: occupation, custom.club"
    assert row["field"] == "occupation"
    now = read(manager, made["id"])
    assert (now["occupation"], now["language"], now["gender"]) == ("Captain", None, None)
    assert now["custom"] == {"ring": 14, "club": "silver", "size": 7}


def test_nothing_is_written_where_everything_was_changed_since(manager: Any) -> None:
    made = [customer(manager, occupation="Nurse") for _ in range(2)]
    done = run(manager, {"ids": [m["id"] for m in made]}, {"kind": "change", "fields": {"occupation": "Pilot"}})
    for each, occupation in zip(made, ("Captain", "Nurse"), strict=True):
        manager.patch(f"/v1/customers/{each['id']}", {"occupation": occupation})
    taken_back = undo(manager, f"{BULK}/{done['id']}")
    assert counted(taken_back) == ("done", 2, 0, 1, 1, 1.0)
    assert [row["result"] for row in jobs.rows(manager, f"/v1/undos/{taken_back['id']}")] == ["kept", "unchanged"]
    assert [read(manager, each["id"])["version"] for each in made] == [3, 3]


def test_tags_that_somebody_took_away_since_stay_away(manager: Any) -> None:
    made, tag, other = customer(manager, tags=["VIP"]), unique(), unique()
    done = run(manager, {"ids": [made["id"]]}, {"kind": "tag", "tags": [tag, other]})
    manager.put(f"/v1/customers/{made['id']}/tags", {"tags": [tag, "Gold"]})
    assert counted(undo(manager, f"{BULK}/{done['id']}"))[2] == 1
    assert read(manager, made["id"])["tags"] == ["Gold"]


def test_a_customer_whose_number_was_taken_stays_archived(manager: Any) -> None:
    gone, back = customer(manager), customer(manager)
    done = run(manager, {"ids": [gone["id"], back["id"]]}, {"kind": "archive"})
    heir = customer(manager, phones=[{"number": gone["phones"][0]["e164"]}])
    taken_back = undo(manager, f"{BULK}/{done['id']}")
    assert counted(taken_back) == ("done", 2, 1, 1, 0, 1.0)
    (row,) = jobs.rows(manager, f"/v1/undos/{taken_back['id']}", "kept")
    assert (row["customer_id"], row["reason"]) == (gone["id"], f"is held by another customer ({heir['id']})")
    assert [read(manager, each["id"])["status"] for each in (gone, back)] == ["archived", "active"]


def test_one_who_was_restored_since_is_left_alone(manager: Any) -> None:
    once, twice = customer(manager), customer(manager)
    done = run(manager, {"ids": [once["id"], twice["id"]]}, {"kind": "archive"})
    for each in (once, twice):
        assert manager.post(f"/v1/customers/{each['id']}/restore").status == 200
    manager.delete(f"/v1/customers/{twice['id']}")
    taken_back = undo(manager, f"{BULK}/{done['id']}")
    assert counted(taken_back) == ("done", 2, 0, 1, 1, 1.0)
    assert read(manager, twice["id"])["status"] == "archived"


def test_a_change_of_one_who_was_archived_since_is_kept(manager: Any) -> None:
    made = customer(manager)
    done = run(manager, {"ids": [made["id"]]}, {"kind": "change", "fields": {"occupation": "Pilot"}})
    manager.delete(f"/v1/customers/{made['id']}")
    taken_back = undo(manager, f"{BULK}/{done['id']}")
    (row,) = jobs.rows(manager, f"/v1/undos/{taken_back['id']}")
    assert (row["result"], row["reason"]) == ("kept", "The customer is archived. Restore it first.")


def test_tags_that_would_become_too_many_stay_away(manager: Any) -> None:
    made, old = customer(manager, tags=(tags := [unique() for _ in range(15)])), [unique() for _ in range(15)]
    done = run(manager, {"ids": [made["id"]]}, {"kind": "untag", "tags": tags})
    assert manager.put(f"/v1/customers/{made['id']}/tags", {"tags": old}).status == 200
    taken_back = undo(manager, f"{BULK}/{done['id']}")
    (row,) = jobs.rows(manager, f"/v1/undos/{taken_back['id']}")
    assert (row["result"], row["field"]) == ("kept", "tags")
    assert row["reason"] == "would give the customer more than 20 tags"
    assert sorted(read(manager, made["id"])["tags"]) == sorted(old)


def test_a_second_request_answers_the_same_job(manager: Any) -> None:
    made = customer(manager)
    done = run(manager, {"ids": [made["id"]]}, {"kind": "tag", "tags": [unique()]})
    path = f"{BULK}/{done['id']}"
    first = manager.post(f"{path}/undo")
    second = manager.post(f"{path}/undo")
    assert (first.status, second.status, second.json) == (202, 202, first.json)
    jobs.run(first.json["id"])
    third = manager.post(f"{path}/undo")
    assert third.json == {"id": first.json["id"], "status": "done"}
    assert manager.get(path).json["undo_id"] == first.json["id"]
    assert kinds(manager, made["id"]) == ["customer_created", "tag_changed", "tag_changed"]


def test_what_is_not_over_cannot_be_taken_back(manager: Any) -> None:
    bulk_id = begin(manager, {"ids": [customer(manager)["id"]]}, {"kind": "archive"})
    import_id = manager.post("/v1/imports", {"kind": "customers"}).json["id"]
    for path in (f"{BULK}/{bulk_id}", f"/v1/imports/{import_id}"):
        refused = manager.post(f"{path}/undo")
        assert (refused.status, refused.code) == (409, "not_finished")


def test_events_name_the_undo_and_only_its_end_is_published(manager: Any) -> None:
    import json

    made = customer(manager)
    done = run(manager, {"ids": [made["id"]]}, {"kind": "archive"})
    taken_back = undo(manager, f"{BULK}/{done['id']}")
    items = [item for item in table().query_all(Range(made["id"])) if item["sk"].startswith("EVENT#")]
    assert (items[-1]["kind"], items[-1]["publish"]) == ("customer_restored", False)
    assert json.loads(items[-1]["doc"])["data"]["undo_id"] == taken_back["id"]
    events = [item for item in table().query_all(Range(taken_back["id"])) if item["sk"].startswith("SYSTEM#")]
    assert [(item["kind"], item["publish"]) for item in events] == [("job_started", True), ("undo_finished", True)]


def test_unknown_ones_are_not_found(manager: Any) -> None:
    nothing = "00000000000000000000000000"
    for path in (f"{BULK}/blk_{nothing}", f"/v1/imports/imp_{nothing}", f"{BULK}/imp_{nothing}", f"{BULK}/nothing"):
        assert manager.post(f"{path}/undo").status == 404
    for undo_id in (f"und_{nothing}", f"blk_{nothing}", "nothing"):
        assert manager.get(f"/v1/undos/{undo_id}").status == 404
        assert manager.get(f"/v1/undos/{undo_id}/rows").status == 404
    assert manager.get(f"/v1/undos/und_{nothing}/rows?result=gone").status == 422


@pytest.mark.parametrize("role", ["sales", "inventory", "analyst"])
def test_only_managers_and_admins_take_back(people: dict[str, Any], manager: Any, role: str) -> None:
    done = run(manager, {"ids": [customer(manager)["id"]]}, {"kind": "archive"})
    import_id, _ = imported(manager, [ImportedRow(new())])
    for path in (f"{BULK}/{done['id']}", f"/v1/imports/{import_id}"):
        assert people[role].post(f"{path}/undo").status == 403
    taken_back = undo(manager, f"{BULK}/{done['id']}")
    for path in (f"/v1/undos/{taken_back['id']}", f"/v1/undos/{taken_back['id']}/rows"):
        assert people[role].get(path).status == 403
