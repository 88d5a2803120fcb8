"""Duplicates: found by a run, reviewed in a queue."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.duplicates.model import pair_id
from chalicelib.repos import keys
from chalicelib.repos.table import Range
from chalicelib.wiring.store import table
from tests.proof.scenarios import customer, number, unique
from tests.support import jobs
from tests.support.duplicates import decide, noon, pair, queue, run, twins
from tests.support.imports import Turn

pytestmark = pytest.mark.emulator


def test_a_run_finds_a_person_who_is_there_twice(manager: Any) -> None:
    one, other = twins(manager)
    done = run(manager)
    found = pair(manager, one, other)
    assert (found["status"], found["version"], found["decided_at"]) == ("open", 1, None)
    assert found["score"] > 95
    assert [reason["code"] for reason in found["reasons"]] == ["same_phone", "same_name"]
    assert [each["id"] for each in found["customers"]] == [one["id"], other["id"]]
    assert found["customers"][0]["phones"] == one["phones"]
    assert done["customers"] >= 2
    assert done["found"] >= done["added"] >= 1
    assert done["progress"] == 1.0


def test_a_second_run_adds_nothing_and_writes_no_pair(manager: Any) -> None:
    one, other = twins(manager)
    run(manager)
    before = pair(manager, one, other)
    done = run(manager)
    assert (done["added"], done["changed"], done["gone"]) == (0, 0, 0)
    assert done["found"] >= 1
    assert pair(manager, one, other) == before


def test_pairs_that_no_longer_hold_leave_the_queue(manager: Any) -> None:
    one, other = twins(manager)
    third, fourth = twins(manager)
    run(manager)
    manager.patch(f"/v1/customers/{other['id']}", {"given_name": "Ravindra", "phones": [{"number": number()}]})
    manager.delete(f"/v1/customers/{fourth['id']}")
    assert pair(manager, third, fourth) is None  # at once: a page shows nobody who is archived
    assert manager.get(f"/v1/duplicates/{pair_id(third['id'], fourth['id'])}").status == 200
    done = run(manager)
    assert done["gone"] == 2
    for left in ((one, other), (third, fourth)):
        assert manager.get(f"/v1/duplicates/{pair_id(left[0]['id'], left[1]['id'])}").status == 404
    assert table().get(keys.duplicate(pair_id(one["id"], other["id"]))) is None


def test_a_pair_whose_reasons_change_moves_in_the_queue(manager: Any) -> None:
    one, other = twins(manager)
    run(manager)
    manager.patch(f"/v1/customers/{other['id']}", {"family_name": unique()})
    assert run(manager)["changed"] == 1
    found = pair(manager, one, other)
    assert (found["version"], found["score"]) == (2, 89)
    assert [reason["code"] for reason in found["against"]] == ["other_family_name"]
    assert sum(each["id"] == found["id"] for each in queue(manager)) == 1


def test_not_the_same_person_is_remembered(manager: Any) -> None:
    one, other = twins(manager)
    run(manager)
    found = pair(manager, one, other)
    decided = decide(manager, found, "different")
    assert (decided.status, decided.json["status"], decided.json["version"]) == (200, "different", 2)
    assert decided.json["decided_by"]["name"]
    assert pair(manager, one, other) is None
    assert pair(manager, one, other, "different")["id"] == found["id"]
    assert run(manager)["added"] == 0
    assert pair(manager, one, other) is None
    for each, of in ((one, other), (other, one)):
        newest = manager.get(f"/v1/customers/{each['id']}/timeline").json["items"][0]
        assert newest["kind"] == "duplicate_dismissed"
        assert newest["data"]["other_customer_id"] == of["id"]
        entries = manager.get(f"/v1/audit?entity={each['id']}").json["items"]
        assert "duplicate.review" in [entry["action"] for entry in entries]
    again = decide(manager, found, "different")
    assert (again.status, again.json["version"]) == (200, 2)
    back = decide(manager, found, "open")
    assert (back.json["status"], back.json["version"]) == ("open", 3)
    assert pair(manager, one, other)["id"] == found["id"]


def test_a_decision_outlives_what_it_was_about(manager: Any) -> None:
    """Somebody who is archived and restored is still not the other one."""
    one, other = twins(manager)
    run(manager)
    decide(manager, pair(manager, one, other), "different")
    manager.delete(f"/v1/customers/{other['id']}")
    run(manager)
    manager.post(f"/v1/customers/{other['id']}/restore", {"allow_duplicate": True})
    assert run(manager)["added"] == 0
    assert pair(manager, one, other, "different") is not None


def test_decisions_that_cannot_be(manager: Any) -> None:
    one, other = twins(manager)
    run(manager)
    found = pair(manager, one, other)
    path = f"/v1/duplicates/{found['id']}"
    for body, pointer in (
        ({"status": "merged"}, "/status"),
        ({"status": None}, "/status"),
        ({"status": ["open"]}, "/status"),
        ({}, "/status"),
        ({"status": "different", "score": 3}, "/score"),
    ):
        refused = manager.patch(path, body)
        assert (refused.status, refused.json["errors"][0]["pointer"]) == (422, pointer), refused.text
    assert decide(manager, found, "different", If_Match='"7"').status == 412
    for unknown in ("dup_1", f"dup_{'0' * 52}", found["id"][:-1] + "u", one["id"], found["id"] + "0"):
        assert manager.patch(f"/v1/duplicates/{unknown}", {"status": "different"}).status == 404
    assert manager.get("/v1/duplicates?status=merged").status == 422
    manager.delete(f"/v1/customers/{other['id']}")
    refused = decide(manager, found, "different")
    assert (refused.status, refused.json["code"], refused.json["conflict"]["id"]) == (409, "archived", other["id"])
    assert manager.get(path).json["version"] == 1


def test_the_queue_has_the_best_score_first_page_by_page(manager: Any) -> None:
    for birthday, family in (("1990-03-15", True), ("1990-03-16", False), ("--03-17", True)):
        fields = {"birthday": birthday, "given_name": "Yamuna", "family_name": unique()}
        customer(manager, **fields)
        customer(manager, **fields if family else {**fields, "given_name": "Jamuna"})
    run(manager)
    whole = queue(manager)
    scores = [each["score"] for each in whole]
    assert scores == sorted(scores, reverse=True)
    assert min(scores) < 90 <= max(scores)
    assert [each["id"] for each in queue(manager, limit=1)] == [each["id"] for each in whole]


# --- one run at a time ------------------------------------------------------------------------------------------


def test_a_second_start_answers_with_the_run_under_way(manager: Any) -> None:
    first = manager.post("/v1/duplicates/runs")
    second = manager.post("/v1/duplicates/runs")
    assert (first.status, second.status) == (202, 202)
    assert second.json["id"] == first.json["id"]
    assert second.headers["Location"] == first.headers["Location"]
    jobs.run(first.json["id"])
    third = manager.post("/v1/duplicates/runs")
    assert third.json["id"] != first.json["id"]
    jobs.run(third.json["id"])
    listed = manager.get("/v1/duplicates/runs?limit=2").json["items"]
    assert [each["id"] for each in listed] == [third.json["id"], first.json["id"]]
    assert manager.get("/v1/duplicates/runs/dpr_00000000000000000000000000").status == 404


def test_a_run_that_was_lost_keeps_nobody_waiting(manager: Any) -> None:
    from chalicelib.domain.call import Actor, Call
    from chalicelib.domain.duplicates import starting
    from chalicelib.repos.transaction import commit_with_retry
    from chalicelib.wiring import duplicates

    lost = manager.post("/v1/duplicates/runs").json["id"]
    moment = datetime.now(UTC) + timedelta(hours=25)
    call = Call(Actor("sys_test", "Test"), moment, "req_test")
    started = commit_with_retry(table(), call, lambda work: starting.start(duplicates.starter(work)))
    assert started.id != lost
    jobs.run(started.id)
    jobs.run(lost)


def test_the_schedule_starts_one_run_a_day(manager: Any) -> None:
    from chalicelib.handlers import sweeps_schedule

    def tick(moment: datetime) -> Any:
        return sweeps_schedule.handle({"sweep": "duplicates"}, Turn(), clock=lambda: moment)["run"]

    day = noon()
    first = tick(day)
    assert first is not None
    assert tick(day) is None  # a double tick
    assert tick(day + timedelta(hours=20)) is None  # the run is still under way
    jobs.run(first)
    assert tick(day + timedelta(hours=1)) is None  # it was the run of this day
    second = tick(day + timedelta(days=1))
    assert second not in (None, first)
    jobs.run(second)
    assert tick((day + timedelta(days=2)).replace(hour=1)) is None
    assert manager.get(f"/v1/duplicates/runs/{second}").json["created_by"] == "sys_sweeps"


@pytest.mark.parametrize("asked", [{"dry_run": True}, {"date": "2027-03-15"}, {"location": "loc_1"}, {"force": True}])
def test_the_schedule_takes_its_name_alone(deployment: dict[str, str], asked: dict[str, Any]) -> None:
    from chalicelib.domain.errors import Invalid
    from chalicelib.handlers import sweeps_schedule

    with pytest.raises(Invalid):
        sweeps_schedule.handle({"sweep": "duplicates", **asked}, Turn())


def test_files_of_a_run_hold_what_is_compared_and_the_table_no_name(manager: Any) -> None:
    one, other = twins(manager)
    run(manager)
    found = pair_id(one["id"], other["id"])
    kept = str(table().get(keys.duplicate(found)))
    listed = str(list(table().query_all(Range(keys.duplicate_band("open", 10)))))
    assert found in listed
    for text in (one["family_name"], one["phones"][0]["e164"]):
        assert text not in kept
        assert text not in listed
