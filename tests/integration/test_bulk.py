"""Bulk changes over the API and the queue's messages."""

import itertools
from typing import Any

import pytest

from tests.proof.scenarios import customer, found, kinds, unique
from tests.support import jobs
from tests.support.imports import Turn

pytestmark = pytest.mark.emulator
BULK = "/v1/customers/bulk"


def begin(caller: Any, selection: dict[str, Any], action: dict[str, Any], **headers: str) -> str:
    """A new bulk change's id."""
    begun = caller.post(BULK, {"selection": selection, "action": action}, **headers)
    assert begun.status == 202, begun.text
    assert begun.headers["Location"] == f"{BULK}/{begun.json['id']}"
    return str(begun.json["id"])


def state(caller: Any, bulk_id: str) -> Any:
    """The bulk change as the API shows it."""
    read = caller.get(f"{BULK}/{bulk_id}")
    assert read.status == 200, read.text
    return read.json


def run(caller: Any, selection: dict[str, Any], action: dict[str, Any]) -> Any:
    """A whole bulk change; its last state."""
    bulk_id = begin(caller, selection, action)
    jobs.run(bulk_id)
    return state(caller, bulk_id)


def counted(done: Any) -> tuple[Any, ...]:
    return tuple(done[name] for name in ("status", "customers", "changed", "unchanged", "rejected", "progress"))


def read(caller: Any, made: dict[str, Any]) -> Any:
    return caller.get(f"/v1/customers/{made['id']}").json


def test_tags_are_put_on_a_selection_and_every_customer_has_a_result(manager: Any) -> None:
    tag = unique()
    plain, tagged, gone = customer(manager), customer(manager, tags=[tag]), customer(manager)
    assert manager.delete(f"/v1/customers/{gone['id']}").status == 204
    ids = [plain["id"], tagged["id"], gone["id"], "cus_00000000000000000000000000", "nobody"]
    done = run(manager, {"ids": ids}, {"kind": "tag", "tags": [tag.upper()]})
    assert counted(done) == ("done", 5, 1, 1, 3, 1.0)
    rows = jobs.rows(manager, f"{BULK}/{done['id']}")
    assert [(row["row"], row["result"], row["customer_id"]) for row in rows] == [
        (1, "changed", ids[0]),
        (2, "unchanged", ids[1]),
        *((number, "rejected", ids[number - 1]) for number in (3, 4, 5)),
    ]
    assert rows[2]["reason"] == "The customer is archived. Restore it first."
    assert rows[3]["reason"] == rows[4]["reason"] == "There is no such customer."
    assert read(manager, plain)["tags"] == [tag]
    assert set(found(manager, f"tag={tag}")) == {plain["id"], tagged["id"]}
    assert len(jobs.rows(manager, f"{BULK}/{done['id']}", "rejected")) == 3


def test_a_tag_that_is_missing_is_made_and_one_to_take_away_must_be_there(manager: Any) -> None:
    made, tag = customer(manager), unique()
    refused = manager.post(BULK, {"selection": {"ids": [made["id"]]}, "action": {"kind": "untag", "tags": [tag]}})
    assert (refused.status, refused.pointers) == (422, ["/action/tags/0"])
    run(manager, {"ids": [made["id"]]}, {"kind": "tag", "tags": [tag, unique()]})
    assert tag in read(manager, made)["tags"]
    done = run(manager, {"ids": [made["id"]]}, {"kind": "untag", "tags": [tag]})
    assert counted(done)[:3] == ("done", 1, 1)
    assert tag not in read(manager, made)["tags"]


def test_a_customer_with_too_many_tags_is_a_rejected_row(manager: Any) -> None:
    full = customer(manager, tags=[unique() for _ in range(20)])
    done = run(manager, {"ids": [full["id"]]}, {"kind": "tag", "tags": [unique()]})
    (row,) = jobs.rows(manager, f"{BULK}/{done['id']}")
    assert (row["result"], row["field"]) == ("rejected", "tags")
    assert row["reason"] == "would give the customer more than 20 tags"


def test_a_filter_selects_who_passes_it(manager: Any) -> None:
    tag, city = unique(), unique()
    home = [{"kind": "home", "city": city}]
    meant = [customer(manager, tags=[tag], addresses=home) for _ in range(3)]
    other = customer(manager, addresses=home)
    done = run(manager, {"filter": {"tag": tag, "city": city}}, {"kind": "change", "fields": {"occupation": "Pilot"}})
    assert counted(done) == ("done", 3, 3, 0, 0, 1.0)
    assert [read(manager, each)["occupation"] for each in (*meant, other)] == ["Pilot"] * 3 + [None]


def test_a_filter_that_nobody_passes_does_nothing(manager: Any) -> None:
    done = run(manager, {"filter": {"tag": unique()}}, {"kind": "archive"})
    assert counted(done) == ("done", 0, 0, 0, 0, 1.0)


def test_who_does_not_pass_the_filter_any_more_is_left_alone(manager: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    tag = unique()
    stays, leaves = customer(manager, tags=[tag]), customer(manager, tags=[tag])
    bulk_id = begin(manager, {"filter": {"tag": tag}}, {"kind": "archive"})
    monkeypatch.setattr("chalicelib.domain.jobs.run.ENOUGH_SECONDS", 400.0)
    jobs.run(bulk_id, turn=Turn(left_ms=900_000, step_ms=400_000))  # the selection is written down, no more
    assert (state(manager, bulk_id)["customers"], read(manager, stays)["status"]) == (2, "active")
    manager.put(f"/v1/customers/{leaves['id']}/tags", {"tags": []})
    jobs.run(bulk_id)
    assert counted(state(manager, bulk_id)) == ("done", 2, 1, 0, 1, 1.0)
    (row,) = jobs.rows(manager, f"{BULK}/{bulk_id}", "rejected")
    assert (row["customer_id"], row["reason"]) == (
        leaves["id"],
        "The customer has changed and does not pass the filter any more.",
    )
    assert [read(manager, each)["status"] for each in (stays, leaves)] == ["archived", "active"]


def test_who_took_their_consent_back_meanwhile_is_left_alone(manager: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    tag, said = unique(), {"channel": "email", "purpose": "care", "source": "in_store"}
    stays, leaves, never = (customer(manager, tags=[tag]) for _ in range(3))
    for each in (stays, leaves):
        manager.post(f"/v1/customers/{each['id']}/consents", {**said, "granted": True})
    wanted = {"filter": {"tag": tag, "consent": "email.care"}}
    bulk_id = begin(manager, wanted, {"kind": "change", "fields": {"occupation": "Pilot"}})
    monkeypatch.setattr("chalicelib.domain.jobs.run.ENOUGH_SECONDS", 400.0)
    jobs.run(bulk_id, turn=Turn(left_ms=900_000, step_ms=400_000))
    manager.post(f"/v1/customers/{leaves['id']}/consents", {**said, "granted": False})
    jobs.run(bulk_id)
    assert counted(state(manager, bulk_id)) == ("done", 2, 1, 0, 1, 1.0)
    assert [read(manager, each)["occupation"] for each in (stays, leaves, never)] == ["Pilot", None, None]


def test_what_another_worker_wrote_down_stays_what_is_done(manager: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that was taken for dead writes its part of the selection after another one has gone on from its own."""
    from datetime import UTC, datetime, timedelta

    from chalicelib.wiring.bulk import Parts

    tag = unique()
    made = customer(manager, tags=[tag])
    bulk_id = begin(manager, {"filter": {"tag": tag}}, {"kind": "untag", "tags": [tag]})
    real, late = Parts.write, list[str]()

    def write(self: Parts, name: str, customer_ids: Any) -> Any:
        if not late:
            late.append(name)
            later = datetime.now(UTC) + timedelta(minutes=2)
            monkeypatch.setattr("chalicelib.domain.jobs.run.ENOUGH_SECONDS", 400.0)
            jobs.run(bulk_id, turn=Turn(left_ms=900_000, step_ms=400_000), clock=lambda: later)
            monkeypatch.setattr("chalicelib.domain.jobs.run.ENOUGH_SECONDS", 60.0)
            customer_ids = [*customer_ids, "cus_00000000000000000000000000"]
        return real(self, name, customer_ids)

    monkeypatch.setattr(Parts, "write", write)
    jobs.run(bulk_id)
    jobs.run(bulk_id)
    assert counted(state(manager, bulk_id)) == ("done", 1, 1, 0, 0, 1.0)
    assert found(manager, f"tag={tag}") == []
    assert read(manager, made)["tags"] == []


def test_fields_are_changed_and_custom_ones_merged(manager: Any) -> None:
    made = customer(manager, language="de", custom={"ring": 14, "old": True})
    fields = {"language": None, "gender": "female", "category": "business", "custom": {"old": None, "club": "gold"}}
    done = run(manager, {"ids": [made["id"]]}, {"kind": "change", "fields": fields})
    assert counted(done)[2] == 1
    now = read(manager, made)
    assert (now["language"], now["gender"], now["category"]) == (None, "female", "business")
    assert now["custom"] == {"ring": 14, "club": "gold"}
    assert now["version"] == 2


def test_an_assignee_is_given_and_taken_away(manager: Any) -> None:
    made = customer(manager)
    me = manager.get("/v1/me").json["id"]
    run(manager, {"ids": [made["id"]]}, {"kind": "assign", "assignee": me})
    assert read(manager, made)["assignee"] == me
    run(manager, {"ids": [made["id"]]}, {"kind": "assign", "assignee": None})
    assert read(manager, made)["assignee"] is None


def test_archiving_many_frees_their_numbers(manager: Any) -> None:
    made, before = customer(manager), customer(manager)
    manager.delete(f"/v1/customers/{before['id']}")
    done = run(manager, {"ids": [made["id"], before["id"]]}, {"kind": "archive"})
    assert counted(done) == ("done", 2, 1, 1, 0, 1.0)
    assert customer(manager, phones=[{"number": made["phones"][0]["e164"]}])["id"] != made["id"]


def test_each_row_stands_on_its_customers_timeline_and_only_the_job_is_published(manager: Any) -> None:
    import json

    from chalicelib.repos.table import Range
    from chalicelib.wiring.store import table

    made, tag = customer(manager), unique()
    ids = {"ids": [made["id"]]}
    changes = [run(manager, ids, action)["id"] for action in ({"kind": "tag", "tags": [tag]}, {"kind": "archive"})]
    items = [item for item in table().query_all(Range(made["id"])) if item["sk"].startswith("EVENT#")]
    assert [item["kind"] for item in items] == ["customer_created", "tag_changed", "customer_archived"]
    assert [json.loads(item["doc"])["data"]["bulk_id"] for item in items[1:]] == changes
    assert [item["publish"] for item in items] == [True, False, False]
    for bulk_id in changes:
        events = [item for item in table().query_all(Range(bulk_id)) if item["sk"].startswith("SYSTEM#")]
        assert [(item["kind"], item["publish"]) for item in events] == [("job_started", True), ("bulk_finished", True)]


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


def test_a_selection_of_several_parts_is_done_whole_and_in_order(manager: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    tag = unique()
    made = [customer(manager, tags=[tag])["id"] for _ in range(9)]
    monkeypatch.setattr("chalicelib.wiring.customers.MOST_A_PAGE", 2)
    monkeypatch.setattr("chalicelib.domain.bulk.job.PART_PAGES", 2)
    monkeypatch.setattr("chalicelib.domain.bulk.job.CHUNK", 3)
    bulk_id = begin(manager, {"filter": {"tag": tag}}, {"kind": "untag", "tags": [tag]})
    for _ in range(20):  # every turn has time for one step
        jobs.run(bulk_id, turn=Turn(left_ms=130_000, step_ms=61_000))
        if state(manager, bulk_id)["status"] == "done":
            break
    assert counted(state(manager, bulk_id)) == ("done", 9, 9, 0, 0, 1.0)
    rows = jobs.rows(manager, f"{BULK}/{bulk_id}")
    assert [row["row"] for row in rows] == list(range(1, 10))
    assert sorted(row["customer_id"] for row in rows) == sorted(made)
    assert found(manager, f"tag={tag}") == []


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


def test_a_job_that_was_done_is_not_done_again(manager: Any) -> None:
    made, tag = customer(manager), unique()
    done = run(manager, {"ids": [made["id"]]}, {"kind": "tag", "tags": [tag]})
    jobs.run(done["id"])
    assert kinds(manager, made["id"]) == ["customer_created", "tag_changed"]


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


def test_a_store_that_was_closed_after_the_request_is_a_rejected_row(manager: Any, admin: Any) -> None:
    made = customer(manager)
    place = {"name": unique(), "time_zone": "Asia/Kolkata", "country": "IN"}
    store = admin.post("/v1/locations", place).json
    fields = {"home_location": store["id"]}
    bulk_id = begin(manager, {"ids": [made["id"]]}, {"kind": "change", "fields": fields})
    assert admin.patch(f"/v1/locations/{store['id']}", {"status": "closed"}).status == 200
    jobs.run(bulk_id)
    (row,) = jobs.rows(manager, f"{BULK}/{bulk_id}")
    assert (row["result"], row["field"]) == ("rejected", "home_location")


def test_a_tag_that_was_removed_after_the_request_is_a_rejected_row(manager: Any) -> None:
    made, tag = customer(manager), unique()
    bulk_id = begin(manager, {"ids": [made["id"]]}, {"kind": "tag", "tags": [tag]})
    tags = itertools.chain.from_iterable(_pages(manager, "/v1/tags"))
    (tag_id,) = [each["id"] for each in tags if each["name"] == tag]
    assert manager.delete(f"/v1/tags/{tag_id}").status == 204
    jobs.run(bulk_id)
    (row,) = jobs.rows(manager, f"{BULK}/{bulk_id}")
    assert (row["result"], row["reason"]) == ("rejected", "names a tag that was removed")
    assert read(manager, made)["tags"] == []


def _pages(caller: Any, path: str) -> Any:
    cursor = ""
    while cursor is not None:
        page = caller.get(f"{path}?limit=100{cursor and '&cursor=' + cursor}").json
        yield page["items"]
        cursor = page["next_cursor"]
