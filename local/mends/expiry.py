"""Items past their time are deleted on the event loop, a slice at a time.

MiniStack's own reaper works on another thread while requests change the same items, and decodes every item each
minute; `local.reaper` keeps it from starting.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import dynamodb

from local.mends import items
from local.partition import decode, encode

_PAUSE_SECONDS = 60.0
_SLICE = 500
Found = tuple[dict[str, Any], str, str]


def _expired(table: dict[str, Any], attribute: str, now: float) -> Iterator[Found | None]:
    """The items past their time; None after each slice of items looked at."""
    sought, looked = encode({attribute: {}})[1:-3], 0
    for pk, partition in list(items.items_of(table).items()):
        for sk, raw in list(partition.raws()):
            looked += 1
            if sought in raw and _past(decode(raw).get(attribute), now):
                yield table, pk, sk
            if looked % _SLICE == 0:
                yield None


def _past(value: Any, now: float) -> bool:
    try:
        return float(value["N"]) <= now
    except (KeyError, TypeError, ValueError):
        return False


def _all_expired(now: float) -> Iterator[Found | None]:
    for scope, setting in list(dynamodb._ttl_settings.all_items()):
        table = dynamodb._tables.get_scoped(*scope)
        if table and setting.get("TimeToLiveStatus") == "ENABLED" and setting.get("AttributeName"):
            yield from _expired(table, setting["AttributeName"], now)


async def sweep(now: float) -> int:
    """Deletes what expired before `now` (epoch seconds); returns how many items that were."""
    count = 0
    for found in _all_expired(now):
        if found is None:
            await asyncio.sleep(0)
            continue
        table, pk, sk = found
        _, _, _, region, account, _ = table["TableArn"].split(":")
        with request_scope(account, region):
            gone = items.remove_item(table, pk, sk)
            if gone is not None:
                dynamodb._emit_stream_event(table["TableName"], "REMOVE", gone, None)
                count += 1
    return count


async def run() -> None:
    """Sweeps every minute."""
    while True:
        await asyncio.sleep(_PAUSE_SECONDS)
        await sweep(time.time())
