"""Bulk changes over the API and the queue's messages."""

import itertools
from typing import Any

import pytest

from tests.proof.scenarios import customer, found, kinds, unique
from tests.support import jobs
from tests.support.bulk import BULK, begin, run, state
from tests.support.imports import Turn

pytestmark = pytest.mark.emulator


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


def test_a_job_that_was_done_is_not_done_again(manager: Any) -> None:
    made, tag = customer(manager), unique()
    done = run(manager, {"ids": [made["id"]]}, {"kind": "tag", "tags": [tag]})
    jobs.run(done["id"])
    assert kinds(manager, made["id"]) == ["customer_created", "tag_changed"]


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
