"""How an audit entry lies in the table.

The core (who, what, which record, when, from where) is what a day's seal covers. The values before and after stand
apart, in the partition of the record they belong to; the core holds only a salted digest of them. Erasing a person
deletes values and salt, and the core with its digest stays as it was.
"""

import hashlib
import json
import secrets
from collections.abc import Iterator
from typing import Any

from chalicelib.domain import ids
from chalicelib.domain.call import Call
from chalicelib.domain.work import Change
from chalicelib.repos import keys
from chalicelib.repos.keys import Key


def build(change: Change, call: Call) -> Iterator[tuple[Key, dict[str, Any]]]:
    """The items of one entry: its core and, when values changed, the values."""
    audit_id = ids.new_id("aud", call.now)
    core = _core(change.action, change.entity, call)
    if change.before is not None or change.after is not None:
        salt = secrets.token_hex(16)
        values = json.dumps({"before": change.before, "after": change.after}, ensure_ascii=False, sort_keys=True)
        core["values_digest"] = digest(salt, values)
        yield keys.audit_values(change.entity, audit_id), {**core, "salt": salt, "values": values}
    elif change.entity:
        yield keys.audit_values(change.entity, audit_id), core
    yield keys.audit_entry(call.at[:10], audit_id), core


def refusal(permission: str, route: str, call: Call) -> tuple[Key, dict[str, Any]]:
    """The entry of a 403; its key is the same for one person, route and minute, so a loop leaves one entry."""
    minute = call.now.replace(second=0, microsecond=0)
    who = hashlib.sha256(f"{call.actor.id}\n{route}".encode()).digest()
    audit_id = f"aud_{ids.time_ordered(minute, int.from_bytes(who[:10]))}"
    core = {**_core("refused", route, call), "permission": permission}
    return keys.audit_entry(call.at[:10], audit_id), core


def digest(salt: str, values: str) -> str:
    """What the core keeps of the values."""
    return hashlib.sha256(f"{salt}\n{values}".encode("utf-8", "surrogatepass")).hexdigest()


def _core(action: str, entity: str, call: Call) -> dict[str, Any]:
    return {
        "action": action,
        "entity": entity,
        "at": call.at,
        "actor_id": call.actor.id,
        "request_id": call.request_id,
        "source_ip": call.source_ip,
    }
