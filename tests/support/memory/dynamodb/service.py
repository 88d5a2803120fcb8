"""The operations of DynamoDB."""

import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from tests.support.memory.dynamodb import queries, reads
from tests.support.memory.dynamodb.table import Place, Table
from tests.support.memory.dynamodb.values import Item
from tests.support.memory.dynamodb.writes import Judged, judged, place_of
from tests.support.memory.errors import Refusal, Unfitting, invalid
from tests.support.memory.service import Service

MOST_TOGETHER = 100
MOST_BATCH = 25
MOST_BYTES_TOGETHER = 4 * 1024 * 1024
TOKEN_SECONDS = 600
EXPIRES_AT = "expires_at"


class Change(NamedTuple):
    """One item that was written; those of one transaction have the same position."""

    position: int
    table: str
    place: Place
    before: Item | None
    after: Item | None
    at: float
    expired: bool = False


class DynamoDB(Service):
    """All tables of the account, and every change of their items in order."""

    name = "dynamodb"

    def __init__(self, grow: Callable[[], int]) -> None:
        super().__init__(grow)
        self.tables: dict[str, Table] = {}
        self.changes: list[Change] = []
        self._lagging: dict[str, Any] | None = None
        self._tokens: dict[str, tuple[Any, float]] = {}

    def snapshot(self) -> Any:
        """What `restore` takes."""
        tables = {name: (table, table.snapshot()) for name, table in self.tables.items()}
        return tables, list(self.changes), dict(self._tokens), self._lagging

    def restore(self, kept: Any) -> None:
        """Hold again what was held then."""
        tables, changes, tokens, self._lagging = kept
        self.tables = {name: table for name, (table, _) in tables.items()}
        for table, state in tables.values():
            table.restore(state)
        self.changes, self._tokens = list(changes), dict(tokens)

    def lag(self, *, lags: bool) -> None:
        """Let queries of indexes see what these hold now, or what they hold at the time of the query."""
        self._lagging = {name: table.snapshot()[1] for name, table in self.tables.items()} if lags else None

    @property
    def lags(self) -> bool:
        """Whether the indexes have fallen behind."""
        return self._lagging is not None

    def expire(self, now: float) -> int:
        """Delete what was to expire before `now`, as the store does in its own time; how many items."""
        gone = []
        for table in self.tables.values():
            due = [(place, item) for place, item in table.all() if EXPIRES_AT in item]
            gone += [(table, place) for place, item in due if float(item[EXPIRES_AT].get("N", "inf")) < now]
        for table, place in gone:
            self._commit([Judged(table, place, table.get(place), None, True)], expired=True)
        return len(gone)

    def _table(self, name: str) -> Table:
        if name not in self.tables:
            raise Refusal("ResourceNotFoundException", "Requested resource not found")
        return self.tables[name]

    def _commit(self, operations: list[Judged], *, expired: bool = False) -> None:
        effective = [each for each in operations if each.before != each.after]
        if not effective:
            return
        position, now = self.grow(), time.time()
        for table, place, before, after, _ in effective:
            table.set(place, after)
            self.changes.append(Change(position, table.name, place, before, after, now, expired))

    def _create_table(self, arguments: Mapping[str, Any]) -> Any:
        if arguments["TableName"] in self.tables:
            raise Refusal("ResourceInUseException", "Table already exists: " + arguments["TableName"])
        self.tables[arguments["TableName"]] = Table(arguments)
        return self._describe_table(arguments, "TableDescription")

    def _describe_table(self, arguments: Mapping[str, Any], inside: str = "Table") -> Any:
        definition = self._table(arguments["TableName"]).definition
        return {inside: {**definition, "TableStatus": "ACTIVE", "TableArn": arn_of(arguments["TableName"])}}

    def _delete_table(self, arguments: Mapping[str, Any]) -> Any:
        self._table(arguments["TableName"])
        table = self.tables.pop(arguments["TableName"])
        return {"TableDescription": {**table.definition, "TableStatus": "DELETING"}}

    def _get_item(self, arguments: Mapping[str, Any]) -> Any:
        return reads.get(self._table(arguments["TableName"]), arguments)

    def _query(self, arguments: Mapping[str, Any]) -> Any:
        name = arguments["TableName"]
        lagging = self._lagging.get(name) if self._lagging else None
        return queries.query(self._table(name), arguments, lagging)

    def _scan(self, arguments: Mapping[str, Any]) -> Any:
        return reads.scan(self._table(arguments["TableName"]), arguments)

    def _batch_get_item(self, arguments: Mapping[str, Any]) -> Any:
        return reads.batch_get({name: self._table(name) for name in arguments["RequestItems"]}, arguments)

    def _put_item(self, arguments: Mapping[str, Any]) -> Any:
        return self._single("Put", arguments)

    def _update_item(self, arguments: Mapping[str, Any]) -> Any:
        return self._single("Update", arguments)

    def _delete_item(self, arguments: Mapping[str, Any]) -> Any:
        return self._single("Delete", arguments)

    def _single(self, kind: str, arguments: Mapping[str, Any]) -> Any:
        operation = judged(kind, self._table(arguments["TableName"]), arguments)
        if not operation.allowed:
            more = _old(operation, arguments)
            raise Refusal("ConditionalCheckFailedException", "The conditional request failed", **more)
        self._commit([operation])
        wanted = arguments.get("ReturnValues", "NONE")
        if wanted == "NONE":
            return {}
        if wanted not in ("ALL_OLD", "ALL_NEW"):
            raise NotImplementedError(f"ReturnValues {wanted}")
        item = operation.before if wanted == "ALL_OLD" else operation.after
        return {} if item is None else {"Attributes": dict(item)}

    def _batch_write_item(self, arguments: Mapping[str, Any]) -> Any:
        operations = []
        for name, requests in arguments["RequestItems"].items():
            for request in requests:
                ((kind, body),) = request.items()
                operations.append(judged(kind.removesuffix("Request"), self._table(name), body))
        if len(operations) > MOST_BATCH:
            raise invalid("Too many items requested for the BatchWriteItem call")
        if len({(each.table.name, each.place) for each in operations}) != len(operations):
            raise invalid("Provided list of item keys contains duplicates")
        for operation in operations:
            self._commit([operation])
        return {"UnprocessedItems": {}}

    def _transact_write_items(self, arguments: Mapping[str, Any]) -> Any:
        token = arguments.get("ClientRequestToken")
        if token is not None and self._known(token, arguments):
            return {}
        operations = self._together(arguments["TransactItems"])
        self._commit(operations)
        if token is not None:
            self._tokens[token] = (repr(arguments), time.time())
        return {}

    def _known(self, token: str, arguments: Mapping[str, Any]) -> bool:
        said, at = self._tokens.get(token, (None, 0.0))
        if said is None or time.time() - at > TOKEN_SECONDS:
            return False
        if said != repr(arguments):
            raise Refusal("IdempotentParameterMismatchException", "The token was used for other parameters")
        return True

    def _together(self, items: list[Mapping[str, Any]]) -> list[Judged]:
        if not 1 <= len(items) <= MOST_TOGETHER:
            raise invalid("Member must have length less than or equal to 100, and at least 1")
        pairs = [next(iter(each.items())) for each in items]
        bodies = [(kind, self._table(body["TableName"]), body) for kind, body in pairs]
        places = {(table.name, place_of(kind, table, body)) for kind, table, body in bodies}
        if len(places) != len(bodies):
            raise invalid("Transaction request cannot include multiple operations on one item")
        operations: list[Judged] = []
        reasons: list[dict[str, Any]] = []
        for kind, table, body in bodies:
            operation, reason = _judged(kind, table, body)
            reasons.append(reason)
            operations += [operation] if operation else []
        if any(reason["Code"] != "None" for reason in reasons):
            told = ", ".join(reason["Code"] for reason in reasons)
            message = f"Transaction cancelled, please refer cancellation reasons for specific reasons [{told}]"
            raise Refusal("TransactionCanceledException", message, CancellationReasons=reasons)
        if sum(each.after.size for each in operations if each.after is not None) > MOST_BYTES_TOGETHER:
            raise invalid("Collection size of items in the transaction exceeded 4 MB")
        return operations


def _judged(kind: str, table: Table, body: Mapping[str, Any]) -> tuple[Judged | None, dict[str, Any]]:
    try:
        operation = judged(kind, table, body)
    except Unfitting as wrong:
        return None, {"Code": "ValidationError", "Message": wrong.message}
    if operation.allowed:
        return operation, {"Code": "None"}
    reason = {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}
    return operation, {**reason, **_old(operation, body)}


def _old(operation: Judged, body: Mapping[str, Any]) -> dict[str, Any]:
    asked = body.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
    return {"Item": dict(operation.before)} if asked and operation.before is not None else {}


def arn_of(table: str) -> str:
    """The ARN of a table."""
    return f"arn:aws:dynamodb:us-east-1:000000000000:table/{table}"
