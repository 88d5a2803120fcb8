"""Records of a file of all data, made up, and sent as such a file."""

import json
import secrets
from datetime import UTC, datetime
from typing import Any

from chalicelib.domain import ids, instants
from chalicelib.domain.contact_checks.model import mark_of
from chalicelib.domain.duplicates.model import pair_id
from tests.support import imports, restoring
from tests.support.history import a_number
from tests.support.restoring import unique


def put_in(deployment: dict[str, str], admin: Any, *lines: Any) -> list[tuple[str, str | None, str | None]]:
    """Result, field and reason of each line."""
    texts = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    done = restoring.put_in(deployment, admin, b"\n".join(texts))
    assert done["status"] == "done", done
    return [(row["result"], row["field"], row["reason"]) for row in imports.rows(admin, done["id"])]


def record(kind: str) -> dict[str, Any]:
    """A record that would go in, with its customer before it."""
    return next(line for line in a_few_records() if line["record"] == kind)


def a_customer(**fields: Any) -> dict[str, Any]:
    """A customer with a number of their own, who would go in."""
    number = a_number()
    line = record("customer")
    doc = {**line["doc"], "phones": [{"number": number, "label": None, "e164": number}]}
    return {**line, "doc": doc, "owns": [number], "shared": [], **fields}


def a_few_records() -> list[dict[str, Any]]:
    """Two customers with one number, the first with a record of nearly every kind, the two a pair, and a mapping.

    Nobody has seen their ids before.
    """
    number, at = imports.fresh_phone(), instants.to_text(datetime.now(UTC))
    first, second = _customer(number, at, owner=True), _customer(number, at, owner=False)
    own, by = {"customer_id": first["id"]}, {"id": "usr_00000000000000000000000000", "name": "Meera", "at": at}
    event = {**own, "record": "event", "id": new_id("evt"), "at": at, "kind": "note_added", "summary": "Note added"}
    event |= {"actor": {"id": by["id"], "name": "Meera"}, "data": {}, "content": {"text": "x"}, "audience": "staff"}
    note = {**own, "record": "note", "id": new_id("nte"), "version": 1, "text": "x", "kind": "general", "author": by}
    note |= {"event_id": event["id"], "corrected": None, "withdrawn": None}
    said = {"id": new_id("con"), "channel": "email", "purpose": "birthday", "granted": True, "source": "in_store"}
    said |= {"wording_version": None, "at": at, "recorded_at": at, "recorded_by": event["actor"]}
    reminder = {"record": "reminder", "id": ids.new_owned_id("rem", first["id"], datetime.now(UTC)), "version": 1}
    reminder |= {**own, "type": "other", "due_at": at, "note": "", "assignee": by["id"], "created": by}
    reminder |= {"done": None, "cancelled": None, "told": [by["id"]]}
    device = {**own, "record": "device", "id": new_id("dev"), "platform": "apns", "added_at": at, "enabled": True}
    device |= {"endpoint": "arn:aws:sns:eu-central-1:000000000000:endpoint/x", "digest": secrets.token_hex(32)}
    consents = {**own, "record": "consents", "said": [said]}
    lines = [first, consents, note, event, second, reminder, device]
    return [*lines, _findings(first["id"], at), _pair(first["id"], second["id"], at), _mapping(at)]


def _findings(customer_id: str, at: str) -> dict[str, Any]:
    finding: dict[str, Any] = {"id": ids.new_owned_id("fnd", customer_id, datetime.now(UTC)), "kind": "country_missing"}
    finding |= {"mark": mark_of("country_missing", ""), "status": "dismissed", "found_at": at, "note": "Moves a lot"}
    finding |= {"decided_at": at, "decided_by": {"id": "usr_00000000000000000000000000", "name": "Meera"}}
    head = {"record": "findings", "customer_id": customer_id, "version": 3, "assignee": None}
    return {**head, "items": [finding]}


def _pair(one: str, other: str, at: str) -> dict[str, Any]:
    pair = {"record": "duplicate", "id": pair_id(one, other), "version": 2, "status": "different", "score": 97}
    pair |= {"reasons": ["same_phone"], "against": [], "found_at": at, "run": new_id("dpr"), "decided_at": at}
    return {**pair, "decided_by": {"id": "usr_00000000000000000000000000", "name": "Meera"}}


def _mapping(at: str) -> dict[str, Any]:
    saved = {"record": "import_mapping", "id": new_id("map"), "name": f"Till {unique()}", "created_at": at}
    mapping: dict[str, Any] = {"phone": {"position": 2}, "given_name": "Vorname"}
    return {**saved, "mapping": mapping, "created_by": {"id": "usr_00000000000000000000000000", "name": "M"}}


def _customer(number: str, at: str, *, owner: bool) -> dict[str, Any]:
    doc = {"given_name": "Asha", "phones": [{"number": number, "label": None, "e164": number}], "emails": []}
    return {
        "record": "customer",
        "id": new_id("cus"),
        "version": 3,
        "status": "active",
        "created_at": at,
        "updated_at": at,
        "last_contact_at": None,
        "tags": [],
        "doc": {**doc, "addresses": [], "source": "online"},
        "owns": [number] if owner else [],
        "shared": [number],
        "suppressed": [],
        "marks": [{"what": "birthday#2026", "at": at}],
        "sends": None,
    }


def new_id(prefix: str) -> str:
    """A fresh id."""
    return ids.new_id(prefix, datetime.now(UTC))
