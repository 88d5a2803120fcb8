"""The parts of the bench that decide what its figures mean; no figure itself is tested."""

import random

import pytest

from bench import import_time, report
from bench.clients import Run
from bench.load import settled
from bench.measure import Measured, Samples, percentile
from bench.memory_table import MemoryTable, update
from bench.operations import OPERATIONS, Operation, misspelt
from bench.people import person
from bench.store_calls import StoreCall
from chalicelib.domain.customers.model import NewCustomer
from chalicelib.domain.text import within_one_edit
from chalicelib.repos.keys import Key
from chalicelib.repos.table import Range


def _samples(*milliseconds: float) -> Samples:
    samples = Samples()
    latencies = [each / 1000 for each in milliseconds]
    samples.add(Run(latencies, sum(latencies)))
    return samples


def _measured(operation: Operation, alone: float, store: float) -> Measured:
    calls = [StoreCall("get_item", {})]
    return Measured(operation, _samples(alone), _samples(alone), [store / 1000], calls)


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50), (0.95, 95), (1.0, 100), (0.0, 1)])
def test_a_percentile_is_the_smallest_value_that_covers_the_share(share: float, expected: int) -> None:
    assert percentile(list(range(100, 0, -1)), share) == expected


def test_the_echo_ratio_is_p50_times_the_rate_of_the_echo() -> None:
    measured = _measured(Operation("read", lambda _: pytest.fail("not sent"), 12), alone=10, store=4)
    assert measured.echo_ratio(_samples(1, 3)) == pytest.approx(10 / 2)
    assert measured.store_ratio == pytest.approx(2.5)


def test_a_missed_aim_is_said() -> None:
    echo = _measured(Operation("bare echo", lambda _: pytest.fail("not sent")), alone=1, store=1)
    row = report.row(_measured(Operation("read", lambda _: pytest.fail("not sent"), 12), alone=10, store=4), echo)
    assert row["echo_ratio"] == {"value": 10, "aim": 12, "met": True}
    assert row["store_ratio"] == {"value": 2.5, "aim": 2.0, "met": False}


def test_people_are_the_same_in_every_run_and_differ_in_number_and_address() -> None:
    people = [person(number) for number in range(3000)]
    assert people == [person(number) for number in range(3000)]
    assert len({each.phone for each in people}) == len(people)
    addresses = [each.email for each in people if each.email]
    assert len(set(addresses)) == len(addresses)


def test_people_are_acceptable_customers() -> None:
    for number in range(300):
        NewCustomer.model_validate(dict(person(number).body))


def test_a_misspelt_name_is_one_edit_away() -> None:
    chance = random.Random(5)  # noqa: S311 - no secret
    for name in ("sharma", "agarwal", "fernandes"):
        wrong = {misspelt(name, chance) for _ in range(50)}
        assert all(within_one_edit(each, name) for each in wrong)
        assert wrong - {name}


def test_every_operation_of_the_issue_has_its_aim() -> None:
    aims = {each.name: each.echo_aim for each in OPERATIONS if each.echo_aim}
    assert aims == {
        "create customer": 36,
        "read profile": 12,
        "name prefix, 20": 25,
        "phone": 12,
        "email": 11,
        "any field, one typo forgiven": 40,
        "tag + city, page of 50": 19,
        "history of 20": 10,
        "birthdays of a week": 16,
    }


def test_the_memory_table_keeps_what_commands_write() -> None:
    table = MemoryTable("t")
    key = {"pk": {"S": "cus_1"}, "sk": {"S": "PROFILE"}}
    counted = {"UpdateExpression": "ADD notes_count :n", "ExpressionAttributeValues": {":n": {"N": "2"}}}
    table.write([{"Put": {"Item": {**key, "version": {"N": "1"}}}}, {"Update": {"Key": key, **counted}}])
    assert table.get(Key("cus_1", "PROFILE")) == {"pk": "cus_1", "sk": "PROFILE", "version": 1, "notes_count": 2}
    assert [item["sk"] for item in table.query(Range("cus_1", begins="PRO")).items] == ["PROFILE"]
    assert list(table.take("COUNTERS")) == [{**key, "version": {"N": "1"}, "notes_count": {"N": "2"}}]
    assert table.get(Key("cus_1", "PROFILE")) is None


def test_loaded_events_are_not_relayed_again() -> None:
    event = {
        "publish": {"BOOL": True},
        "pending_pk": {"S": "PENDING#1"},
        "pending_sk": {"S": "evt_1"},
        "sk": {"S": "E"},
    }
    assert settled(event) == {"publish": {"BOOL": False}, "sk": {"S": "E"}}
    assert settled({"sk": {"S": "PROFILE"}}) == {"sk": {"S": "PROFILE"}}


def test_an_update_replaces_and_adds() -> None:
    item = {"n": {"N": "3"}}
    body = {
        "ExpressionAttributeNames": {"#s": "status"},
        "ExpressionAttributeValues": {":s": {"S": "active"}, ":n": {"N": "-1"}},
    }
    update(item, "SET #s = :s ADD n :n", body)
    assert item == {"n": {"N": "2"}, "status": {"S": "active"}}
    with pytest.raises(ValueError, match="cannot apply"):
        update(item, "REMOVE n", body)


def test_our_own_modules_are_told_from_others() -> None:
    listed = "import time:      1000 |       5000 |   chalicelib.config\nimport time:  7 | 7 | chalice.app\n"
    assert import_time.own_seconds(listed) == pytest.approx(0.001)
