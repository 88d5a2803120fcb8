"""A shop whose audit is sealed: a table and a locked bucket of a test's own, entries on days the test says."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from chalicelib.config import settings
from chalicelib.domain.audit import sealing
from chalicelib.domain.audit.sealing import Seal
from chalicelib.domain.call import Actor, Call
from chalicelib.domain.work import Change
from chalicelib.repos import keys
from chalicelib.repos.transaction import commit_with_retry
from chalicelib.wiring import clients, store
from tests.support.sweeping import Context, own_table, tick

DEVIKA = Actor("usr_00000000000000000000000000", "Devika Menon")
DAY = timedelta(days=1)


def make_bucket(name: str) -> str:
    """A bucket that locks what it holds, as the template has it."""
    clients.s3().create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Years": 1}}
    lock = {"ObjectLockEnabled": "Enabled", "Rule": rule}
    clients.s3().put_object_lock_configuration(Bucket=name, ObjectLockConfiguration=lock)
    return name


@contextmanager
def own_shop() -> Iterator[str]:
    """Let everything use a fresh table and a fresh bucket; yields the name of the bucket."""
    shared = os.environ["FACET_AUDIT_BUCKET"]
    name = f"facet-{uuid4().hex[:12]}"
    with own_table(name, checked=False):
        try:
            os.environ["FACET_AUDIT_BUCKET"] = make_bucket(name)
            settings.cache_clear()
            yield name
        finally:
            os.environ["FACET_AUDIT_BUCKET"] = shared
            settings.cache_clear()


def entry(at: datetime, entity: str = "set_1", after: dict[str, Any] | None = None) -> None:
    """One audit entry of this moment."""
    change = Change("settings.change", entity, after=after or {"name": "Gold & Söhne"})
    commit_with_retry(store.table(), Call(DEVIKA, at, "req_1", "203.0.113.9"), lambda work: work.audit(change))


def seal(moment: datetime, seconds: float = 300) -> list[str]:
    """The days that the schedule seals at this moment."""
    return list(tick("seal", moment, seconds)["sealed"])


def seal_at(moment: datetime, context: Context) -> None:
    """The same, in a turn of the test's own."""
    from chalicelib.handlers import sweeps_schedule

    sweeps_schedule.handle({"sweep": "seal"}, context, clock=lambda: moment)


def objects(bucket: str) -> dict[str, bytes]:
    """What lies in the bucket, by key."""
    listed = clients.s3().list_objects_v2(Bucket=bucket).get("Contents", [])
    return {each["Key"]: content(bucket, each["Key"]) for each in listed}


def content(bucket: str, key: str) -> bytes:
    """One file."""
    return bytes(clients.s3().get_object(Bucket=bucket, Key=key)["Body"].read())


def seal_of(bucket: str, day: str) -> Seal:
    """The seal of a day."""
    return sealing.read(content(bucket, sealing.seal_key(day)))


def stored(day: str) -> list[dict[str, Any]]:
    """The entries of a day as DynamoDB gives them."""
    wanted = {"S": keys.audit_day(day)}
    answer = clients.dynamodb().query(
        TableName=store.table().name, KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": wanted}
    )
    return json.loads(json.dumps(answer["Items"]))  # type: ignore[no-any-return]  # a list of items it is


def whole(bucket: str) -> None:
    """Every seal names every entry of its day once, and the seal of the day before; every version was written once."""
    found = objects(bucket)
    seals = {key: sealing.read(text) for key, text in found.items() if key.startswith("seals/")}
    before: bytes | None = None
    for key, made in sorted(seals.items()):
        assert key == sealing.seal_key(made.day)
        lines = b"".join(found[each.key] for each in made.lists)
        assert lines == b"".join(map(sealing.line, stored(made.day)))
        assert [sealing.listing(each.key, found[each.key]) for each in made.lists] == list(made.lists)
        assert made.previous == (sealing.link(before) if before else None)
        before = found[key]
    days = [datetime.fromisoformat(made.day) for made in seals.values()]
    assert sorted(days) == [min(days) + number * DAY for number in range(len(days))]
    versions = clients.s3().list_object_versions(Bucket=bucket)
    assert len(versions["Versions"]) == len(found)
    assert "DeleteMarkers" not in versions
