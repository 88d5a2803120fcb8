"""Taking imports and bulk changes back, over the API and the queue's messages."""

from typing import Any

import pytest

from chalicelib.repos import keys
from chalicelib.repos.keys import Key
from chalicelib.repos.table import Range
from chalicelib.wiring.store import table
from tests.integration.test_bulk import BULK, begin, run
from tests.proof.scenarios import customer, found, kinds, number, unique
from tests.support import jobs
from tests.support.undoing import ImportedRow, Watched, imported, undo

pytestmark = pytest.mark.emulator
YES = {"channel": "email", "purpose": "birthday", "granted": True, "source": "import", "wording_version": "2026-01"}


def counted(done: Any) -> tuple[Any, ...]:
    return tuple(done[name] for name in ("status", "customers", "undone", "kept", "unchanged", "progress"))


def read(caller: Any, customer_id: str) -> Any:
    return caller.get(f"/v1/customers/{customer_id}").json


def new(**fields: Any) -> dict[str, Any]:
    return {"given_name": unique(), "phones": [{"number": number()}], **fields}


def of_tags(key: Key) -> bool:
    """Tags that were made by using them stay."""
    return key.pk.startswith("TAG#")


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


def test_an_import_that_is_taken_back_leaves_nothing_behind(manager: Any) -> None:
    known = customer(manager, occupation="Nurse", emails=[{"address": f"{unique()}@shop.example"}], tags=["VIP"])
    tag = unique()
    customer(manager, tags=[tag])
    before = Watched()
    email, city = f"{unique()}@shop.example", unique()
    full = new(
        family_name="Rao",
        emails=[{"address": email}],
        birthday="1990-03-15",
        external_id=unique(),
        addresses=[{"kind": "home", "city": city, "country": "IN"}],
    )
    rows = [
        ImportedRow(full, tags=["VIP", tag], words=[YES, {**YES, "purpose": "promotions"}]),
        ImportedRow(new()),
        ImportedRow({"occupation": "Pilot", "phones": [{"number": number()}]}, changes=known["id"], tags=[tag]),
    ]
    import_id, (first, second, _) = imported(manager, rows)
    assert found(manager, f"q={full['given_name']}") == [first]
    done = undo(manager, f"/v1/imports/{import_id}")
    assert counted(done) == ("done", 3, 3, 0, 0, 1.0)
    before.unchanged()
    for gone in (first, second):
        assert manager.get(f"/v1/customers/{gone}").status == 404
        assert [item["sk"][:6] for item in table().query_all(Range(gone))] == ["AUDIT#"]
        (entry,) = manager.get(f"/v1/audit?entity={gone}").json["items"]
        assert entry["action"] == "customer.remove"


def test_the_same_file_goes_in_again_as_if_for_the_first_time(manager: Any) -> None:
    body = new(external_id=unique(), emails=[{"address": f"{unique()}@shop.example"}])
    import_id, (first,) = imported(manager, [ImportedRow(body)])
    undo(manager, f"/v1/imports/{import_id}")
    _, (second,) = imported(manager, [ImportedRow(body)])
    assert first != second
    assert kinds(manager, second) == ["customer_imported"]


def test_a_customer_whom_somebody_has_worked_with_is_kept_with_the_reason(manager: Any, sales: Any) -> None:
    import_id, made = imported(manager, [ImportedRow(new()) for _ in range(7)])
    noted, called, changed, agreed, archived, tagged, plain = (f"/v1/customers/{each}" for each in made)
    sales.post(f"{noted}/notes", {"text": "Likes pearls"})
    sales.post(f"{called}/calls", {"direction": "out", "duration_s": 60, "outcome": "Will visit"})
    sales.patch(changed, {"nickname": "Ash"})
    sales.post(f"{agreed}/consents", {**YES, "source": "in_store"})
    manager.delete(archived)
    sales.put(f"{tagged}/tags", {"tags": ["VIP"]})
    done = undo(manager, f"/v1/imports/{import_id}")
    assert counted(done) == ("done", 7, 1, 6, 0, 1.0)
    kept = jobs.rows(manager, f"/v1/undos/{done['id']}", "kept")
    said = [row["reason"].removeprefix("has been worked with since: ") for row in kept]
    assert said[0] == "note, note.add, note_added"
    assert said[2] == "customer.change, customer_changed"
    assert said[5] == "customer.tags, tag_changed"
    assert [manager.get(each).json["status"] for each in (noted, called, changed, agreed, archived, tagged)] == [
        *["active"] * 4,
        "archived",
        "active",
    ]
    assert manager.get(plain).status == 404


def test_a_suppressed_address_is_a_reason_to_keep(manager: Any) -> None:
    email = f"{unique()}@shop.example"
    import_id, _ = imported(manager, [ImportedRow(new(emails=[{"address": email}]))])
    assert manager.post("/v1/suppressions", {"channel": "email", "address": email}).status == 201
    done = undo(manager, f"/v1/imports/{import_id}")
    (row,) = jobs.rows(manager, f"/v1/undos/{done['id']}")
    assert (row["result"], row["reason"]) == ("kept", "has been worked with since: address_suppressed, suppression.add")


def test_a_row_that_changed_what_an_earlier_row_made_is_taken_back_first(manager: Any) -> None:
    known = customer(manager, occupation="Nurse")
    before = Watched()
    rows = [ImportedRow({"occupation": occupation}, changes=known["id"]) for occupation in ("Pilot", "Captain")]
    import_id, _ = imported(manager, rows)
    assert read(manager, known["id"])["occupation"] == "Captain"
    assert counted(undo(manager, f"/v1/imports/{import_id}"))[:3] == ("done", 2, 2)
    before.unchanged()


def test_a_created_customer_whom_a_later_row_changed_goes_wholly(manager: Any) -> None:
    before = Watched()
    import_id, (made,) = imported(manager, [ImportedRow(new())])
    other, _ = imported(manager, [ImportedRow({"occupation": "Pilot"}, changes=made)])
    done = undo(manager, f"/v1/imports/{import_id}")
    assert counted(done)[:4] == ("done", 1, 0, 1)  # another import has worked with the customer
    undo(manager, f"/v1/imports/{other}")
    assert read(manager, made)["occupation"] is None
    before.unchanged(apart=lambda key: made in key or _of(manager, made, key))


def _of(manager: Any, customer_id: str, key: Key) -> bool:
    """Entries of the customer who stays, and the mark of the row that made them."""
    number = manager.get(f"/v1/customers/{customer_id}").json["phones"][0]["e164"]
    return customer_id in key.sk or key.pk in (f"PHONE#{number}", keys.COUNTERS) or key.pk.startswith("IMPORTED#")


def test_a_number_that_went_from_one_to_another_goes_back(manager: Any) -> None:
    """The new holder stands further down in the file, so goes first; side by side they would be in each other's way."""
    old = number()
    known = customer(manager, phones=[{"number": old}])
    before = Watched()
    rows = [
        ImportedRow({"phones": [{"number": number()}]}, changes=known["id"]),
        ImportedRow(new(phones=[{"number": old}])),
    ]
    import_id, _ = imported(manager, rows)
    assert counted(undo(manager, f"/v1/imports/{import_id}")) == ("done", 2, 2, 0, 0, 1.0)
    before.unchanged()


def test_consents_are_given_back_by_a_new_word(manager: Any) -> None:
    known = customer(manager)
    path = f"/v1/customers/{known['id']}/consents"
    no = {"channel": "email", "purpose": "birthday", "granted": False, "source": "phone"}
    yes = {"channel": "sms", "purpose": "care", "granted": True, "source": "in_store", "wording_version": "2025-07"}
    for word in (no, yes):
        assert manager.post(path, word).status == 201
    words = [YES, {**YES, "channel": "sms", "purpose": "care", "granted": False}, {**YES, "purpose": "promotions"}]
    import_id, _ = imported(manager, [ImportedRow({}, changes=known["id"], words=words)])
    assert manager.get(path).json["current"]["email"]["birthday"]["granted"] is True
    assert counted(undo(manager, f"/v1/imports/{import_id}"))[:3] == ("done", 1, 1)
    now = manager.get(path).json
    said = {
        (channel, purpose): (word["granted"], word["source"], word["wording_version"])
        for channel, purposes in now["current"].items()
        for purpose, word in purposes.items()
    }
    assert said == {
        ("email", "birthday"): (False, "phone", None),
        ("sms", "care"): (True, "in_store", "2025-07"),
        ("email", "promotions"): (False, "import", "2026-01"),
    }
    assert len(now["items"]) == 8  # nothing was taken out of the history


def test_a_word_that_the_customer_said_since_counts(manager: Any) -> None:
    known = customer(manager)
    path = f"/v1/customers/{known['id']}/consents"
    import_id, _ = imported(manager, [ImportedRow({}, changes=known["id"], words=[YES])])
    assert manager.post(path, {**YES, "source": "in_store", "wording_version": "2027"}).status == 201
    assert counted(undo(manager, f"/v1/imports/{import_id}")) == ("done", 1, 0, 0, 1, 1.0)
    assert manager.get(path).json["current"]["email"]["birthday"]["source"] == "in_store"


def test_an_undo_that_would_leave_nobody_to_reach_is_kept(manager: Any) -> None:
    """The import added the number, and the address that was there before went since."""
    known = customer(manager, phones=[], emails=[{"address": f"{unique()}@shop.example"}])
    import_id, _ = imported(manager, [ImportedRow({"phones": [{"number": number()}]}, changes=known["id"])])
    manager.patch(f"/v1/customers/{known['id']}", {"emails": []})
    done = undo(manager, f"/v1/imports/{import_id}")
    (row,) = jobs.rows(manager, f"/v1/undos/{done['id']}")
    assert (row["result"], row["reason"]) == ("kept", "needs one phone or email")


def test_tags_that_would_become_too_many_stay_away(manager: Any) -> None:
    made, old = customer(manager, tags=(tags := [unique() for _ in range(15)])), [unique() for _ in range(15)]
    done = run(manager, {"ids": [made["id"]]}, {"kind": "untag", "tags": tags})
    assert manager.put(f"/v1/customers/{made['id']}/tags", {"tags": old}).status == 200
    taken_back = undo(manager, f"{BULK}/{done['id']}")
    (row,) = jobs.rows(manager, f"/v1/undos/{taken_back['id']}")
    assert (row["result"], row["field"]) == ("kept", "tags")
    assert row["reason"] == "would give the customer more than 20 tags"
    assert sorted(read(manager, made["id"])["tags"]) == sorted(old)


def test_a_number_of_another_customer_is_not_given_back(manager: Any) -> None:
    old, fresh = number(), number()
    known = customer(manager, phones=[{"number": old}])
    import_id, _ = imported(manager, [ImportedRow({"phones": [{"number": fresh}]}, changes=known["id"])])
    heir = customer(manager, phones=[{"number": old}])
    done = undo(manager, f"/v1/imports/{import_id}")
    (row,) = jobs.rows(manager, f"/v1/undos/{done['id']}")
    assert (row["result"], row["field"]) == ("kept", "phones.0.number")
    assert row["reason"] == f"is held by another customer ({heir['id']})"
    assert [phone["e164"] for phone in read(manager, known["id"])["phones"]] == [fresh]


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
