"""Somebody is quicker: a record changes between a command's reads and its write, and neither change is lost."""

from typing import Any

import pytest

from chalicelib.handlers.duplicates_steps import Run
from chalicelib.repos import keys
from chalicelib.repos.keys import Key
from chalicelib.repos.table import key_of
from chalicelib.wiring import duplicates, jobs
from tests.support.overtaken import meanwhile
from tests.support.world import World


def runs(world: World) -> list[str]:
    return [each["id"] for each in world.api("manager").get("/v1/duplicates/runs").json["items"]]


def test_of_two_who_look_for_duplicates_at_once_one_starts(world: World) -> None:
    manager, first, before = world.api("manager"), list[Any](), runs(world)
    with meanwhile("DUPLICATES", lambda: first.append(manager.post("/v1/duplicates/runs"))):
        second = manager.post("/v1/duplicates/runs")
    assert (first[0].status, second.status) == (202, 202)
    assert second.json["id"] == first[0].json["id"]
    assert runs(world) == [second.json["id"], *before]


def test_of_two_who_look_for_duplicates_for_the_first_time_one_starts(world: World) -> None:
    world.table.send("delete_item", Key=key_of(keys.duplicate_run()))
    test_of_two_who_look_for_duplicates_at_once_one_starts(world)


def pair(world: World) -> str:
    (found,) = world.records["dup"]
    return f"/v1/duplicates/{found}"


def test_a_pair_that_somebody_decides_meanwhile_is_not_decided_again(world: World) -> None:
    manager, path = world.api("manager"), pair(world)
    said = {"status": "different"}
    with meanwhile(world.records["dup"][0], lambda: manager.patch(path, said)):
        late = manager.patch(path, said, If_Match='"1"')
    assert late.status == 412
    now = manager.get(path)
    assert (now.json["version"], now.json["status"]) == (2, "different")
    world.check()


@pytest.mark.parametrize("which", [0, 1])
def test_nobody_decides_about_somebody_who_is_archived_meanwhile(world: World, which: int) -> None:
    manager, path, customer = world.api("manager"), pair(world), world.records["cus"][which]
    with meanwhile(world.records["dup"][0], lambda: manager.delete(f"/v1/customers/{customer}")):
        late = manager.patch(path, {"status": "different"})
    assert (late.status, late.code, late.json["conflict"]["id"]) == (409, "archived", customer)
    assert manager.get(path).json["status"] == "open"
    world.check()


def pair_ids(world: World) -> list[str]:
    """The pairs in the queue."""
    return [each["id"] for each in world.api("manager").get("/v1/duplicates").json["items"]]


STALE = {
    "added": {"do": "added", "after": {"version": 1}},
    "changed": {"do": "changed", "before": {"version": 1}, "after": {"version": 2, "score": 50}},
    "gone": {"do": "gone", "before": {"version": 1}},
}


@pytest.mark.parametrize("do", STALE)
def test_a_run_changes_no_pair_that_somebody_has_decided_since(world: World, do: str) -> None:
    manager, path = world.api("manager"), pair(world)
    found = duplicates.reader().with_customers(world.records["dup"][0])[0]
    facts = {**found.kept(), "run": "dpr_00000000000000000000000000"}
    change = {name: {**facts, **each} if isinstance(each, dict) else each for name, each in STALE[do].items()}
    assert manager.patch(path, {"status": "different"}).status == 200
    before = world.items()
    job = jobs.reader().get(world.records["dpr"][0], "duplicates", world.clock.now)
    assert Run(job, lambda: world.clock.now).write([change]) == {}
    assert world.items() == before


def test_a_pair_that_a_run_has_taken_out_before_counts_as_taken_out(world: World) -> None:
    """A run that goes on after a crash does its last changes again."""
    found = duplicates.reader().with_customers(world.records["dup"][0])[0]
    job = jobs.reader().get(world.records["dpr"][0], "duplicates", world.clock.now)
    run, change = Run(job, lambda: world.clock.now), {"do": "gone", "before": found.kept()}
    assert run.write([change]) == {"gone": 1}
    assert pair_ids(world) == []
    assert run.write([change]) == {"gone": 1}


# --- what belongs to a customer ---------------------------------------------------------------------------------------


def made(world: World, kind: str) -> tuple[str, str]:
    """The path of a record of the first customer, and its id."""
    path = f"/v1/customers/{world.records['cus'][0]}/{kind}"
    bodies = {"notes": {"text": "Prefers gold"}, "inquiries": {"text": "Any rubies?", "channel": "web"}}
    new = world.api("sales").post(path, bodies[kind])
    assert new.status == 201, new.text
    return f"{path}/{new.json['id']}", new.json["id"]


CHANGES: dict[str, tuple[Any, Any]] = {
    "notes": ({"text": "Prefers silver"}, {"text": "Prefers platinum"}),
    "inquiries": ({"status": "answered", "answer": "No"}, {"status": "answered", "answer": "Yes"}),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_of_two_changes_of_one_version_the_second_is_refused(world: World, kind: str) -> None:
    manager, (path, record) = world.api("manager"), made(world, kind)
    first, second = CHANGES[kind]
    with meanwhile(record, lambda: manager.patch(path, first)):
        late = manager.patch(path, second, If_Match='"1"')
    assert late.status == 412
    now = manager.get(path).json
    assert now["version"] == 2
    assert first.items() <= now.items()
    world.check()


@pytest.mark.parametrize("kind", CHANGES)
def test_nothing_is_changed_of_a_customer_who_is_archived_meanwhile(world: World, kind: str) -> None:
    manager, (path, record) = world.api("manager"), made(world, kind)
    customer = world.records["cus"][0]
    with meanwhile(record, lambda: manager.delete(f"/v1/customers/{customer}")):
        late = manager.patch(path, CHANGES[kind][0])
    assert (late.status, late.code, late.json["conflict"]["id"]) == (409, "archived", customer)
    assert manager.get(path).json["version"] == 1
    world.check()


def test_a_note_whose_line_is_lost_gets_no_half_of_one(world: World) -> None:
    manager, (path, record) = world.api("manager"), made(world, "notes")
    (line,) = [key for key, item in world.items().items() if key[1].startswith("EVENT") and record in str(item)]
    world.table.send("delete_item", Key=key_of(Key(*line)))
    assert manager.patch(path, {"text": "Prefers silver"}).status == 409
    assert line not in world.items()
    assert manager.get(path).json["version"] == 1


def test_a_call_answers_no_inquiry_that_somebody_answers_meanwhile(world: World) -> None:
    manager, (path, record) = world.api("manager"), made(world, "inquiries")
    answer = CHANGES["inquiries"][0]
    said = {"direction": "out", "duration_s": 60}
    with meanwhile(record, lambda: manager.patch(path, answer)):
        call = manager.post(f"/v1/customers/{world.records['cus'][0]}/calls", said)
    assert (call.status, call.json["answered_inquiries"]) == (201, [])
    now = manager.get(path).json
    assert (now["version"], now["answer"], now["answered_by_call"]) == (2, "No", None)
    world.check()


# --- saved mappings ---------------------------------------------------------------------------------------------------

MAPPINGS = "/v1/imports/mappings"


def test_a_mapping_that_took_the_name_of_a_removed_one_stays(world: World) -> None:
    manager, new = world.api("manager"), list[Any]()
    (old,) = manager.get(MAPPINGS).json["items"]

    def replaced() -> None:
        assert manager.delete(f"{MAPPINGS}/{old['id']}").status == 204
        new.append(manager.post(MAPPINGS, {"name": "TILL", "mapping": {"given_name": "A", "phone": "P"}}).json)

    with meanwhile("MAPPINGS", replaced):
        assert manager.delete(f"{MAPPINGS}/{old['id']}").status == 204
    assert manager.get(MAPPINGS).json["items"] == new


def test_a_mapping_that_was_removed_is_none_to_import_by(world: World) -> None:
    manager = world.api("manager")
    (old,) = manager.get(MAPPINGS).json["items"]
    body = {"kind": "customers", "format": "csv", "file_name": "list.csv", "mapping_id": old["id"]}
    assert manager.post("/v1/imports", body).status == 201
    assert manager.delete(f"{MAPPINGS}/{old['id']}").status == 204
    refused = manager.post("/v1/imports", body)
    assert (refused.status, refused.pointers) == (422, ["/mapping_id"])
