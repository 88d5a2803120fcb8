"""DynamoDB streams that survive a restart and do not fill the memory.

MiniStack keeps every record of the last 24 hours in memory, forgets them all at a stop, and then counts from zero while
the readers' positions count on. Here a table's record numbers go on after a restart, the records that some function
still has to read are kept, and those that all have read are dropped; with no reader the last 1,000 stay readable.
"""

from __future__ import annotations

import sys
import threading
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import dynamodb

from local.mends import items

_UNREAD_WITHOUT_READER = 1000
_lock = threading.RLock()  # positions count from the front of the list, so front and list change together
Scope = tuple[str, str, str]  # account, region, table


def _scope(table: dict[str, Any]) -> Scope:
    parts = table["TableArn"].split(":")
    return parts[4], parts[3], table["TableName"]


def oldest_needed(table: dict[str, Any], end: int) -> int:
    """The number of the first record that may still be read; `end` is the number that the next one gets."""
    account, region, _ = _scope(table)
    lambda_svc = sys.modules.get("ministack.services.lambda_svc")  # not loaded: there is no function to read anything
    if lambda_svc is None:
        return end - _UNREAD_WITHOUT_READER
    positions = [
        lambda_svc._dynamodb_stream_positions.get_scoped(account, region, mapping["UUID"], 0)
        for mapping in lambda_svc._esms.values_scoped(account, region)
        if mapping.get("EventSourceArn") == table.get("LatestStreamArn")
    ]
    return min(positions, default=end - _UNREAD_WITHOUT_READER)


def trim(table: dict[str, Any]) -> None:
    """Drops the records of a table that nobody needs any more."""
    with _lock:
        scope = _scope(table)
        records = dynamodb._stream_records.get_scoped(*scope) or []
        first = dynamodb._stream_trimmed.get_scoped(*scope, 0)
        needed = oldest_needed(table, first + len(records))
        if needed > first:
            del records[: needed - first]
            dynamodb._stream_trimmed.set_scoped(*scope, needed)


def position(table: dict[str, Any]) -> int:
    """The number that the table's next record gets."""
    scope = _scope(table)
    with _lock:
        kept = dynamodb._stream_records.get_scoped(*scope) or []
        return int(dynamodb._stream_trimmed.get_scoped(*scope, 0)) + len(kept)


def kept(table: dict[str, Any]) -> tuple[int, list[dict[str, Any]]]:
    """The number of the oldest record kept, and the records."""
    scope = _scope(table)
    with _lock:
        trim(table)
        return dynamodb._stream_trimmed.get_scoped(*scope, 0), list(dynamodb._stream_records.get_scoped(*scope) or [])


def restore(table: dict[str, Any], first: int, records: list[dict[str, Any]]) -> None:
    """Sets what is kept, as `kept` gave it."""
    scope = _scope(table)
    dynamodb._stream_trimmed.set_scoped(*scope, first)
    dynamodb._stream_records.set_scoped(*scope, records)


def record(table: dict[str, Any], event: str, before: Any, after: Any) -> dict[str, Any]:
    """A stream record made again from the journal."""
    account, region, _ = _scope(table)
    view = (table.get("StreamSpecification") or {}).get("StreamViewType", "NEW_AND_OLD_IMAGES")
    with request_scope(account, region):
        made: dict[str, Any] = dynamodb._build_change_record(table, event, before, after, view)
    return made


def _locked(function: Any) -> Any:
    def call(*arguments: Any, **named: Any) -> Any:
        with _lock:
            return function(*arguments, **named)

    return call


def install() -> None:
    """Wraps MiniStack's emitter and its readers."""
    plain_emit = dynamodb._emit_stream_event
    emitted = 0

    def emit(table_name: str, event: str, before: Any, after: Any, replicate: bool = True) -> None:
        nonlocal emitted
        table = dynamodb._tables.get(table_name)
        if not table or not (table.get("StreamSpecification") or {}).get("StreamEnabled"):
            plain_emit(table_name, event, before, after, replicate)
            return
        with _lock:
            number = position(table)
            plain_emit(table_name, event, before, after, replicate)
            if position(table) > number and items.changes:
                items.changes[-1][4] = event
            emitted += 1
            if emitted % 256 == 0:
                trim(table)

    dynamodb._emit_stream_event = emit
    for name in ("stream_start_position", "stream_end_position", "stream_records_since", "stream_live_records"):
        setattr(dynamodb, name, _locked(getattr(dynamodb, name)))
