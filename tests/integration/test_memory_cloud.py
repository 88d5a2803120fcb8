"""The account in memory answers as the emulator does: the same calls on both, the same answers and refusals.

Texts of refusals may differ, codes and what comes with them may not.
"""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.wiring import clients
from tests.support.emulator import make_table
from tests.support.memory import Cloud, serving
from tests.support.meter import Meter

pytestmark = pytest.mark.emulator
TABLE = "facet-differential"
Call = tuple[str, dict[str, Any]]
_SECONDARY = frozenset(("ResponseMetadata", "ConsumedCapacity", "UnprocessedItems", "MD5OfMessageBody", "MessageId"))
_runs = itertools.count()

SORTS = ("A#1", "A#2", "A#10", "B#1", "B#é", "C", "PROFILE")
NAMES = ("version", "holders", "holder", "tags", "told", "given", "last_contact_at", "expires_at")
VALUES: list[Any] = [
    *({"N": text} for text in ("0", "1", "2", "-1", "10")),
    *({"S": text} for text in ("", "a", "ab", "2026-11-22", "x" * 300)),
    *({"BOOL": flag} for flag in (True, False)),
    {"L": [{"S": "a"}, {"S": "b"}]},
    {"L": []},
    {"M": {"language": {"S": "de-AT"}, "born": {"N": "3"}}},
    {"SS": ["a", "b"]},
]
CONDITIONS: list[dict[str, Any]] = [
    {"ConditionExpression": "attribute_not_exists(pk)"},
    {"ConditionExpression": "attribute_exists(pk)"},
    {"ConditionExpression": "version = :before", "ExpressionAttributeValues": {":before": {"N": "1"}}},
    {
        "ConditionExpression": "#v = :v AND (attribute_not_exists(given) OR given = :g)",
        "ExpressionAttributeNames": {"#v": "version"},
        "ExpressionAttributeValues": {":v": {"N": "1.0"}, ":g": {"S": "a"}},
    },
    {
        "ConditionExpression": "(attribute_not_exists(last_contact_at) OR last_contact_at < :c)",
        "ExpressionAttributeValues": {":c": {"S": "2026"}},
    },
    {
        "ConditionExpression": "attribute_exists(pk) AND (attribute_not_exists(told) OR NOT contains(told, :p))",
        "ExpressionAttributeValues": {":p": {"S": "a"}},
    },
    {"ConditionExpression": "tags = :l", "ExpressionAttributeValues": {":l": {"L": [{"S": "a"}, {"S": "b"}]}}},
    {"ConditionExpression": "contains(tags, :p)", "ExpressionAttributeValues": {":p": {"S": "a"}}},
    {"ConditionExpression": "holders >= :n", "ExpressionAttributeValues": {":n": {"N": "1"}}},
    {
        "ConditionExpression": "given BETWEEN :a AND :b",
        "ExpressionAttributeValues": {":a": {"S": "A"}, ":b": {"S": "b"}},
    },
    {"ConditionExpression": "tags.language = :l", "ExpressionAttributeValues": {":l": {"S": "de-AT"}}},
    {
        "ConditionExpression": "begins_with(#t.#l, :l)",
        "ExpressionAttributeNames": {"#t": "tags", "#l": "language"},
        "ExpressionAttributeValues": {":l": {"S": "de"}},
    },
]
WRONG: list[dict[str, Any]] = [
    {"ConditionExpression": "version = :before"},
    {"ConditionExpression": "attribute_exists(pk)", "ExpressionAttributeValues": {":x": {"S": "a"}}},
    {"ConditionExpression": "#n = :v", "ExpressionAttributeValues": {":v": {"S": "a"}}},
    {"ConditionExpression": "attribute_exists(pk)", "ExpressionAttributeNames": {"#x": "given"}},
    {"ConditionExpression": "status = :v", "ExpressionAttributeValues": {":v": {"S": "a"}}},
    {"ConditionExpression": "version ="},
    {"ConditionExpression": ""},
]
UPDATES: list[dict[str, Any]] = [
    {"UpdateExpression": "SET given = :g", "ExpressionAttributeValues": {":g": {"S": "b"}}},
    {"UpdateExpression": "ADD version :one", "ExpressionAttributeValues": {":one": {"N": "1"}}},
    {
        "UpdateExpression": "SET holders = holders + :one, holder = :me",
        "ExpressionAttributeValues": {":one": {"N": "1"}, ":me": {"S": "m"}},
    },
    {"UpdateExpression": "SET holders = holders - :one", "ExpressionAttributeValues": {":one": {"N": "1"}}},
    {"UpdateExpression": "ADD told :who", "ExpressionAttributeValues": {":who": {"SS": ["c", "a"]}}},
    {"UpdateExpression": "REMOVE pending_pk, pending_sk, given"},
    {
        "UpdateExpression": "SET #s = :s REMOVE tags ADD version :one",
        "ExpressionAttributeNames": {"#s": "status"},
        "ExpressionAttributeValues": {":s": {"S": "open"}, ":one": {"N": "1"}},
    },
    {"UpdateExpression": "SET pending_pk = :p", "ExpressionAttributeValues": {":p": {"S": "PENDING"}}},
    {"UpdateExpression": "SET sk = :p", "ExpressionAttributeValues": {":p": {"S": "PENDING"}}},
    {"UpdateExpression": "SET given = nothing_here"},
]


def _key(sort: str) -> dict[str, Any]:
    return {"pk": {"S": "$"}, "sk": {"S": sort}}


sorts = st.sampled_from(SORTS)
attributes = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(VALUES), max_size=4)
pending = st.one_of(
    st.just({}),
    st.builds(lambda at: {"pending_pk": {"S": "PENDING$"}, "pending_sk": {"S": at}}, st.sampled_from(("1", "2", "30"))),
)
items = st.builds(lambda sort, more, waits: {**_key(sort), **more, **waits}, sorts, attributes, pending)
conditions: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}), st.sampled_from(CONDITIONS), st.sampled_from(CONDITIONS), st.sampled_from(WRONG)
)
old = st.sampled_from(({}, {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}))
puts = st.builds(lambda item, guard, told: {"Item": item, **guard, **told}, items, conditions, old)
deletes = st.builds(lambda sort, guard, told: {"Key": _key(sort), **guard, **told}, sorts, conditions, old)


def _merged(change: dict[str, Any], guard: dict[str, Any]) -> dict[str, Any]:
    both = {**guard, **change}
    for name in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
        if name in change or name in guard:
            both[name] = {**guard.get(name, {}), **change.get(name, {})}
    return both


updates = st.builds(
    lambda sort, change, guard, told: {"Key": _key(sort), **_merged(change, guard), **told},
    *(sorts, st.sampled_from(UPDATES), conditions, old),
)
checks = st.builds(
    lambda sort, guard, told: {"Key": _key(sort), **guard, **told}, sorts, st.sampled_from(CONDITIONS), old
)
operations = st.one_of(
    puts.map(lambda body: {"Put": {"TableName": TABLE, **body}}),
    puts.map(lambda body: {"Put": {"TableName": TABLE, **body}}),
    updates.map(lambda body: {"Update": {"TableName": TABLE, **body}}),
    deletes.map(lambda body: {"Delete": {"TableName": TABLE, **body}}),
    checks.map(lambda body: {"ConditionCheck": {"TableName": TABLE, **body}}),
)
spans = st.sampled_from(
    [
        ("pk = :pk", {}),
        ("pk = :pk AND begins_with(sk, :a)", {":a": {"S": "A#"}}),
        ("pk = :pk AND sk BETWEEN :a AND :b", {":a": {"S": "A#10"}, ":b": {"S": "B#zzz"}}),
        ("pk = :pk AND sk > :a", {":a": {"S": "A#10"}}),
        ("pk = :pk AND sk <= :a", {":a": {"S": "B#1"}}),
        ("pk = :pk AND sk = :a", {":a": {"S": "C"}}),
        ("pk = :pk AND sk BETWEEN :a AND :b", {":a": {"S": "C"}, ":b": {"S": "B"}}),
    ]
)
pages = st.fixed_dictionaries({}, optional={"Limit": st.integers(1, 4), "ScanIndexForward": st.booleans()})
filters = st.sampled_from(
    [
        ({}, {}),
        ({}, {}),
        ({"FilterExpression": "version = :one"}, {":one": {"N": "1"}}),
        ({"FilterExpression": "NOT contains(tags, :one)"}, {":one": {"S": "a"}}),
        ({"ProjectionExpression": "#v, sk", "ExpressionAttributeNames": {"#v": "version"}}, {}),
    ]
)
starts = st.one_of(st.just({}), st.just({}), sorts.map(lambda sort: {"ExclusiveStartKey": _key(sort)}))


def _query(span: Any, page: Any, narrowed: Any, start: Any) -> Call:
    values = {":pk": {"S": "$"}, **span[1], **narrowed[1]}
    return "query", {
        "TableName": TABLE, "KeyConditionExpression": span[0], "ExpressionAttributeValues": values,
        "ConsistentRead": True, **page, **narrowed[0], **start,
    }  # fmt: skip


def _index(page: Any, before: str) -> Call:
    values = {":pk": {"S": "PENDING$"}, ":before": {"S": before}}
    condition = "pending_pk = :pk AND pending_sk < :before"
    return "query", {
        "TableName": TABLE, "IndexName": "pending", "KeyConditionExpression": condition,
        "ExpressionAttributeValues": values, **page,
    }  # fmt: skip


calls = st.one_of(
    st.lists(operations, min_size=1, max_size=5).map(lambda each: ("transact_write_items", {"TransactItems": each})),
    st.lists(operations, min_size=1, max_size=5).map(lambda each: ("transact_write_items", {"TransactItems": each})),
    puts.map(lambda body: ("put_item", {"TableName": TABLE, **body})),
    updates.map(lambda body: ("update_item", {"TableName": TABLE, **body})),
    deletes.map(lambda body: ("delete_item", {"TableName": TABLE, **body})),
    sorts.map(lambda sort: ("get_item", {"TableName": TABLE, "Key": _key(sort), "ConsistentRead": True})),
    st.lists(sorts, min_size=1, max_size=4).map(
        lambda each: ("batch_get_item", {"RequestItems": {TABLE: {"Keys": [_key(sort) for sort in each]}}})
    ),
    st.builds(_query, spans, pages, filters, starts),
    st.builds(_index, pages, st.sampled_from(("2", "9"))),
)


def plain(value: Any) -> Any:
    """An answer without what may differ: the order of sets and of a batch, texts, ids."""
    if isinstance(value, dict):
        return {
            name: sorted(inner)
            if name == "SS"
            else sorted(map(plain, inner), key=repr)
            if name == TABLE
            else plain(inner)
            for name, inner in value.items()
            if name not in _SECONDARY
        }
    return [plain(each) for each in value] if isinstance(value, list | tuple) else value


def refused(error: ClientError) -> Any:
    """What a refusal says that a caller could act on."""
    answer: Any = error.response
    reasons = [(each.get("Code"), plain(each.get("Item"))) for each in answer.get("CancellationReasons", ())]
    return type(error).__name__, answer["Error"]["Code"], reasons, plain(answer.get("Item"))


def outcome(client: Any, operation: str, arguments: dict[str, Any]) -> Any:
    """What a call answers."""
    try:
        return plain(getattr(client, operation)(**arguments))
    except ClientError as error:
        return refused(error)


def named(value: Any, run: str) -> Any:
    """The same calls in partitions of their own."""
    if isinstance(value, dict):
        return {name: named(inner, run) for name, inner in value.items()}
    if isinstance(value, list):
        return [named(each, run) for each in value]
    return value.replace("$", run) if isinstance(value, str) else value


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
    answer = outcome(clients.dynamodb(), "update_item", {"TableName": TABLE, "Key": _key("A"), **change})
    assert answer[1] == "ValidationException"
    assert cloud.position == 0


def _put(sort: str, **more: Any) -> dict[str, Any]:
    return {"Put": {"TableName": TABLE, "Item": {**_key(sort), **more}}}


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
        return len(client.query(**_index({}, "9")[1])["Items"])

    client.put_item(TableName=TABLE, Item={**_key("A"), "pending_pk": {"S": "PENDING$"}, "pending_sk": {"S": "1"}})
    kept, before = cloud.snapshot(), cloud.items(TABLE)
    cloud.index_lags = True
    client.put_item(TableName=TABLE, Item={**_key("B"), "pending_pk": {"S": "PENDING$"}, "pending_sk": {"S": "2"}})
    client.update_item(TableName=TABLE, Key=_key("A"), UpdateExpression="REMOVE pending_pk, pending_sk")
    assert waiting() == 1
    cloud.index_catch_up()
    assert waiting() == 1
    client.put_item(TableName=TABLE, Item={**_key("C"), "expires_at": {"N": "1000"}})
    assert (cloud.expire(1000), cloud.expire(1001)) == (0, 1)
    names = [record["eventName"] for record in cloud.take_stream()]
    assert names == ["INSERT", "INSERT", "MODIFY", "INSERT", "REMOVE"]
    cloud.restore(kept)
    assert cloud.items(TABLE) == before
    assert waiting() == 1
    assert [record["dynamodb"]["Keys"] for record in cloud.take_stream()] == [_key("A")]


def test_writes_without_an_effect_leave_the_position_where_it_is(cloud: Cloud, client: Any) -> None:
    client.put_item(TableName=TABLE, Item=_key("A"))
    position = cloud.position
    client.put_item(TableName=TABLE, Item=_key("A"))
    client.delete_item(TableName=TABLE, Key=_key("B"))
    refused = outcome(client, "put_item", {"TableName": TABLE, "Item": _key("A"), **CONDITIONS[0]})
    assert refused[1] == "ConditionalCheckFailedException"
    assert cloud.position == position


def test_a_transaction_counts_once_for_its_token(cloud: Cloud, client: Any) -> None:
    change = {"TableName": TABLE, "Key": _key("A"), **UPDATES[1]}
    for _ in range(2):
        client.transact_write_items(TransactItems=[{"Update": change}], ClientRequestToken="once")
    assert cloud.items(TABLE)[("$", "A")]["version"] == {"N": "1"}
    with pytest.raises(client.exceptions.IdempotentParameterMismatchException):
        client.transact_write_items(
            TransactItems=[{"Delete": {"TableName": TABLE, "Key": _key("A")}}], ClientRequestToken="once"
        )


def test_what_nobody_needed_yet_says_so(cloud: Cloud, client: Any) -> None:
    with pytest.raises(NotImplementedError, match="DescribeLimits"):
        client.describe_limits()
    with pytest.raises(RuntimeError, match="already"), serving(Cloud()):
        pass


def test_a_meter_counts_here_as_on_the_emulator(client: Any) -> None:
    made: list[Call] = [
        ("put_item", {"TableName": TABLE, "Item": {**_key("A"), "text": {"S": "x" * 3000}}}),
        ("get_item", {"TableName": TABLE, "Key": _key("A"), "ConsistentRead": True}),
        ("transact_write_items", {"TransactItems": [_put("A", n={"N": "1"}), _put("B")]}),
        ("put_item", {"TableName": TABLE, "Item": _key("A"), **CONDITIONS[0]}),
        _query(("pk = :pk", {}), {}, ({"FilterExpression": "version = :one"}, {":one": {"N": "1"}}), {}),
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
