"""Queries through the windows give what a plain reading of DynamoDB's rules gives."""

import itertools
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.local.emulated import Emulated

pytestmark = pytest.mark.emulator
_partitions = itertools.count()
sorts = st.text("ab#é\U0001f48e", min_size=1, max_size=3)
numbers = st.decimals(-99, 99, places=1).map(lambda value: str(value.normalize() + 0))
LIVELY = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture(scope="module")
def tables(shared: Emulated) -> Emulated:
    shared.make_table("texts")
    shared.make_table("numbers", sort_kind="N")
    return shared


def _key(kind: str, value: str) -> Any:
    return value if kind == "S" else Decimal(value)


CONDITIONS = {
    "#s = :a": lambda key, a, _: key == a,
    "#s < :a": lambda key, a, _: key < a,
    "#s <= :a": lambda key, a, _: key <= a,
    "#s > :a": lambda key, a, _: key > a,
    "#s >= :a": lambda key, a, _: key >= a,
    "#s BETWEEN :a AND :b": lambda key, a, b: a <= key <= b,
    "begins_with(#s, :a)": lambda key, a, _: key.startswith(a),
}


def _all_pages(client: Any, request: dict[str, Any], limit: int | None) -> list[dict[str, Any]]:
    """Every item in order, page by page; a page is never longer than the limit."""
    found, more = [], dict[str, Any]()
    while True:
        page = client.query(**request, **more, **({"Limit": limit} if limit else {}))
        assert limit is None or len(page["Items"]) <= limit
        found += page["Items"]
        if "LastEvaluatedKey" not in page:
            return found
        more = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def _request(table: str, names: tuple[str, str], values: dict[str, Any], condition: str | None) -> dict[str, Any]:
    """A query of one partition, with a range on the sort key when there is a condition."""
    partition, sort = names
    used = {name: value for name, value in values.items() if name == ":p" or (condition and name in condition)}
    aliases = {"#p": partition, **({"#s": sort} if condition else {})}
    return {
        "TableName": table,
        "KeyConditionExpression": "#p = :p" + (f" AND {condition}" if condition else ""),
        "ExpressionAttributeNames": aliases,
        "ExpressionAttributeValues": used,
    }


def _check(
    tables: Emulated,
    kind: str,
    keys: list[str],
    condition: str | None,
    bounds: list[str],
    *,
    forward: bool,
    limit: int | None,
) -> None:
    client, table = tables.client("dynamodb"), "texts" if kind == "S" else "numbers"
    partition = f"p{next(_partitions)}"
    for key in keys:
        client.put_item(TableName=table, Item={"pk": {"S": partition}, "sk": {kind: key}})
    low, high = sorted(bounds, key=lambda value: _key(kind, value))
    values = {":p": {"S": partition}, ":a": {kind: low}, ":b": {kind: high}}
    request = _request(table, ("pk", "sk"), values, condition)
    found = _all_pages(client, {**request, "ScanIndexForward": forward}, limit)
    holds = CONDITIONS[condition] if condition else lambda *_: True
    wanted = [key for key in keys if holds(_key(kind, key), _key(kind, low), _key(kind, high))]
    wanted.sort(key=lambda key: key.encode() if kind == "S" else Decimal(key), reverse=not forward)
    assert [_key(kind, item["sk"][kind]) for item in found] == [_key(kind, key) for key in wanted]


@LIVELY
@given(
    st.lists(sorts, unique=True, max_size=8),
    st.sampled_from([None, *sorted(CONDITIONS)]),
    st.lists(sorts, min_size=2, max_size=2),
    st.booleans(),
    st.none() | st.integers(1, 4),
)
def test_texts(
    tables: Emulated, keys: list[str], condition: str | None, bounds: list[str], forward: bool, limit: int | None
) -> None:
    _check(tables, "S", keys, condition, bounds, forward=forward, limit=limit)


@LIVELY
@given(
    st.lists(numbers, unique=True, max_size=8),
    st.sampled_from([None, *sorted(name for name in CONDITIONS if "begins" not in name)]),
    st.lists(numbers, min_size=2, max_size=2),
    st.booleans(),
    st.none() | st.integers(1, 4),
)
def test_numbers(
    tables: Emulated, keys: list[str], condition: str | None, bounds: list[str], forward: bool, limit: int | None
) -> None:
    _check(tables, "N", keys, condition, bounds, forward=forward, limit=limit)


@LIVELY
@given(
    st.lists(st.tuples(st.integers(0, 6), st.none() | sorts), max_size=12),
    st.sampled_from([None, *sorted(CONDITIONS)]),
    st.lists(sorts, min_size=2, max_size=2),
    st.booleans(),
    st.none() | st.integers(1, 4),
)
def test_an_index_follows_every_change(
    tables: Emulated,
    writes: list[tuple[int, str | None]],
    condition: str | None,
    bounds: list[str],
    forward: bool,
    limit: int | None,
) -> None:
    client, partition = tables.client("dynamodb"), f"i{next(_partitions)}"
    now: dict[str, str] = {}
    for number, sort in writes:
        key = {"pk": {"S": partition}, "sk": {"S": str(number)}}
        indexed = {"gsi_pk": {"S": partition}, "gsi_sk": {"S": sort}} if sort else {}
        client.put_item(TableName="texts", Item={**key, **indexed})
        now.pop(str(number), None)
        if sort:
            now[str(number)] = sort
    low, high = sorted(bounds)
    values = {":p": {"S": partition}, ":a": {"S": low}, ":b": {"S": high}}
    request = _request("texts", ("gsi_pk", "gsi_sk"), values, condition)
    found = _all_pages(client, {**request, "IndexName": "by_gsi", "ScanIndexForward": forward}, limit)
    holds = CONDITIONS[condition] if condition else lambda *_: True
    wanted = sorted(((sort, key) for key, sort in now.items() if holds(sort, low, high)), reverse=not forward)
    assert [(item["gsi_sk"]["S"], item["sk"]["S"]) for item in found] == wanted


def test_pages_end_at_a_megabyte_and_lose_nothing(tables: Emulated) -> None:
    client = tables.client("dynamodb")
    for number in range(6):
        item = {"pk": {"S": "large"}, "sk": {"S": str(number)}, "doc": {"S": "x" * 300_000}}
        client.put_item(TableName="texts", Item=item)
    request = _request("texts", ("pk", "sk"), {":p": {"S": "large"}}, None)
    first = client.query(**request)
    assert len(first["Items"]) == 3
    assert "LastEvaluatedKey" in first
    assert [item["sk"]["S"] for item in _all_pages(client, request, None)] == ["0", "1", "2", "3", "4", "5"]


@pytest.mark.parametrize(
    "condition", ["pk = :p AND", "pk = :p AND other = :p", "pk > :p", "(pk = :p", "pk = :p AND begins_with(sk, :p"]
)
def test_a_condition_that_dynamodb_refuses_is_refused(tables: Emulated, condition: str) -> None:
    client = tables.client("dynamodb")
    client.put_item(TableName="texts", Item={"pk": {"S": "x"}, "sk": {"S": "x"}})
    with pytest.raises(client.exceptions.ClientError) as refused:
        client.query(TableName="texts", KeyConditionExpression=condition, ExpressionAttributeValues={":p": {"S": "x"}})
    assert refused.value.response["Error"]["Code"] == "ValidationException"
