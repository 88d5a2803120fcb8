"""The meter counts as DynamoDB's rules say."""

from typing import Any

import pytest

from chalicelib.wiring import clients
from tests.support.meter import Meter, item_size

pytestmark = pytest.mark.emulator
TABLE = "facet-test"


def key(sk: str) -> dict[str, Any]:
    return {"pk": {"S": "METER"}, "sk": {"S": sk}}


@pytest.mark.parametrize(
    ("item", "size"),
    [
        ({"pk": {"S": "é"}}, 4),
        ({"n": {"N": "0"}}, 2),
        ({"n": {"N": "-12.5"}}, 4),
        ({"b": {"BOOL": True}}, 2),
        ({"l": {"L": [{"S": "ab"}, {"N": "7"}]}}, 1 + 3 + 1 + 2 + 1 + 2),
        ({"m": {"M": {"k": {"S": "v"}}}}, 1 + 3 + 1 + 1 + 1),
    ],
)
def test_sizes(item: dict[str, Any], size: int) -> None:
    assert item_size(item) == size


@pytest.mark.usefixtures("deployment")
def test_reads_and_writes_are_counted_by_size() -> None:
    client = clients.dynamodb()
    with Meter(client) as meter:
        client.put_item(TableName=TABLE, Item={**key("a"), "text": {"S": "x" * 5000}})
        client.get_item(TableName=TABLE, Key=key("a"), ConsistentRead=True)
        client.get_item(TableName=TABLE, Key=key("missing"))
        client.transact_write_items(
            TransactItems=[
                {"Delete": {"TableName": TABLE, "Key": key("a")}},
                {"Put": {"TableName": TABLE, "Item": {**key("b"), "pending_pk": {"S": "P"}, "pending_sk": {"S": "1"}}}},
            ]
        )
    assert meter.operations == ["PutItem", "GetItem", "GetItem", "TransactWriteItems"]
    assert [(call.read_units, call.write_units) for call in meter.calls] == [(0, 5), (2, 0), (0.5, 0), (0, 10 + 2 + 1)]
    client.get_item(TableName=TABLE, Key=key("b"))
    assert len(meter.calls) == 4


@pytest.mark.usefixtures("deployment")
def test_a_query_pays_for_what_it_examines() -> None:
    client = clients.dynamodb()
    for sk in ("q1", "q2"):
        client.put_item(TableName=TABLE, Item={**key(sk), "text": {"S": "x" * 3000}})
    with Meter(client) as meter:
        client.query(
            TableName=TABLE,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :q)",
            FilterExpression="#t = :none",
            ProjectionExpression="sk",
            ExpressionAttributeNames={"#t": "text"},
            ExpressionAttributeValues={":pk": {"S": "METER"}, ":q": {"S": "q"}, ":none": {"S": "-"}},
            ConsistentRead=True,
        )
    assert [call.read_units for call in meter.calls] == [2]
