"""Taking imports back: who goes, who stays, and what is given back."""

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.repos import keys
from chalicelib.repos.keys import Key
from chalicelib.repos.table import Range
from chalicelib.wiring.store import table
from tests.proof.scenarios import customer, found, kinds, number, unique
from tests.support import jobs
from tests.support.sweeping import own_table
from tests.support.undoing import YES, ImportedRow, Watched, counted, imported, new, read, undo

pytestmark = pytest.mark.emulator


@pytest.fixture(scope="module", autouse=True)
def _own(people: dict[str, Any]) -> Iterator[None]:
    """A table of its own, which is compared from end to end before and after."""
    with own_table("facet-undo-imports"):
        for caller in people.values():
            caller.get("/v1/me")
        yield


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
