"""One command, one transaction: entities, index entries, event, audit and idempotency record commit together."""

import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from chalicelib.domain.call import Call
from chalicelib.domain.errors import Busy, Invalid
from chalicelib.domain.work import Change, Event
from chalicelib.repos import audit_items, event_items
from chalicelib.repos.keys import Key
from chalicelib.repos.table import Item, Table, decode, encode, key_of

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

MOST_ITEMS = 100
ATTEMPTS = 5
FIRST_PAUSE = 0.02
CONFLICTS = frozenset(("TransactionConflict", "TransactionInProgressException", "ThrottlingError"))
Refusal = Callable[[Item | None], Exception]
Answer = TypeVar("Answer")


class Retry(Exception):
    """Something changed between read and write: the command is to be run again from its reads."""


def place_of(operation: Mapping[str, Any]) -> Key:
    """The key of the item that an operation is about."""
    ((_, body),) = operation.items()
    key = body.get("Key") or body["Item"]
    return Key(key["pk"]["S"], key["sk"]["S"])


def again(_: Item | None) -> Exception:
    """The refusal of a condition that only guards against a stale read."""
    return Retry()


class Contended(Retry):
    """Another transaction was at one of the items at this very moment: the same may be written again."""


class Transaction:
    """Collects the operations of one command and commits them at once.

    Every condition stands beside the error to raise when it fails; that error may look at the item as it was.
    """

    def __init__(self, table: Table, call: Call, attempt: int = 0) -> None:
        self.table = table
        self.call = call
        self.attempt = attempt
        self._operations: list[dict[str, Any]] = []
        self._refusals: list[Refusal] = []
        self._counts: dict[Key, Counter[str]] = {}
        self._afterwards: list[Callable[[], None]] = []

    def __len__(self) -> int:
        return len(self._operations) + len(self._counts)

    def put(
        self,
        key: Key,
        attributes: Mapping[str, Any],
        *,
        condition: str | None = None,
        values: Mapping[str, Any] | None = None,
        otherwise: Refusal = again,
        first: bool = False,
    ) -> None:
        """Write an item whole; the refusal of a `first` one counts before all others."""
        body = {"Item": {**key_of(key), **encode(attributes)}}
        self._add("Put", body, condition, values, None, otherwise)
        if first:
            self._operations.insert(0, self._operations.pop())
            self._refusals.insert(0, self._refusals.pop())

    def update(
        self,
        key: Key,
        expression: str,
        values: Mapping[str, Any],
        *,
        condition: str | None = None,
        names: Mapping[str, str] | None = None,
        otherwise: Refusal = again,
    ) -> None:
        """Change attributes of an item by an update expression."""
        body = {"Key": key_of(key), "UpdateExpression": expression}
        self._add("Update", body, condition, values, names, otherwise)

    def delete(
        self,
        key: Key,
        *,
        condition: str | None = None,
        values: Mapping[str, Any] | None = None,
        otherwise: Refusal = again,
    ) -> None:
        """Remove an item."""
        self._add("Delete", {"Key": key_of(key)}, condition, values, None, otherwise)

    def check(
        self,
        key: Key,
        condition: str,
        values: Mapping[str, Any] | None = None,
        *,
        names: Mapping[str, str] | None = None,
        otherwise: Refusal = again,
    ) -> None:
        """Let the transaction fail unless the condition holds of an item it does not write."""
        self._add("ConditionCheck", {"Key": key_of(key)}, condition, values, names, otherwise)

    def add(self, key: Key, **steps: int) -> None:
        """Count attributes of an item up or down; steps at the same item come together into one operation."""
        self._counts.setdefault(key, Counter()).update(steps)

    def join(self, other: "Transaction") -> bool:
        """Take over what another command collected; False, and nothing taken, when both cannot be one transaction.

        They cannot when both write the same item, or are too much together. A check that both make is made once.
        """
        known = [(place_of(each), each) for each in self._operations]
        places, checks = {place for place, _ in known}, [each for _, each in known if "ConditionCheck" in each]
        added = [pair for pair in zip(other._operations, other._refusals, strict=True) if pair[0] not in checks]
        items = len(self) + len(added) + len(other._counts.keys() - self._counts.keys())
        if items > MOST_ITEMS or any(place_of(operation) in places for operation, _ in added):
            return False
        self._operations += [operation for operation, _ in added]
        self._refusals += [refusal for _, refusal in added]
        self._afterwards += other._afterwards
        for key, steps in other._counts.items():
            self.add(key, **steps)
        return True

    def writes(self, key: Key) -> bool:
        """Whether an operation on this item is part of it, so that there may be no other one."""
        return any(place_of(each) == key for each in self._operations)

    def record(self, event: Event) -> str:
        """Write an event; returns its id."""
        event_id, key, attributes = event_items.build(event, self.call)
        self.put(key, attributes, condition="attribute_not_exists(pk)")
        return event_id

    def audit(self, change: Change) -> None:
        """Write an audit entry: the sealed core, and the values with the record they belong to."""
        for key, attributes in audit_items.build(change, self.call):
            self.put(key, attributes, condition="attribute_not_exists(pk)")

    def afterwards(self, action: Callable[[], None]) -> None:
        """Do this once the commit was tried, also when its outcome is unknown: what was cached may be outdated."""
        self._afterwards.append(action)

    def commit(self) -> None:
        """Write everything or nothing.

        Raises:
            Retry: another writer was in the way, or a read was stale.
            DomainError: the first condition that does not hold, in the order of the operations.
            Invalid: more than one transaction can hold.
        """
        from botocore.exceptions import ClientError  # noqa: PLC0415 -- loaded with the client

        operations = [*self._operations, *map(self._counting, self._counts.items())]
        if not operations:
            return
        if len(operations) > MOST_ITEMS:
            # The largest create and PATCH fit; an upsert that replaces every field and adds many tags does not.
            detail = f"This changes {len(operations)} records at once, over {MOST_ITEMS}. Send the tags apart."
            raise Invalid(detail, code="too_many_changes")
        try:
            self.table.write(operations)
        except ClientError as cancelled:
            raise self._reason(cancelled) from cancelled
        finally:
            for action in self._afterwards:
                action()

    def _add(
        self,
        kind: str,
        body: dict[str, Any],
        condition: str | None,
        values: Mapping[str, Any] | None,
        names: Mapping[str, str] | None,
        otherwise: Refusal,
    ) -> None:
        body["TableName"] = self.table.name
        if condition:
            body["ConditionExpression"] = condition
            body["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        if values:
            body["ExpressionAttributeValues"] = encode(values)
        if names:
            body["ExpressionAttributeNames"] = dict(names)
        self._operations.append({kind: body})
        self._refusals.append(otherwise)

    def _counting(self, counts: tuple[Key, Mapping[str, int]]) -> dict[str, Any]:
        key, steps = counts
        return {
            "Update": {
                "TableName": self.table.name,
                "Key": key_of(key),
                "UpdateExpression": "ADD " + ", ".join(f"#{name} :{name}" for name in steps),
                "ExpressionAttributeNames": {f"#{name}": name for name in steps},
                "ExpressionAttributeValues": encode({f":{name}": step for name, step in steps.items()}),
            }
        }

    def _reason(self, cancelled: "ClientError") -> Exception:
        if cancelled.response["Error"]["Code"] in CONFLICTS:
            return Contended()
        reasons: list[Mapping[str, Any]] = cancelled.response.get("CancellationReasons", [])
        for refusal, reason in zip(self._refusals, reasons, strict=False):
            if reason.get("Code") == "ConditionalCheckFailed":
                old = reason.get("Item")
                return refusal(decode(old) if old else None)
        if any(reason.get("Code") in CONFLICTS for reason in reasons):
            return Contended()
        unexpected: Exception = cancelled
        return unexpected


def commit_with_retry(
    table: Table,
    call: Call,
    command: Callable[[Transaction], Answer],
    *,
    dry_run: bool = False,
    pause: Callable[[float], None] = time.sleep,
) -> Answer:
    """Run a command and commit what it wrote; on a conflict run it again, at most five times with jitter.

    Raises:
        Busy: the conflicts did not settle; nothing was written.
    """
    for attempt in range(ATTEMPTS):
        transaction = Transaction(table, call, attempt)
        try:
            answer = command(transaction)
            if not dry_run:
                transaction.commit()
        except Retry:
            pause(random.uniform(0, FIRST_PAUSE * 2**attempt))  # nosec B311  # noqa: S311 -- spreads retries, protects nothing
        else:
            return answer
    raise Busy("Others are changing the same records. Try again in a moment.")
