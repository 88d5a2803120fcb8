"""Items of the table as lines of a file of all data: what they say, without what can be worked out from it."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from chalicelib.domain.consents.model import Consent
from chalicelib.domain.duplicates.model import Pair
from chalicelib.domain.imports import saved
from chalicelib.domain.imports.saved import SavedMapping
from chalicelib.domain.messages.model import Message
from chalicelib.domain.shop.model import Location, Tag
from chalicelib.domain.templates.model import Template
from chalicelib.domain.templates.visible import written
from chalicelib.repos import (
    calls,
    consent_items,
    customer_items,
    devices,
    inquiry_items,
    keys,
    message_items,
    notes,
    reminder_items,
    suppression_items,
)
from chalicelib.repos.contact_findings import findings_of
from chalicelib.repos.keys import Key
from chalicelib.repos.reach import DEVICE
from chalicelib.repos.table import Item

Line = dict[str, Any]
ONCE = keys.once("", "").sk
UNSENT: Mapping[str, Any] = {
    "status": "unknown",
    "reason": "restored",
    "check_at": None,
    "claim": None,
    "claimed_until": None,
}


def location(found: Location) -> Line:
    """A store."""
    return {"record": "location", "id": found.id, "version": found.version, **found.doc}


def tag(found: Tag) -> Line:
    """A tag."""
    return {"record": "tag", **asdict(found)}


def template(found: Template) -> Line:
    """A version of a template."""
    stamps = {"id": found.id, "version": found.version, "status": found.status, "updated_at": found.updated_at}
    return {"record": "template", **stamps, **written(found)}


def suppression(item: Item) -> Line:
    """A suppressed address."""
    return {"record": "suppression", **asdict(suppression_items.from_item(item))}


def customer(profile: Item, claims: Mapping[Key, Item], beside: Sequence[Item] = ()) -> Line:
    """A customer, with the claims on their numbers and addresses, and the items beside the profile."""
    found = customer_items.from_item(profile)
    held = {keys.phone_claim(number): number for number in found.numbers}
    held |= {keys.email_claim(address): address for address in found.addresses}
    claimed = {text: claims[key] for key, text in held.items() if found.status == "active" and key in claims}
    return {
        "record": "customer",
        "id": found.id,
        "version": found.version,
        "status": found.status,
        "created_at": found.created_at,
        "updated_at": found.updated_at,
        "last_contact_at": found.last_contact_at,
        "verified_at": found.verified_at,
        "tags": list(found.tags),
        "doc": dict(found.doc),
        "owns": [text for text, claim in claimed.items() if claim["holder"] == found.id],
        "shared": [text for text, claim in claimed.items() if claim["holders"] > 1],
        "suppressed": [{"channel": place[0], "address": place[1], **said} for place, said in found.suppressed.items()],
        "marks": [{"what": item["sk"].removeprefix(ONCE), "at": item["at"]} for item in beside if _is_mark(item)],
        "sends": next((_sends(item) for item in beside if item["sk"] == keys.recent_sends("").sk), None),
    }


def findings(item: Item) -> Line:
    """All findings about a customer."""
    return {"record": "findings", **asdict(findings_of(item["pk"], item))}


def duplicate(found: Pair) -> Line:
    """A pair of customers who may be one person."""
    return {"record": "duplicate", **found.kept()}


def mapping(found: SavedMapping) -> Line:
    """A saved mapping of imports."""
    return {"record": "import_mapping", **saved.shown(found)}


def consents(customer_id: str, said: Iterable[Item]) -> Line:
    """Words of consent that were written down together."""
    return {"record": "consents", "customer_id": customer_id, "said": [_said(item) for item in said]}


def message(item: Item) -> Line:
    """A message."""
    return of_message(message_items.from_item(item))


def of_message(found: Message) -> Line:
    """A message. One that is on its way may have left by the time that the line is read: nobody can know."""
    line = asdict(found)
    settled = UNSENT if found.on_its_way else {}
    return {"record": "message", "customer_id": line.pop("recipient_id"), **line, **settled}


def event(item: Item) -> Line:
    """An event, as it is told."""
    line = json.loads(item["doc"])
    event_id, audience = item["sk"].split("#", 1)[1], item["audience"]
    content = json.loads(item["content"]) if "content" in item else None
    return {
        "record": "event",
        "customer_id": item["pk"],
        "id": event_id,
        **{name: line[name] for name in ("at", "kind", "summary", "actor", "data")},
        "content": content,
        "audience": audience,
    }


def inquiry(item: Item, told: Iterable[str] = ()) -> Line:
    """An inquiry, with those who were told of it."""
    return {"record": "inquiry", **asdict(inquiry_items.from_item(item)), "told": sorted(told)}


def reminder(item: Item, told: Iterable[str] = ()) -> Line:
    """A reminder, with those who were told of it."""
    return {"record": "reminder", **asdict(reminder_items.from_item(item)), "told": sorted(told)}


OF_KIND: Mapping[str, Callable[[Item], Line]] = {
    "NOTE#": lambda item: {"record": "note", **asdict(notes.from_item(item))},
    "CALL#": lambda item: {"record": "call", **asdict(calls.from_item(item))},
    "INQUIRY#": inquiry,
    "REMINDER#": reminder,
    keys.findings("").sk: findings,
    DEVICE: lambda item: {"record": "device", **asdict(devices.device_of(item))},
    keys.MESSAGE: message,
    keys.EVENT: event,
    keys.SYSTEM_EVENT: event,
}


def of_item(item: Item) -> Line | None:
    """The line of a record of a customer; None for an item that is none, or that belongs to another's line."""
    return next((line(item) for kind, line in OF_KIND.items() if item["sk"].startswith(kind)), None)


def is_open(item: Item) -> bool:
    """Whether somebody may have been told of what the item is about."""
    return str(item["sk"]).startswith(("INQUIRY#", "REMINDER#")) and bool(item["status"] == "open")


def told_key(item: Item) -> Key:
    """Where it stands who was told of an open inquiry or reminder."""
    if item["sk"].startswith("REMINDER#"):
        found = reminder_items.from_item(item)
        return keys.due(found.status, found.due_at, found.id)
    asked = inquiry_items.from_item(item)
    return keys.open_inquiry(asked.received.at, asked.id)


def _is_mark(item: Item) -> bool:
    return str(item["sk"]).startswith(ONCE)


def _sends(item: Item) -> Line:
    sent = [{"at": at, "message_id": message_id} for at, message_id in json.loads(item["doc"])["sends"]]
    return {"version": int(item["version"]), "sent": sent}


def _said(item: Item) -> Line:
    return said(consent_items.from_record(item))


def said(word: Consent) -> Line:
    """One word of consent."""
    line = asdict(word)
    person, name = line.pop("recorded_by")
    del line["customer_id"]
    return {**line, "recorded_by": {"id": person, "name": name}}


def plain(line: Line) -> Line:
    """The line in JSON's own types, as it is read from a file."""
    read: Line = json.loads(json.dumps(line, ensure_ascii=False))
    return read
