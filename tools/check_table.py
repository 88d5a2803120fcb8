"""Checks that a table is whole, and puts right what a torn restore left: `make check-table`, with STAGE=prod on AWS.

What does not hold is named, one line each, without personal data. The exit code is 0 when the table is whole, 1 when
something is left, 2 when not everything could be looked at. `--repair` is for a restored table that nobody uses yet.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # as a script, only tools/ is on the path

from chalicelib.domain.call import Call  # noqa: E402 - needs the path above
from chalicelib.domain.errors import Unavailable  # noqa: E402 - as above
from chalicelib.domain.ids import new_id  # noqa: E402 - as above
from chalicelib.repos.table import Table  # noqa: E402 - as above
from infra.stages import stage  # noqa: E402 - as above
from local.place import Refusal  # noqa: E402 - as above
from tools import shop_place, stack  # noqa: E402 - as above
from tools.account import AccountError  # noqa: E402 - as above
from tools.table_check import repair, scan  # noqa: E402 - as above
from tools.table_check.check import check  # noqa: E402 - as above
from tools.table_check.finding import Finding  # noqa: E402 - as above

PROBLEMS = (AccountError, Refusal, stack.StackError, BotoCoreError, ClientError, Unavailable)
SHOWN = 100


def look(table: Table) -> list[Finding]:
    """What does not hold; says how many items were read. Raises Unavailable."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:  # readable by this person only, and gone at the end
        items = scan.read(table, Path(folder) / "items")
        findings = list(check(items, time.time()))
        print(f"{len(items)} items of {table.name} looked at in {time.monotonic() - began:.1f} s.", flush=True)
        items.close()
    return findings


def mend(table: Table) -> list[Finding]:
    """Put right what can be derived; what is left. Raises Unavailable."""
    now = datetime.now(UTC)
    call = Call(repair.RESTORE, now, new_id("req", now), None)
    mended, left = repair.repair(table, lambda: look(table), call)
    print(f"{mended.total()} mended: {_counts(mended)}." if mended else "There was nothing to mend.")
    return left


def tell(findings: Sequence[Finding]) -> None:
    """One line for each finding, and how many there are of each rule."""
    for finding in findings[:SHOWN]:
        can = "" if finding.mend is None else "  (can be mended)"
        print(f"{finding.rule:12} {finding.place}: {finding.what}{can}")
    if len(findings) > SHOWN:
        print(f"… and {len(findings) - SHOWN} more.")
    by_rule = Counter(finding.rule for finding in findings)
    print(f"{len(findings)} findings: {_counts(by_rule)}." if findings else "The table is whole.")


def _counts(numbers: Counter[str]) -> str:
    return ", ".join(f"{rule} {number}" for rule, number in sorted(numbers.items()))


def main() -> int:
    """Checks the table that is named; 1 when something is left, 2 and one sentence when it cannot be said."""
    parser = argparse.ArgumentParser(description="Check that a table is whole.")
    parser.add_argument("--stage", type=stage, help="the stage on AWS; without it the shop on this machine")
    parser.add_argument("--table", help="another table of that account; without it the one in use")
    parser.add_argument("--repair", action="store_true", help="put right what can be derived")
    given = parser.parse_args()
    try:
        shop = shop_place.found(given.stage)
        table = Table(shop.dynamodb, given.table or shop.table)
        if given.repair and table.name == shop.table:
            raise Refusal(f"{table.name} is in use, and is left as it is: restore it first, and repair the copy.")
        left = mend(table) if given.repair else look(table)
    except PROBLEMS as error:
        print(error, file=sys.stderr)
        return 2
    tell(left)
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
