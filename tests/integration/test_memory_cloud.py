"""The account in memory answers as the emulator does: the same calls on both, the same answers and refusals.

Texts of refusals may differ, codes and what comes with them may not.
"""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.wiring import clients
from tests.support.emulator import make_table
from tests.support.memory import Cloud, serving
from tests.support.meter import Meter
from tests.support.table_calls import (
    CONDITIONS,
    TABLE,
    UPDATES,
    Call,
    calls,
    index_query,
    key_of,
    named,
    outcome,
    query,
)

pytestmark = pytest.mark.emulator
_runs = itertools.count()


@pytest.fixture(scope="module")
def client(endpoint: str) -> Iterator[Any]:
    made = clients.dynamodb()
    make_table(made, TABLE)
    yield made
    made.delete_table(TableName=TABLE)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(calls, min_size=8, max_size=16))
def test_any_calls_of_the_table_are_answered_alike(client: Any, made: list[Call]) -> None:
    run = f"RUN{next(_runs)}"
    made = [(operation, named(arguments, run)) for operation, arguments in made]
    expected = [outcome(client, *call) for call in made]
    with serving(Cloud()):
        make_table(client, TABLE)
        found = [outcome(client, *call) for call in made]
    for call, one, other in zip(made, found, expected, strict=True):
        assert one == other, call


STRICTER: list[dict[str, Any]] = [
    {"UpdateExpression": "SET given = :g, given = :g", "ExpressionAttributeValues": {":g": {"S": "b"}}},
    {"UpdateExpression": "SET status = :g", "ExpressionAttributeValues": {":g": {"S": "b"}}},
    {"UpdateExpression": "", "ConditionExpression": "attribute_exists(pk)"},
]


@pytest.fixture
def cloud(client: Any) -> Iterator[Cloud]:
    with serving(Cloud()) as made:
        make_table(client, TABLE)
        yield made


@pytest.mark.parametrize("change", STRICTER)
def test_what_the_emulator_lets_pass_and_dynamodb_does_not_is_refused(cloud: Cloud, change: dict[str, Any]) -> None:
    answer = outcome(clients.dynamodb(), "update_item", {"TableName": TABLE, "Key": key_of("A"), **change})
    assert answer[1] == "ValidationException"
    assert cloud.position == 0


def _put(sort: str, **more: Any) -> dict[str, Any]:
    return {"Put": {"TableName": TABLE, "Item": {**key_of(sort), **more}}}


LIMITS: list[tuple[str, list[dict[str, Any]]]] = [
    ("a hundred and one", [_put(str(number)) for number in range(101)]),
    ("none", []),
    ("an item twice", [_put("A"), _put("A", n={"N": "1"})]),
    ("an empty key", [_put("")]),
    ("a large item", [_put("A", text={"S": "x" * 400 * 1024})]),
    ("four megabytes", [_put(str(number), text={"S": "x" * 390 * 1024}) for number in range(11)]),
    ("a wrong number", [_put("A", n={"N": "one"})]),
    ("an index key that is no text", [_put("A", pending_pk={"N": "1"})]),
]


@pytest.mark.parametrize(("what", "wanted"), LIMITS, ids=[what for what, _ in LIMITS])
def test_limits_are_those_of_the_emulator(client: Any, what: str, wanted: list[dict[str, Any]]) -> None:
    expected = outcome(client, "transact_write_items", {"TransactItems": wanted})
    with serving(Cloud()) as cloud:
        make_table(client, TABLE)
        assert outcome(client, "transact_write_items", {"TransactItems": wanted}) == expected
        assert cloud.position == 0
    assert expected != {}


def test_a_page_ends_after_a_megabyte_on_both(client: Any) -> None:
    wanted = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": "LARGE"}}}

    def sizes() -> list[int]:
        for number in range(5):
            large = {"pk": {"S": "LARGE"}, "sk": {"S": str(number)}, "text": {"S": "x" * 390 * 1024}}
            client.put_item(TableName=TABLE, Item=large)
        pages = client.get_paginator("query").paginate(TableName=TABLE, **wanted)
        return [page["Count"] for page in pages]

    expected = sizes()
    with serving(Cloud()):
        make_table(client, TABLE)
        assert sizes() == expected


def test_snapshots_lags_and_expiry(cloud: Cloud, client: Any) -> None:
    def waiting() -> int:
        return len(client.query(**index_query({}, "9")[1])["Items"])

    client.put_item(TableName=TABLE, Item={**key_of("A"), "pending_pk": {"S": "PENDING$"}, "pending_sk": {"S": "1"}})
    kept, before = cloud.snapshot(), cloud.items(TABLE)
    cloud.index_lags = True
    client.put_item(TableName=TABLE, Item={**key_of("B"), "pending_pk": {"S": "PENDING$"}, "pending_sk": {"S": "2"}})
    client.update_item(TableName=TABLE, Key=key_of("A"), UpdateExpression="REMOVE pending_pk, pending_sk")
    assert waiting() == 1
    cloud.index_catch_up()
    assert waiting() == 1
    client.put_item(TableName=TABLE, Item={**key_of("C"), "expires_at": {"N": "1000"}})
    assert (cloud.expire(1000), cloud.expire(1001)) == (0, 1)
    names = [record["eventName"] for record in cloud.take_stream()]
    assert names == ["INSERT", "INSERT", "MODIFY", "INSERT", "REMOVE"]
    cloud.restore(kept)
    assert cloud.items(TABLE) == before
    assert waiting() == 1
    assert [record["dynamodb"]["Keys"] for record in cloud.take_stream()] == [key_of("A")]


def test_writes_without_an_effect_leave_the_position_where_it_is(cloud: Cloud, client: Any) -> None:
    client.put_item(TableName=TABLE, Item=key_of("A"))
    position = cloud.position
    client.put_item(TableName=TABLE, Item=key_of("A"))
    client.delete_item(TableName=TABLE, Key=key_of("B"))
    refused = outcome(client, "put_item", {"TableName": TABLE, "Item": key_of("A"), **CONDITIONS[0]})
    assert refused[1] == "ConditionalCheckFailedException"
    assert cloud.position == position


def test_a_transaction_counts_once_for_its_token(cloud: Cloud, client: Any) -> None:
    change = {"TableName": TABLE, "Key": key_of("A"), **UPDATES[1]}
    for _ in range(2):
        client.transact_write_items(TransactItems=[{"Update": change}], ClientRequestToken="once")
    assert cloud.items(TABLE)[("$", "A")]["version"] == {"N": "1"}
    with pytest.raises(client.exceptions.IdempotentParameterMismatchException):
        client.transact_write_items(
            TransactItems=[{"Delete": {"TableName": TABLE, "Key": key_of("A")}}], ClientRequestToken="once"
        )


def test_what_nobody_needed_yet_says_so(cloud: Cloud, client: Any) -> None:
    with pytest.raises(NotImplementedError, match="DescribeLimits"):
        client.describe_limits()
    with pytest.raises(RuntimeError, match="already"), serving(Cloud()):
        pass


def test_a_meter_counts_here_as_on_the_emulator(client: Any) -> None:
    made: list[Call] = [
        ("put_item", {"TableName": TABLE, "Item": {**key_of("A"), "text": {"S": "x" * 3000}}}),
        ("get_item", {"TableName": TABLE, "Key": key_of("A"), "ConsistentRead": True}),
        ("transact_write_items", {"TransactItems": [_put("A", n={"N": "1"}), _put("B")]}),
        ("put_item", {"TableName": TABLE, "Item": key_of("A"), **CONDITIONS[0]}),
        query(("pk = :pk", {}), {}, ({"FilterExpression": "version = :one"}, {":one": {"N": "1"}}), {}),
    ]

    def spent() -> list[Any]:
        with Meter(client) as meter:
            for call in made:
                outcome(client, *call)
        return meter.all_calls

    made = [(operation, named(arguments, "METERED")) for operation, arguments in made]
    expected = spent()
    with serving(Cloud()):
        make_table(client, TABLE)
        assert spent() == expected
    assert len(expected) == len(made)
