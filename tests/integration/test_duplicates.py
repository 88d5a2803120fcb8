"""Duplicates: shown on entry, found by a run, reviewed in a queue."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.duplicates.model import pair_id
from chalicelib.repos import keys
from chalicelib.repos.table import Range
from chalicelib.wiring.store import table
from tests.proof.scenarios import customer, number, unique
from tests.support import jobs
from tests.support.imports import Turn

pytestmark = pytest.mark.emulator


def run(manager: Any) -> Any:
    """A whole run; its last state as the API shows it."""
    started = manager.post("/v1/duplicates/runs")
    assert started.status == 202, started.text
    jobs.run(started.json["id"])
    done = manager.get(started.headers["Location"])
    assert done.json["status"] == "done", done.text
    return done.json


def queue(manager: Any, status: str = "open", limit: int = 100) -> list[Any]:
    """The whole queue, page by page."""
    found: list[Any] = []
    cursor = ""
    while True:
        page = manager.get(f"/v1/duplicates?status={status}&limit={limit}{cursor}")
        assert page.status == 200, page.text
        found += page.json["items"]
        if page.json["next_cursor"] is None:
            return found
        cursor = f"&cursor={page.json['next_cursor']}"


def pair(manager: Any, one: Any, other: Any, status: str = "open") -> Any:
    """The pair of two customers in the queue; None when it is not there."""
    wanted = pair_id(one["id"], other["id"])
    return next((each for each in queue(manager, status) if each["id"] == wanted), None)


def twins(manager: Any, **fields: Any) -> tuple[Any, Any]:
    """One person, entered twice."""
    same = {"given_name": "Asha", "family_name": unique(), "phones": [{"number": number()}], **fields}
    return customer(manager, **same), customer(manager, **same, allow_duplicate=True)


# --- on entry ---------------------------------------------------------------------------------------------------


def like(api: Any, **typed: str) -> list[Any]:
    """Who may be the person that is being entered."""
    query = "&".join(f"{field}={value.replace('+', '%2B')}" for field, value in typed.items())
    found = api.get(f"/v1/customers/duplicates?{query}")
    assert found.status == 200, found.text
    items: list[Any] = found.json["items"]
    return items


def test_who_has_the_number_is_shown_with_score_and_reasons(sales: Any) -> None:
    family, mobile = unique(), number()
    known = customer(sales, given_name="Lakshmi", family_name=family, phones=[{"number": mobile}])
    (found,) = like(sales, given_name="Laxmi", family_name=family, phone=mobile)
    assert found["customer"]["id"] == known["id"]
    assert found["score"] > 95
    assert [reason["text"] for reason in found["reasons"]] == [
        "same phone",
        "same family name",
        "given name sounds alike",
    ]
    assert found["customer"]["phones"][0]["e164"] == mobile


def test_who_shares_a_number_is_shown_even_when_it_is_another_person(sales: Any) -> None:
    family, mobile = unique(), number()
    customer(sales, given_name="Suresh", family_name=family, phones=[{"number": mobile}])
    (found,) = like(sales, given_name="Kavita", family_name=family, phone=mobile)
    assert found["score"] == 0
    assert [reason["code"] for reason in found["against"]] == ["other_given_name"]


@pytest.mark.parametrize(
    ("known", "typed"),
    [
        ({"birthday": "1990-03-15"}, {"birthday": "1990-03-15"}),
        ({"birthday": "--03-15"}, {"birthday": "1990-03-15"}),
        ({"emails": [{"address": "EMAIL@shop.example"}]}, {"email": "email@SHOP.example"}),
    ],
)
def test_who_has_the_birthday_or_the_address_is_found(sales: Any, known: Any, typed: dict[str, str]) -> None:
    family = unique()
    fresh = {field: value for field, value in known.items() if field != "emails"}
    if "emails" in known:
        fresh["emails"] = [{"address": f"{family}@shop.example"}]
        typed = {"email": f"{family.upper()}@shop.example"}
    one = customer(sales, given_name="Asha", family_name=family, **fresh)
    (found,) = like(sales, given_name="Asha", family_name=family, **typed)
    assert found["customer"]["id"] == one["id"]
    assert found["score"] >= 50


def test_a_typo_and_swapped_names_are_found_by_name_alone(sales: Any) -> None:
    family = unique()
    one = customer(sales, given_name="Yashodhara", family_name=family)
    for given, last in (("Yashodhara", family), ("Yashodara", family), (family, "Yashodhara")):
        assert [each["customer"]["id"] for each in like(sales, given_name=given, family_name=last)] == [one["id"]]


def test_an_archived_customer_is_nobodys_duplicate(sales: Any, manager: Any) -> None:
    family = unique()
    one = customer(sales, family_name=family)
    manager.delete(f"/v1/customers/{one['id']}")
    assert like(sales, given_name="Asha", family_name=family) == []


def test_a_customer_being_changed_is_not_their_own_duplicate_and_decisions_count(manager: Any) -> None:
    one, other = twins(manager)
    typed = {"given_name": "Asha", "family_name": one["family_name"], "phone": one["phones"][0]["e164"]}
    assert {each["customer"]["id"] for each in like(manager, **typed)} == {one["id"], other["id"]}
    assert [each["customer"]["id"] for each in like(manager, **typed, customer_id=one["id"])] == [other["id"]]
    run(manager)
    decide(manager, pair(manager, one, other), "different")
    assert like(manager, **typed, customer_id=one["id"]) == []


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("", None),
        ("customer_id=cus_00000000000000000000000000", None),
        ("phone=12", "/phone"),
        ("phone=%2B91", "/phone"),
        ("email=nobody", "/email"),
        ("birthday=1990-02-30", "/birthday"),
        ("birthday=yesterday", "/birthday"),
        ("given_name=", "/given_name"),
        ("given_name=%00", "/given_name"),
        ("given_name=%E2%80%AEx", "/given_name"),
        (f"family_name={'x' * 201}", "/family_name"),
        ("given_name=a&given_name=b", "/given_name"),
        ("nickname=a", "/nickname"),
        ("given_name=a&customer_id=usr_1", "/customer_id"),
    ],
)
def test_bad_input_is_refused(sales: Any, query: str, pointer: str | None) -> None:
    refused = sales.get(f"/v1/customers/duplicates?{query}")
    assert refused.status == 422, refused.text
    assert [error["pointer"] for error in refused.json.get("errors", ())] == ([pointer] if pointer else [])


@pytest.mark.parametrize("text", ["王伟", "आशा", "محمد", "Ωμέγα", "🙂", "''", "%", "a#b", "ﬀ", "İ", "ß" * 100])
def test_names_in_every_script_are_looked_for(sales: Any, text: str) -> None:
    from urllib.parse import quote

    assert isinstance(like(sales, given_name=quote(text), family_name=quote(text), birthday="1990-03-15"), list)


def test_roles(people: dict[str, Any]) -> None:
    for role, check, review in (("sales", 200, 403), ("inventory", 403, 403), ("analyst", 403, 403)):
        assert people[role].get("/v1/customers/duplicates?given_name=Asha").status == check
        assert people[role].get("/v1/duplicates").status == review
        assert people[role].post("/v1/duplicates/runs").status == review


# --- the run and the queue --------------------------------------------------------------------------------------


def decide(manager: Any, found: Any, status: str, **headers: str) -> Any:
    """What a person says about a pair."""
    return manager.patch(f"/v1/duplicates/{found['id']}", {"status": status}, **headers)


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
    from chalicelib.domain.sweeps.places import default_zone
    from chalicelib.handlers import sweeps_schedule
    from chalicelib.wiring.shop import shop

    def tick(moment: datetime) -> Any:
        return sweeps_schedule.handle({"sweep": "duplicates"}, Turn(), clock=lambda: moment)["run"]

    zone = default_zone(shop.fresh())
    day = (datetime.now(zone) + timedelta(days=200)).replace(hour=12)
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
