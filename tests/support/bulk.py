"""Bulk changes as managers ask for them and the queue brings them about."""

from typing import Any

from tests.support import jobs

BULK = "/v1/customers/bulk"


def begin(caller: Any, selection: dict[str, Any], action: dict[str, Any], **headers: str) -> str:
    """A new bulk change's id."""
    begun = caller.post(BULK, {"selection": selection, "action": action}, **headers)
    assert begun.status == 202, begun.text
    assert begun.headers["Location"] == f"{BULK}/{begun.json['id']}"
    return str(begun.json["id"])


def state(caller: Any, bulk_id: str) -> Any:
    """The bulk change as the API shows it."""
    read = caller.get(f"{BULK}/{bulk_id}")
    assert read.status == 200, read.text
    return read.json


def run(caller: Any, selection: dict[str, Any], action: dict[str, Any]) -> Any:
    """A whole bulk change; its last state."""
    bulk_id = begin(caller, selection, action)
    jobs.run(bulk_id)
    return state(caller, bulk_id)
