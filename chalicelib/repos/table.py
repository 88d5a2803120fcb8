"""The single table: reads and one atomic write, in plain Python values."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from chalicelib.domain.errors import Unavailable
from chalicelib.repos import silence
from chalicelib.repos.keys import Key

Item = dict[str, Any]
Client = Any  # botocore makes its clients at run time; no type says what they can do
_OF_SEVERAL_TABLES = frozenset(("transact_write_items", "batch_get_item"))
BATCH = 100
BATCH_ROUNDS = 8
# Answers of the store that say "not now": whether a write happened may be unknown to us.
PASSING = frozenset(
    (
        "InternalServerError",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ThrottlingException",
    )
)


@cache
def _codec() -> tuple[Any, Any]:
    from boto3.dynamodb.types import TypeDeserializer, TypeSerializer  # noqa: PLC0415 -- kept out of the cold start

    return TypeSerializer().serialize, TypeDeserializer().deserialize


def encode(values: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values as the store's typed attributes; None is left out."""
    return {name: _typed(value) for name, value in values.items() if value is not None}


def decode(attributes: Mapping[str, Any]) -> Item:
    """The store's typed attributes as plain values (numbers are Decimal)."""
    return {name: typed["S"] if "S" in typed else _codec()[1](typed) for name, typed in attributes.items()}


def _typed(value: Any) -> Any:
    """Texts, flags and whole numbers by themselves: boto3's way asks eight questions of each."""
    kind = type(value)
    if kind is str:
        return {"S": value}
    if kind is bool:
        return {"BOOL": value}
    return {"N": str(value)} if kind is int else _codec()[0](value)


def key_of(key: Key) -> dict[str, Any]:
    """A key as the store wants it."""
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}


@dataclass(frozen=True)
class Page:
    """Items of one Query and, when more may follow, the sort key to go on after."""

    items: list[Item]
    last: str | None


@dataclass(frozen=True)
class Range:
    """Which items of a partition to read: by the beginning of the sort key, or between two of them."""

    pk: str
    begins: str = ""
    between: tuple[str, str] | None = None
    after: str | None = None
    newest_first: bool = False
    limit: int | None = None
    filter: str | None = None
    values: Mapping[str, Any] | None = None
    names: Mapping[str, str] | None = None
    fields: Sequence[str] = ()


class Table:
    """One DynamoDB table through a low-level client (it is thread-safe, unlike a resource)."""

    def __init__(self, client: Client, name: str) -> None:
        self._client = client
        self.name = name

    def get(self, key: Key) -> Item | None:
        """One item, read consistently; None when there is none."""
        answer = self.send("get_item", Key=key_of(key), ConsistentRead=True)
        return decode(answer["Item"]) if "Item" in answer else None

    def get_many(self, keys: Sequence[Key]) -> dict[Key, Item]:
        """Those of the keys that exist, read consistently, 100 a call.

        Raises:
            Unavailable: the store kept leaving keys out.
        """
        if len(keys) == 1:  # the usual search finds one, and a single read is the quicker call
            only = self.get(keys[0])
            return {} if only is None else {keys[0]: only}
        found: dict[Key, Item] = {}
        for start in range(0, len(keys), BATCH):
            for item in self._batch(keys[start : start + BATCH]):
                found[Key(item["pk"], item["sk"])] = item
        return found

    def _batch(self, keys: Sequence[Key]) -> Iterator[Item]:
        wanted: Any = {self.name: {"Keys": [key_of(key) for key in keys], "ConsistentRead": True}}
        for _ in range(BATCH_ROUNDS):
            answer = self.send("batch_get_item", RequestItems=wanted)
            yield from map(decode, answer["Responses"].get(self.name, ()))
            wanted = answer.get("UnprocessedKeys")
            if not wanted:
                return
        raise Unavailable("The store is too busy to read these records.")

    def query(self, wanted: Range) -> Page:
        """One Query, read consistently; `limit` counts examined items, before the filter."""
        answer = self.send("query", **_query_arguments(wanted))
        last = answer.get("LastEvaluatedKey")
        return Page([decode(item) for item in answer["Items"]], last["sk"]["S"] if last else None)

    def query_all(self, wanted: Range) -> Iterator[Item]:
        """All items of a range, page after page."""
        while True:
            page = self.query(wanted)
            yield from page.items
            if page.last is None:
                return
            wanted = replace(wanted, after=page.last)

    def write(self, operations: Iterable[Mapping[str, Any]]) -> None:
        """All operations or none (TransactWriteItems).

        Raises:
            botocore.exceptions.ClientError: the transaction was cancelled.
            Unavailable: no answer; the operations may have happened.
        """
        self.send("transact_write_items", TransactItems=list(operations))

    def send(self, operation: str, **arguments: Any) -> Any:
        """One call of the store; a passing failure, after the client's own retries, becomes Unavailable."""
        if operation not in _OF_SEVERAL_TABLES:
            arguments["TableName"] = self.name
        with silence.made_known(PASSING, "The store did not answer in time. Send the same request again."):
            return getattr(self._client, operation)(**arguments)


def _query_arguments(wanted: Range) -> dict[str, Any]:
    condition, values = "pk = :pk", {":pk": wanted.pk, **(wanted.values or {})}
    if wanted.between:
        condition += " AND sk BETWEEN :from AND :to"
        values |= {":from": wanted.between[0], ":to": wanted.between[1]}
    elif wanted.begins:
        condition += " AND begins_with(sk, :begins)"
        values[":begins"] = wanted.begins
    arguments: dict[str, Any] = {
        "KeyConditionExpression": condition,
        "ExpressionAttributeValues": encode(values),
        "ScanIndexForward": not wanted.newest_first,
        "ConsistentRead": True,
    }
    names = dict(wanted.names or {})
    if wanted.fields:
        names |= {f"#{field}": field for field in wanted.fields}
        arguments["ProjectionExpression"] = ", ".join(f"#{field}" for field in wanted.fields)
    if names:
        arguments["ExpressionAttributeNames"] = names
    if wanted.limit is not None:
        arguments["Limit"] = wanted.limit
    if wanted.filter:
        arguments["FilterExpression"] = wanted.filter
    if wanted.after is not None:
        arguments["ExclusiveStartKey"] = key_of(Key(wanted.pk, wanted.after))
    return arguments
