"""What a call of AWS reads and writes: two calls that do not meet lead to the same end in either order."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

LAST = chr(0x10FFFF)
READING = ("Get", "Head", "List", "Describe", "AdminGet", "AdminList", "Query", "Scan", "BatchGet")
# Nobody looks at what these leave behind while the commands run: their order among each other is no difference.
OUTGOING = ("sqs", "ses", "sesv2", "events")


@dataclass(frozen=True)
class Touch:
    """Items of one partition, from one sort key to another; `kind` is read, write or add (a figure counted up)."""

    kind: str
    partition: str
    first: str = ""
    last: str = LAST

    def meets(self, other: "Touch") -> bool:
        """Whether the order of the two makes a difference."""
        if self.kind == other.kind and self.kind in ("read", "add"):
            return False
        if self.partition != other.partition:
            return "*" in (self.partition, other.partition)
        return self.first <= other.last and other.first <= self.last


Touches = frozenset[Touch]


def meet(some: Touches, others: Touches) -> bool:
    """Whether two calls must be tried in both orders."""
    return any(one.meets(other) for one in some for other in others)


def touches(service: str, operation: str, arguments: Mapping[str, Any]) -> Touches:
    """What a call touches."""
    if service == "dynamodb":
        return frozenset(_of_table(operation, arguments))
    if service in OUTGOING:
        return frozenset({Touch("add", service)})
    kind = "read" if operation.startswith(READING) else "write"
    if service == "s3" and "Key" in arguments:
        return frozenset({_exactly(kind, f"s3 {arguments['Bucket']}", arguments["Key"])})
    if service == "sns" and operation == "Publish":
        return frozenset({Touch("add", service)})
    return frozenset({Touch(kind, service)})


def _exactly(kind: str, partition: str, key: str) -> Touch:
    return Touch(kind, partition, key, key)


def _of_table(operation: str, arguments: Mapping[str, Any]) -> Iterator[Touch]:
    if operation == "TransactWriteItems":
        for each in arguments["TransactItems"]:
            yield from _of_operation(*next(iter(each.items())))
    elif operation == "BatchGetItem":
        for wanted in arguments["RequestItems"].values():
            yield from (_at("read", key) for key in wanted["Keys"])
    elif operation == "Query":
        yield _queried(arguments)
    elif operation == "Scan":
        yield Touch("read", "*")
    else:
        yield from _of_operation(operation.removesuffix("Item"), arguments)


def _of_operation(kind: str, body: Mapping[str, Any]) -> Iterator[Touch]:
    key = body.get("Key") or body["Item"]
    if kind in ("ConditionCheck", "Get"):
        yield _at("read", key)
        return
    expression = body.get("UpdateExpression", "")
    counted = expression.startswith("ADD ") and "SET" not in expression and "ConditionExpression" not in body
    yield _at("add" if counted else "write", key)


def _at(kind: str, key: Mapping[str, Any]) -> Touch:
    return _exactly(kind, key["pk"]["S"], key["sk"]["S"])


def _queried(arguments: Mapping[str, Any]) -> Touch:
    values = {name: value.get("S", "") for name, value in arguments["ExpressionAttributeValues"].items()}
    if "IndexName" in arguments:  # of events that wait to be relayed: any write may bring one
        return Touch("read", "*")
    if "BETWEEN" in arguments["KeyConditionExpression"]:
        return Touch("read", values[":pk"], values[":from"], values[":to"])
    begins = values.get(":begins", "") if "begins_with" in arguments["KeyConditionExpression"] else ""
    return Touch("read", values[":pk"], begins, begins + LAST)
