"""Holds the audit against its seals: `make verify-audit` for the shop of this machine, with STAGE=prod for one on AWS.

It reads only. What was changed, removed or added since it was sealed is named, one line each, and the exit code is 1;
it is 2 when not everything could be looked at, and 0 when all is as it was sealed. docs/audit.md says how to do the
same without Facet.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # as a script, only tools/ is on the path

from chalicelib.domain.audit import sealing  # noqa: E402 - needs the path above
from chalicelib.domain.audit.verifying import Item, Verification  # noqa: E402 - as above
from chalicelib.domain.errors import Unavailable  # noqa: E402 - as above
from chalicelib.repos import audit_items, keys  # noqa: E402 - as above
from chalicelib.repos.audit_log import FIRST_DAY  # noqa: E402 - as above
from chalicelib.repos.seals import Entries  # noqa: E402 - as above
from chalicelib.repos.table import Table, decode  # noqa: E402 - as above
from infra.stages import Stage, stage  # noqa: E402 - as above
from local.place import Refusal, place, read_json  # noqa: E402 - as above
from local.prepare import client as local_client  # noqa: E402 - as above
from tools import stack  # noqa: E402 - as above
from tools.account import AccountError, current  # noqa: E402 - as above

# What the partition of a record keeps of an entry beside a copy of its core.
OF_VALUES = frozenset(("pk", "sk", "salt", "values"))


class Stored:
    """The seals and the entries of one shop."""

    def __init__(self, s3: Any, bucket: str, table: Table) -> None:
        self._s3, self._bucket, self._table = s3, bucket, table
        self._entries = Entries(table)
        self._first: dict[str, str] = {}
        self._changes: dict[str, str] = {}
        self._look()

    def _look(self) -> None:
        """S3 lists the versions of a key newest first: the last one listed is what was written first."""
        for listed in self._s3.get_paginator("list_object_versions").paginate(Bucket=self._bucket):
            for version in listed.get("Versions", ()):
                if version["Key"] in self._first:
                    self._changes[version["Key"]] = "the file was written again after it was sealed"
                self._first[version["Key"]] = version["VersionId"]
            for marker in listed.get("DeleteMarkers", ()):
                self._changes[marker["Key"]] = "the file was deleted after it was sealed"

    def sealed_days(self) -> Sequence[date]:
        """The days that have a seal."""
        return [date.fromisoformat(key[6:16]) for key in self._first if key.startswith("seals/")]

    def read(self, key: str) -> bytes | None:
        """The file of this key as it was first written."""
        if key not in self._first:
            return None
        answer = self._s3.get_object(Bucket=self._bucket, Key=key, VersionId=self._first[key])
        return bytes(answer["Body"].read())

    def rewritten(self, key: str) -> str | None:
        """What was done to the file since, if anything."""
        return self._changes.get(key)

    def entries(self, day: str) -> Iterator[Item]:
        """The entries of a day, in the order of their ids."""
        return self._entries.of_day(day)

    def altered(self, items: Sequence[Item]) -> Iterable[str]:
        """Those whose values do not have the digest in their core, or whose copy beside the values is another one.

        Values that are gone were erased with the person they belonged to, and the copy with them.
        """
        cores = [decode(item) for item in items]
        places = {keys.audit_values(core["entity"], core["sk"]): core for core in cores if core.get("entity")}
        kept = self._table.get_many([key for key, core in places.items() if core.get("action") != "refused"])
        for key, found in kept.items():
            core = {name: value for name, value in places[key].items() if name not in OF_VALUES}
            copy = {name: value for name, value in found.items() if name not in OF_VALUES}
            sealed = core.get("values_digest")
            if copy != core or ("values" in found and audit_items.digest(found["salt"], found["values"]) != sealed):
                yield places[key]["sk"]


def on_this_machine() -> Stored:
    """The shop that `make run` started. Raises Refusal when none runs here."""
    at = place()
    instance, prepared = read_json(at.instance), read_json(at.prepared)
    if not instance or not prepared:
        raise Refusal(f"There is no shop in {at.folder}: start it with `make run`, or name a stage on AWS.")
    port, outputs = instance["emulator"], prepared["outputs"]
    table = Table(local_client("dynamodb", port), outputs["Table"])
    return Stored(local_client("s3", port), outputs["AuditBucket"], table)


def on_aws(at: Stage) -> Stored:
    """The shop of a stage. Raises AccountError and StackError."""
    session = current().session
    outputs = stack.outputs(session.client("cloudformation"), f"facet-{at.name}")
    if "AuditBucket" not in outputs:
        raise stack.StackError(f"The stack facet-{at.name} has no audit bucket yet: deploy this version first.")
    return Stored(session.client("s3"), outputs["AuditBucket"], Table(session.client("dynamodb"), outputs["Table"]))


def verify(stored: Stored, now: datetime) -> bool:
    """Print what is wrong and what was looked at; whether all is as it was sealed."""
    check, wrong = Verification(stored, FIRST_DAY, sealing.newest_due(now)), 0
    for finding in check.findings():
        print(f"{finding.day}  {finding.name}  {finding.what}")
        wrong += 1
    print(f"{check.checked['days']} sealed days, {check.checked['entries']} entries, {wrong} findings.")
    if check.newest:
        print(f"The newest seal is of {check.newest.day}: {check.newest.sha256}")
    return not wrong


def main() -> int:
    """Verifies the shop that is named; 1 when something is wrong, 2 and one sentence when it cannot be said."""
    parser = argparse.ArgumentParser(description="Hold the audit against its seals.")
    parser.add_argument("--stage", type=stage, help="the stage on AWS; without it the shop on this machine")
    given = parser.parse_args()
    try:
        stored = on_aws(given.stage) if given.stage else on_this_machine()
        return 0 if verify(stored, datetime.now(UTC)) else 1
    except (AccountError, Refusal, stack.StackError, BotoCoreError, ClientError, Unavailable) as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
