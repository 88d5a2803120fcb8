"""Seals: the write-once bucket they lie in, the list of them in the table, and the entries as they are stored."""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from chalicelib.domain.audit import sealing
from chalicelib.domain.errors import Unavailable
from chalicelib.repos import keys
from chalicelib.repos.audit_log import FIRST_DAY
from chalicelib.repos.files import GONE, Files
from chalicelib.repos.table import Item, Range, Table, key_of
from chalicelib.repos.transaction import Transaction

ATTEMPTS = 5
TAKEN = frozenset(("412", "PreconditionFailed"))
BEING_WRITTEN = "ConditionalRequestConflict"  # somebody else's write of this key is under way
DAY = timedelta(days=1)


class Vault:
    """The audit bucket. What lies there is never written again, by Object Lock and by the conditions used here."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def get(self, key: str) -> bytes | None:
        """What lies there; None when nothing does.

        Raises:
            Unavailable: no answer.
        """
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 -- loaded with the client

        try:
            found: bytes = self._files.send("get_object", Key=key)["Body"].read()
        except ClientError as refusal:
            if refusal.response["Error"]["Code"] in GONE:
                return None
            raise
        except BotoCoreError as broken:  # while the body was read
            raise Unavailable("The file store broke off its answer.") from broken
        return found

    def put_once(self, key: str, content: bytes, content_type: str) -> bytes:
        """Write a file unless there is one; returns what lies there in the end, so all who try see the same.

        Raises:
            Unavailable: no answer, or another writer kept being at it; the file may have been written.
        """
        from botocore.exceptions import ClientError  # noqa: PLC0415 -- loaded with the client

        # A bucket that locks what it holds takes nothing without a checksum; this one it also verifies.
        checksum = base64.b64encode(hashlib.sha256(content).digest()).decode()
        wanted = {"Key": key, "Body": content, "ContentType": content_type, "ChecksumSHA256": checksum}
        for _ in range(ATTEMPTS):
            try:
                self._files.send("put_object", IfNoneMatch="*", **wanted)
            except ClientError as refusal:
                code = refusal.response["Error"]["Code"]
                if code in TAKEN and (standing := self.get(key)) is not None:
                    return standing
                if code not in (*TAKEN, BEING_WRITTEN):
                    raise
            else:
                return content
        raise Unavailable("Somebody else keeps writing the same file.")


@dataclass(frozen=True)
class SealedDay:
    """What the table knows of a seal: the number of entries, and the sha256 (hex) of the seal."""

    day: str
    entries: int
    digest: str
    sealed_at: str


class SealedDays:
    """The list of the days that were sealed. The bucket is the truth; this is how they are found without it."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def newest(self) -> date | None:
        """The last day that was sealed."""
        found = self._table.query(Range(keys.SEALS, newest_first=True, limit=1)).items
        return date.fromisoformat(found[0]["sk"]) if found else None

    def oldest(self) -> date | None:
        """The first day that was sealed."""
        found = self._table.query(Range(keys.SEALS, limit=1)).items
        return date.fromisoformat(found[0]["sk"]) if found else None

    def between(self, first: date, last: date) -> dict[str, SealedDay]:
        """The days from `first` to `last` that were sealed."""
        wanted = Range(keys.SEALS, between=(first.isoformat(), last.isoformat()))
        return {item["sk"]: _sealed(item) for item in self._table.query_all(wanted)}


def keep(work: Transaction, sealed: SealedDay) -> None:
    """Add a day to the list; to do it again changes nothing."""
    facts = {"entries": sealed.entries, "digest": sealed.digest, "sealed_at": sealed.sealed_at}
    work.put(keys.seal(sealed.day), facts)


class Entries:
    """The cores of audit entries exactly as they are stored: DynamoDB's JSON, in the order of their ids."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def of_day(self, day: str, after: str | None = None) -> Iterator[dict[str, Any]]:
        """All entries of a UTC day, or those after this id; one Query a megabyte."""
        arguments: dict[str, Any] = {
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": {":pk": {"S": keys.audit_day(day)}},
            "ConsistentRead": True,
        }
        start = key_of(keys.audit_entry(day, after)) if after else None
        while True:
            answer = self._table.send("query", **arguments, **({"ExclusiveStartKey": start} if start else {}))
            yield from answer["Items"]
            start = answer.get("LastEvaluatedKey")
            if not start:
                return

    def any_of(self, day: date) -> bool:
        """Whether the day has entries."""
        return bool(self._table.query(Range(keys.audit_day(day.isoformat()), limit=1)).items)

    def first_day(self, last: date) -> date | None:
        """The first day that has entries, none after `last`; one Query a day, so only for a shop without a seal."""
        day = FIRST_DAY
        while day <= last:
            if self.any_of(day):
                return day
            day += DAY
        return None


def described(content: bytes) -> SealedDay:
    """What the table keeps of a seal.

    Raises:
        Damaged: the bytes are no seal.
    """
    seal = sealing.read(content)
    return SealedDay(seal.day, seal.entries, sealing.digest(content), seal.sealed_at)


def _sealed(item: Item) -> SealedDay:
    return SealedDay(item["sk"], int(item["entries"]), item["digest"], item["sealed_at"])
