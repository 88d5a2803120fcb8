"""What a piece of code costs at DynamoDB: its calls, and the units that AWS would bill for them.

The emulator's own capacity figures are flat, so units are counted from item sizes by DynamoDB's published rules: a
read unit is 4 KB read consistently (half of that eventually), a write unit is 1 KB of the larger of the item before
and after, a transaction counts twice, and a write that enters or leaves the sparse index costs one unit more. A
condition check in a transaction is counted like a write.

    with Meter(clients.dynamodb()) as meter:
        api.post(...)
    assert meter.operations == ["GetItem", "TransactWriteItems"]
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

import boto3

READ_UNIT = 4096
WRITE_UNIT = 1024
REFERENCE_PARTITIONS = frozenset(("STAFF", "SHOP"))
REMEMBERED = "IDEMPOTENCY#"
_PLACEHOLDER = re.compile(r"[#:]\w+")


def attribute_size(value: Mapping[str, Any]) -> int:
    """Bytes of one typed attribute value, by the rules of DynamoDB's developer guide."""
    ((kind, inner),) = value.items()
    if kind == "S":
        return len(inner.encode("utf-8", "surrogatepass"))
    if kind == "N":
        return math.ceil(len(inner.lstrip("-").replace(".", "").strip("0")) / 2) + 1
    if kind == "L":
        return 3 + sum(1 + attribute_size(each) for each in inner)
    if kind == "M":
        return 3 + sum(1 + len(name.encode()) + attribute_size(each) for name, each in inner.items())
    if kind in ("SS", "NS", "BS"):
        return sum(attribute_size({kind[0]: each}) for each in inner)
    return len(inner) if kind == "B" else 1


def item_size(item: Mapping[str, Any] | None) -> int:
    """Bytes of an item: names and values."""
    return sum(len(name.encode()) + attribute_size(value) for name, value in (item or {}).items())


@dataclass(frozen=True)
class Spent:
    """One call: its operation, the partitions it touched and the units it took."""

    operation: str
    partitions: tuple[str, ...]
    read_units: float
    write_units: float
    items: int
    failed: bool = False

    @property
    def on_top(self) -> bool:
        """Whether the budgets of docs/architecture.md leave it out: cached reference data, the idempotency read."""
        if self.operation == "Query":
            return set(self.partitions) <= REFERENCE_PARTITIONS
        return self.operation == "GetItem" and self.partitions[0].startswith(REMEMBERED)


class Meter:
    """Watches one botocore DynamoDB client while it is entered; calls of the meter itself are not counted."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._reader: Any = None
        self.all_calls: list[Spent] = []

    def __enter__(self) -> Self:
        self._reader = boto3.client(
            "dynamodb", endpoint_url=self._client.meta.endpoint_url, region_name=self._client.meta.region_name
        )
        self._client.meta.events.register_first("before-parameter-build.dynamodb", self._before)
        self._client.meta.events.register_last("after-call.dynamodb", self._after)
        self._client.listened = getattr(self._client, "listened", 0) + 1  # an account in memory then tells, too
        return self

    def __exit__(self, *_: object) -> None:
        self._client.meta.events.unregister("before-parameter-build.dynamodb", self._before)
        self._client.meta.events.unregister("after-call.dynamodb", self._after)
        self._client.listened -= 1
        self._reader.close()

    @property
    def calls(self) -> list[Spent]:
        """The calls that a budget counts, in order."""
        return [call for call in self.all_calls if not call.on_top]

    @property
    def operations(self) -> list[str]:
        """The names of the calls that a budget counts, in order."""
        return [call.operation for call in self.calls]

    @property
    def read_units(self) -> float:
        """Read units of the calls that a budget counts."""
        return sum(call.read_units for call in self.calls)

    @property
    def write_units(self) -> float:
        """Write units of the calls that a budget counts."""
        return sum(call.write_units for call in self.calls)

    def _before(self, params: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
        writes = list(_writes(model.name, params))
        context["meter"] = (dict(params), [(kind, body, self._item(body)) for kind, body in writes])

    def _after(self, parsed: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
        params, writes = context.pop("meter", ({}, []))
        failed = "Error" in parsed
        twice = 2 if model.name.startswith("Transact") else 1
        spent = Spent(
            operation=model.name,
            partitions=tuple(_partitions(model.name, params)),
            read_units=0 if failed else self._read_units(model.name, params, parsed),
            write_units=sum(self._write_units(body, before, twice) for _, body, before in writes),
            items=len(writes) or len(parsed.get("Items", ())) or int("Item" in parsed),
            failed=failed,
        )
        self.all_calls.append(spent)

    def _item(self, body: Mapping[str, Any]) -> dict[str, Any] | None:
        key = body.get("Key") or {name: body["Item"][name] for name in ("pk", "sk")}
        answer = self._reader.get_item(TableName=body["TableName"], Key=key, ConsistentRead=True)
        item: dict[str, Any] | None = answer.get("Item")
        return item

    def _write_units(self, body: Mapping[str, Any], before: Mapping[str, Any] | None, twice: int) -> float:
        after = self._item(body)
        units = twice * max(1, math.ceil(max(item_size(before), item_size(after)) / WRITE_UNIT))
        entered, left = ("pending_pk" in (item or {}) for item in (after, before))
        return units + int(entered != left)

    def _read_units(self, operation: str, params: Mapping[str, Any], parsed: Mapping[str, Any]) -> float:
        if operation == "GetItem":
            return _units(item_size(parsed.get("Item")), consistent=params.get("ConsistentRead", False))
        if operation == "BatchGetItem":
            wanted = params["RequestItems"]
            return sum(
                _units(item_size(item), consistent=wanted[table].get("ConsistentRead", False))
                for table, items in parsed["Responses"].items()
                for item in items
            )
        if operation in ("Query", "Scan"):
            size = sum(item_size(item) for item in self._examined(operation, params, parsed))
            return _units(size, consistent=params.get("ConsistentRead", False))
        return 0

    def _examined(self, operation: str, params: Mapping[str, Any], parsed: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The whole items that were read: those that a filter dropped and fields that were not asked for cost too."""
        if operation == "Scan" or not {"FilterExpression", "ProjectionExpression"} & params.keys():
            return list(parsed.get("Items", ()))
        whole = {k: v for k, v in params.items() if k not in ("FilterExpression", "ProjectionExpression")}
        used = set(_PLACEHOLDER.findall(params["KeyConditionExpression"]))
        for name in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
            kept = {key: value for key, value in whole.pop(name, {}).items() if key in used}
            whole |= {name: kept} if kept else {}
        examined = parsed.get("ScannedCount", 0)
        return list(self._reader.query(**{**whole, "Limit": examined})["Items"]) if examined else []


def _units(size: int, *, consistent: bool) -> float:
    return max(1, math.ceil(size / READ_UNIT)) * (1 if consistent else 0.5)


def _writes(operation: str, params: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if operation == "TransactWriteItems":
        for each in params["TransactItems"]:
            yield from each.items()
    elif operation in ("PutItem", "UpdateItem", "DeleteItem"):
        yield operation.removesuffix("Item"), params
    elif operation == "BatchWriteItem":
        for table, requests in params["RequestItems"].items():
            for request in requests:
                ((kind, body),) = request.items()
                yield kind.removesuffix("Request"), {**body, "TableName": table}


def _partitions(operation: str, params: Mapping[str, Any]) -> Iterator[str]:
    if operation == "Query":
        yield from (value["S"] for name, value in params["ExpressionAttributeValues"].items() if name == ":pk")
    elif operation == "GetItem":
        yield params["Key"]["pk"]["S"]
    elif operation == "BatchGetItem":
        yield from (key["pk"]["S"] for wanted in params["RequestItems"].values() for key in wanted["Keys"])
    else:
        for _, body in _writes(operation, params):
            yield (body.get("Key") or body["Item"])["pk"]["S"]
