"""Restores the table into a new one, and checks it: `make restore-drill`, and `make restore AT=…` to go back.

The drill takes a backup, restores it under another name, checks and repairs the copy, and removes both again; it says
how long each step took. With `--keep` the copy stays, gets the protections of the table in use, and the command that
lets a stack use it is printed. The table in use is not written to. docs/operations.md has the steps.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # as a script, only tools/ is on the path

from chalicelib.domain.instants import parse_instant  # noqa: E402 - needs the path above
from chalicelib.repos.table import Table  # noqa: E402 - as above
from infra.stages import stage  # noqa: E402 - as above
from local.place import Refusal  # noqa: E402 - as above
from tools import shop_place  # noqa: E402 - as above
from tools.check_table import PROBLEMS, mend, tell  # noqa: E402 - as above
from tools.shop_place import ShopPlace  # noqa: E402 - as above

WAIT_SECONDS = 12 * 3600  # AWS: most restores take less than an hour, large tables several
LOOK_SECONDS = 5.0
Pause = Callable[[float], None]


@dataclass(frozen=True)
class Wish:
    """What to restore: the table as it was `at` an instant, or as it is now by a backup of its own."""

    target: str
    at: datetime | None = None


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Say what is done and how long it took."""
    print(f"{what} …", flush=True)
    began = time.monotonic()
    yield
    print(f"  {time.monotonic() - began:.1f} s", flush=True)


def restore(shop: ShopPlace, wish: Wish, pause: Pause = time.sleep) -> None:
    """Make the copy, and wait until it can be read. Raises Refusal when that takes over twelve hours."""
    if wish.at is None:
        _from_backup(shop, wish.target, pause)
    else:
        with timed(f"Restoring {shop.table} as of {wish.at.isoformat()} to {wish.target}"):
            shop.dynamodb.restore_table_to_point_in_time(
                SourceTableName=shop.table, TargetTableName=wish.target, RestoreDateTime=wish.at
            )
            _wait(lambda: _ready(shop.dynamodb, wish.target), pause)


def _from_backup(shop: ShopPlace, target: str, pause: Pause) -> None:
    with timed(f"Backing {shop.table} up"):
        made = shop.dynamodb.create_backup(TableName=shop.table, BackupName=target)["BackupDetails"]["BackupArn"]
        _wait(lambda: _backed_up(shop.dynamodb, made), pause)
    try:
        with timed(f"Restoring the backup to {target}"):
            shop.dynamodb.restore_table_from_backup(TargetTableName=target, BackupArn=made)
            _wait(lambda: _ready(shop.dynamodb, target), pause)
    finally:
        shop.dynamodb.delete_backup(BackupArn=made)


def _backed_up(dynamodb: Any, arn: str) -> bool:
    details = dynamodb.describe_backup(BackupArn=arn)["BackupDescription"]["BackupDetails"]
    return bool(details["BackupStatus"] == "AVAILABLE")


def _ready(dynamodb: Any, table: str) -> bool:
    described = dynamodb.describe_table(TableName=table)["Table"]
    indexes = [index.get("IndexStatus", "ACTIVE") for index in described.get("GlobalSecondaryIndexes", ())]
    return {described["TableStatus"], *indexes} == {"ACTIVE"}


def _wait(is_done: Callable[[], bool], pause: Pause) -> None:
    for _ in range(int(WAIT_SECONDS / LOOK_SECONDS)):
        if is_done():
            return
        pause(LOOK_SECONDS)
    raise Refusal("It took over twelve hours; look at the table in the AWS console.")


def protect(shop: ShopPlace, table: str) -> str:
    """Give a restored table what a restore leaves out: expiry, recovery, protection, tags, stream; the stream's ARN."""
    dynamodb = shop.dynamodb
    expiry = {"AttributeName": "expires_at", "Enabled": True}
    dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification=expiry)
    recovery = {"PointInTimeRecoveryEnabled": True}
    dynamodb.update_continuous_backups(TableName=table, PointInTimeRecoverySpecification=recovery)
    described = dynamodb.describe_table(TableName=table)["Table"]
    if not described.get("StreamSpecification", {}).get("StreamEnabled"):
        stream = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
        described = dynamodb.update_table(TableName=table, StreamSpecification=stream)["TableDescription"]
        _wait(lambda: _ready(dynamodb, table), time.sleep)
    dynamodb.update_table(TableName=table, DeletionProtectionEnabled=True)
    own = dynamodb.describe_table(TableName=shop.table)["Table"]["TableArn"]
    tags = [tag for tag in dynamodb.list_tags_of_resource(ResourceArn=own)["Tags"] if not tag["Key"].startswith("aws:")]
    if tags:
        dynamodb.tag_resource(ResourceArn=described["TableArn"], Tags=tags)
    return str(described["LatestStreamArn"])


def drill(shop: ShopPlace, wish: Wish, *, keep: bool) -> bool:
    """Restore, check, repair; whether the copy is whole. What was made for the drill is removed, unless it is kept."""
    if wish.target == shop.table:
        raise Refusal(f"{wish.target} is the table in use; choose another name.")
    restore(shop, wish)
    with timed(f"Checking and repairing {wish.target}"):
        left = mend(Table(shop.dynamodb, wish.target))
    tell(left)
    if keep:
        stream = protect(shop, wish.target)
        print(
            f"To use it: make deploy STAGE={shop.stage or 'dev'} RESTORED_TABLE={wish.target} RESTORED_STREAM={stream}"
        )
    else:
        shop.dynamodb.delete_table(TableName=wish.target)
        print(f"{wish.target} was removed again.")
    return not left


def main() -> int:
    """Restores the shop that is named; 1 when something cannot be mended, 2 and one sentence when it was not done."""
    parser = argparse.ArgumentParser(description="Restore the table into a new one, and check it.")
    parser.add_argument("--stage", type=stage, help="the stage on AWS; without it the shop on this machine")
    parser.add_argument("--at", type=parse_instant, help="the instant to go back to; without it a backup of now")
    parser.add_argument("--keep", metavar="TABLE", help="keep the copy under this name, to be used")
    given = parser.parse_args()
    try:
        shop = shop_place.found(given.stage)
        named = given.keep or f"{shop.table}-drill-{datetime.now(UTC):%Y%m%dT%H%M%S}"
        return 0 if drill(shop, Wish(named, given.at), keep=given.keep is not None) else 1
    except PROBLEMS as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
