"""What a bulk change may be asked for: previews, exports, who may, and what is refused."""

from typing import Any

import pytest

from tests.proof.scenarios import customer, kinds, unique
from tests.support import jobs
from tests.support.bulk import BULK, begin

pytestmark = pytest.mark.emulator


def read(caller: Any, made: dict[str, Any]) -> Any:
    return caller.get(f"/v1/customers/{made['id']}").json


def test_a_preview_counts_and_shows_some_and_writes_nothing(manager: Any) -> None:
    tag = unique()
    for _ in range(12):
        customer(manager, tags=[tag])
    body = {"selection": {"filter": {"tag": tag}}, "action": {"kind": "tag", "tags": [unique()]}}
    jobs_before = manager.get(f"{BULK}?limit=1").json["items"]
    preview = manager.post(f"{BULK}?dry_run=true", body)
    assert preview.status == 200
    assert (preview.json["count"], preview.json["exact"], len(preview.json["sample"])) == (12, True, 10)
    assert all(tag in each["tags"] for each in preview.json["sample"])
    assert manager.get(f"{BULK}?limit=1").json["items"] == jobs_before
    assert body["action"]["tags"][0] not in [t["name"] for t in manager.get("/v1/tags?limit=100").json["items"]]  # type: ignore[index]


def test_a_preview_of_ids_counts_those_who_can_be_changed(manager: Any) -> None:
    made, gone = customer(manager), customer(manager)
    manager.delete(f"/v1/customers/{gone['id']}")
    ids = [made["id"], gone["id"], "cus_00000000000000000000000000", "no id"]
    preview = manager.post(f"{BULK}?dry_run=true", {"selection": {"ids": ids}, "action": {"kind": "archive"}}).json
    assert (preview["count"], preview["exact"]) == (1, True)
    assert [each["id"] for each in preview["sample"]] == [made["id"]]
    assert read(manager, made)["status"] == "active"


def test_a_preview_stops_counting_in_time(manager: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    tag = unique()
    for _ in range(5):
        customer(manager, tags=[tag])
    monkeypatch.setattr("chalicelib.wiring.customers.MOST_A_PAGE", 2)
    monkeypatch.setattr("chalicelib.wiring.bulk.MOST_PAGES", 2)
    body = {"selection": {"filter": {"tag": tag}}, "action": {"kind": "archive"}}
    preview = manager.post(f"{BULK}?dry_run=true", body).json
    assert (preview["count"], preview["exact"], len(preview["sample"])) == (4, False, 4)
    monkeypatch.setattr("chalicelib.wiring.bulk.MOST_PAGES", 20)
    monkeypatch.setattr("chalicelib.wiring.bulk.MOST_COUNTED", 3)
    preview = manager.post(f"{BULK}?dry_run=true", body).json
    assert (preview["count"], preview["exact"]) == (4, False)


def test_a_selection_is_exported_by_an_export_of_its_own(manager: Any) -> None:
    made, tag = [customer(manager) for _ in range(2)], unique()
    other = customer(manager, tags=[tag])
    for selection, expected in (({"ids": [each["id"] for each in made]}, 2), ({"filter": {"tag": tag}}, 1)):
        asked = {"selection": selection, "action": {"kind": "export", "format": "csv"}}
        assert manager.post(f"{BULK}?dry_run=true", asked).json["count"] == expected
        begun = manager.post(BULK, asked)
        assert (begun.status, begun.headers["Location"]) == (202, f"/v1/exports/{begun.json['id']}")
        jobs.run(begun.json["id"])
        done = manager.get(begun.headers["Location"]).json
        assert (done["status"], done["format"], done["rows"]) == ("done", "csv", expected)
    asked = {"selection": {"ids": [made[0]["id"], "nobody"]}, "action": {"kind": "export", "format": "csv"}}
    refused = manager.post(BULK, asked)
    assert (refused.status, refused.pointers) == (422, ["/selection/ids/1"])
    assert kinds(manager, other["id"]) == ["customer_created"]


def test_an_idempotency_key_begins_one_job(manager: Any) -> None:
    made, key = customer(manager), unique()
    body = {"selection": {"ids": [made["id"]]}, "action": {"kind": "archive"}}
    first, second = (manager.post(BULK, body, Idempotency_Key=key) for _ in range(2))
    assert (second.status, second.json, second.headers["Idempotent-Replayed"]) == (202, first.json, "true")


def test_the_list_shows_the_newest_first(manager: Any) -> None:
    made = customer(manager)
    older, newer = (begin(manager, {"ids": [made["id"]]}, {"kind": "archive"}) for _ in range(2))
    first = manager.get(f"{BULK}?limit=1").json
    assert [each["id"] for each in first["items"]] == [newer]
    assert first["items"][0]["action"] == {"kind": "archive"}
    second = manager.get(f"{BULK}?limit=1&cursor={first['next_cursor']}").json
    assert [each["id"] for each in second["items"]] == [older]


def test_an_unknown_one_is_not_found(manager: Any) -> None:
    for bulk_id in ("blk_00000000000000000000000000", "nothing", "imp_00000000000000000000000000"):
        assert manager.get(f"{BULK}/{bulk_id}").status == 404
        assert manager.get(f"{BULK}/{bulk_id}/rows").status == 404


@pytest.mark.parametrize("role", ["sales", "inventory", "analyst"])
def test_only_managers_and_admins_change_many(people: dict[str, Any], manager: Any, role: str) -> None:
    made = customer(manager)
    bulk_id = begin(manager, {"ids": [made["id"]]}, {"kind": "tag", "tags": [unique()]})
    body = {"selection": {"ids": [made["id"]]}, "action": {"kind": "archive"}}
    assert people[role].post(BULK, body).status == 403
    assert people[role].post(f"{BULK}?dry_run=true", body).status == 403
    for path in (BULK, f"{BULK}/{bulk_id}", f"{BULK}/{bulk_id}/rows"):
        assert people[role].get(path).status == 403


IDS = {"ids": ["cus_00000000000000000000000000"]}
ARCHIVE = {"kind": "archive"}
WRONG: dict[str, tuple[Any, Any]] = {
    "no selection": (None, ARCHIVE),
    "an empty selection": ({}, ARCHIVE),
    "both ways": ({**IDS, "filter": {}}, ARCHIVE),
    "no ids": ({"ids": []}, ARCHIVE),
    "too many ids": ({"ids": [f"cus_{n}" for n in range(1001)]}, ARCHIVE),
    "an id twice": ({"ids": IDS["ids"] * 2}, ARCHIVE),
    "an id that is a number": ({"ids": [7]}, ARCHIVE),
    "an id with a control character": ({"ids": ["cus_\u0000"]}, ARCHIVE),
    "an id with a bidi control": ({"ids": ["cus_\u202e"]}, ARCHIVE),
    "an unknown filter": ({"filter": {"shoe_size": 9}}, ARCHIVE),
    "a filter that is a text": ({"filter": "everybody"}, ARCHIVE),
    "a bad instant": ({"filter": {"last_contact_before": "yesterday"}}, ARCHIVE),
    "an unknown action": (IDS, {"kind": "delete"}),
    "no kind": (IDS, {"tags": ["VIP"]}),
    "tags to archive": (IDS, {"kind": "archive", "tags": ["VIP"]}),
    "no tags": (IDS, {"kind": "tag"}),
    "null tags": (IDS, {"kind": "tag", "tags": None}),
    "too many tags": (IDS, {"kind": "tag", "tags": [f"Tag {n}" for n in range(21)]}),
    "a tag without a letter": (IDS, {"kind": "tag", "tags": ["!!"]}),
    "an over-long tag": (IDS, {"kind": "tag", "tags": ["x" * 201]}),
    "no assignee": (IDS, {"kind": "assign"}),
    "a stranger": (IDS, {"kind": "assign", "assignee": "usr_nobody"}),
    "no fields": (IDS, {"kind": "change", "fields": {}}),
    "a name": (IDS, {"kind": "change", "fields": {"given_name": "All alike"}}),
    "phones": (IDS, {"kind": "change", "fields": {"phones": [{"number": "+919800000001"}]}}),
    "an external id": (IDS, {"kind": "change", "fields": {"external_id": "x"}}),
    "a store that is none": (IDS, {"kind": "change", "fields": {"home_location": "loc_nowhere"}}),
    "a bad language": (IDS, {"kind": "change", "fields": {"language": "klingonese!"}}),
    "a bad zone": (IDS, {"kind": "change", "fields": {"time_zone": "Mars/Olympus"}}),
    "no source": (IDS, {"kind": "change", "fields": {"source": None}}),
    "no custom": (IDS, {"kind": "change", "fields": {"custom": None}}),
    "custom over 16 KB": (IDS, {"kind": "change", "fields": {"custom": {"x": "y" * 17_000}}}),
    "an unknown format": (IDS, {"kind": "export", "format": "pdf"}),
    "no format": (IDS, {"kind": "export"}),
}


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("query", ["", "?dry_run=true"])
def test_bad_input_is_named_and_begins_nothing(manager: Any, name: str, query: str) -> None:
    from chalicelib.wiring import shop
    from tests.support.faults import injected

    selection, action = WRONG[name]
    sent = {"selection": selection, "action": action} if selection is not None else {"action": action}
    shop.shop.fresh()
    with injected() as watch:
        refused = manager.post(f"{BULK}{query}", sent)
    assert refused.status == 422, refused.text
    assert refused.pointers
    assert all(pointer.startswith(("/selection", "/action")) for pointer in refused.pointers)
    assert watch.written == []


def test_an_unknown_parameter_of_the_dry_run_is_refused(manager: Any) -> None:
    body = {"selection": IDS, "action": ARCHIVE}
    for query in ("dry_run=yes", "dry_run=1", "dry-run=true", "dry_run=true&dry_run=true"):
        assert manager.post(f"{BULK}?{query}", body).status == 422
    assert manager.get(f"{BULK}/blk_00000000000000000000000000/rows?result=broken").status == 422
