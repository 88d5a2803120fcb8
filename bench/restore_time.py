"""How long it takes to restore a table, to check it, and to put right what is torn: `--only restore`."""

import contextlib
import io
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from chalicelib.repos.keys import Key
from chalicelib.repos.table import Table, key_of
from chalicelib.wiring import store
from local.prepare import client
from tools import check_table, restore
from tools.shop_place import PATIENCE, ShopPlace
from tools.table_check import scan
from tools.table_check.check import check

TARGET = "facet-bench-restored"
TORN_EVERY = 1000
DERIVED = ("NAME#", "EMAN#", "PHONES#", "PHONE#", "CUSTOMERS#")


class NotRestored(Exception):
    """The copy is not what was backed up: one sentence."""


@dataclass(frozen=True)
class RestoreTime:
    """Items, and seconds of each step."""

    items: int
    restored: float
    checked: float
    torn: int
    repaired: float


def measure(port: int) -> RestoreTime:
    """Back the table in use up, restore it, check it, tear it, and repair it; `port` is the local AWS's.

    Raises:
        NotRestored: the copy is not what was backed up.
    """
    dynamodb = client("dynamodb", port, PATIENCE)
    shop, copy = ShopPlace(dynamodb, store.table().name, None), Table(dynamodb, TARGET)
    restored = _seconds(lambda: restore.restore(shop, restore.Wish(TARGET)))
    try:
        items, checked, torn = _checked(copy)
        for key in torn:
            dynamodb.delete_item(TableName=TARGET, Key=key_of(key))
        began = time.monotonic()
        with contextlib.redirect_stdout(io.StringIO()):
            left = check_table.mend(copy)
        if left:
            raise NotRestored(f"{len(left)} findings were left after the repair.")
        return RestoreTime(items, restored, checked, len(torn), time.monotonic() - began)
    finally:
        dynamodb.delete_table(TableName=TARGET)


def _checked(copy: Table) -> tuple[int, float, list[Key]]:
    """How many items there are, how long the check took, and some of them to tear away."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        items = scan.read(copy, Path(folder) / "items")
        findings, lasted = list(check(items, time.time())), time.monotonic() - began
        if findings:
            raise NotRestored(f"{len(findings)} findings in a whole table, the first: {findings[0].what}.")
        derived: Iterator[Key] = (key for prefix in DERIVED for key, _ in items.under(prefix))
        torn, count = list(islice(derived, 0, None, TORN_EVERY)), len(items)
        items.close()
    return count, lasted, torn


def _seconds(step: Any) -> float:
    began = time.monotonic()
    with contextlib.redirect_stdout(io.StringIO()):
        step()
    return time.monotonic() - began


def line(found: RestoreTime) -> str:
    """The figures as a sentence."""
    return (
        f"Restore of {found.items} items: backup and restore {found.restored:.1f} s, check {found.checked:.1f} s, "
        f"repair of {found.torn} torn items with its checks {found.repaired:.1f} s"
    )
