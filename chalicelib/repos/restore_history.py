"""Records of a customer's history from a file of all data: each with its entries, and counted on the profile."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import reduce
from typing import Any

from pydantic import TypeAdapter

from chalicelib.domain.calls.model import PhoneCall
from chalicelib.domain.consents.model import Consent, Consents
from chalicelib.domain.devices.model import MOST_DEVICES, Device
from chalicelib.domain.errors import Conflict, NotFound
from chalicelib.domain.inquiries.model import Inquiry
from chalicelib.domain.messages.model import Message
from chalicelib.domain.notes.model import Note
from chalicelib.domain.reminders.model import Reminder
from chalicelib.domain.restore.history import ConsentsRecord, EventRecord
from chalicelib.repos import (
    calls,
    claims,
    consent_items,
    devices,
    inquiry_items,
    keys,
    message_items,
    notes,
    reminder_items,
)
from chalicelib.repos.compact import compact
from chalicelib.repos.record_lines import UNSENT
from chalicelib.repos.table import Item
from chalicelib.repos.transaction import Transaction, again

THERE = "attribute_exists(pk)"
FEW_DEVICES = f"{THERE} AND (attribute_not_exists(devices_count) OR devices_count < :most)"
_NOTE, _CALL, _INQUIRY = TypeAdapter(Note), TypeAdapter(PhoneCall), TypeAdapter(Inquiry)
_REMINDER, _MESSAGE, _DEVICE = TypeAdapter(Reminder), TypeAdapter(Message), TypeAdapter(Device)


def _built(adapter: TypeAdapter[Any], record: Any, *without: str) -> Any:
    return adapter.validate_python(record.model_dump(exclude={"record", *without}))


def message_of(record: Any) -> Message:
    """The message of a record; one that was on its way may have left, and is never sent again by itself."""
    facts = {**record.model_dump(exclude={"record", "customer_id"}), "recipient_id": record.customer_id}
    message: Message = _MESSAGE.validate_python(facts)
    return replace(message, **UNSENT) if message.on_its_way else message


def require_customer(work: Transaction, customer_id: str) -> None:
    """Let the transaction fail when there is no such customer.

    Raises (on commit):
        NotFound: there is none.
    """
    work.check(keys.profile(customer_id), THERE, otherwise=_nobody)


def _count(work: Transaction, customer_id: str, name: str) -> None:
    values = {":one": 1}
    key = keys.profile(customer_id)
    work.update(key, "ADD #count :one", values, condition=THERE, names={"#count": f"{name}_count"}, otherwise=_nobody)


def _put(work: Transaction, key: keys.Key, attributes: Mapping[str, Any]) -> None:
    work.put(key, attributes, condition=claims.FREE, otherwise=again)


def _write_note(work: Transaction, record: Any) -> None:
    note: Note = _built(_NOTE, record)
    if note.withdrawn:
        require_customer(work, note.customer_id)
    else:
        _count(work, note.customer_id, "notes")
    _put(work, keys.owned(note.customer_id, notes.NOTE, note.id), notes.attributes(note))


def _write_call(work: Transaction, record: Any) -> None:
    call: PhoneCall = _built(_CALL, record)
    _count(work, call.customer_id, "calls")
    _put(work, keys.owned(call.customer_id, calls.CALL, call.id), calls.attributes(call))


def _write_inquiry(work: Transaction, record: Any) -> None:
    inquiry: Inquiry = _built(_INQUIRY, record, "told")
    _count(work, inquiry.customer_id, "inquiries")
    _put(work, inquiry_items.key(inquiry), inquiry_items.attributes(inquiry))
    listed = keys.open_inquiry(inquiry.received.at, inquiry.id)
    for place, entry in inquiry_items.open_entries(inquiry).items():
        work.put(place, {**entry, **_told(record)} if place == listed else entry)


def _write_reminder(work: Transaction, record: Any) -> None:
    reminder: Reminder = _built(_REMINDER, record, "told")
    _count(work, reminder.customer_id, "reminders")
    _put(work, reminder_items.key(reminder.customer_id, reminder.id), reminder_items.attributes(reminder))
    listed = keys.due(reminder.status, reminder.due_at, reminder.id)
    for place, entry in reminder_items.entries(reminder).items():
        work.put(place, {**entry, **_told(record)} if place == listed else entry)


def _told(record: Any) -> dict[str, Any]:
    return {"told": set(record.told)} if record.told else {}


def _write_consents(work: Transaction, record: ConsentsRecord) -> None:
    """Words join those that are there, whatever the order: what holds is worked out anew."""
    customer_id, place = record.customer_id, keys.consents(record.customer_id)
    require_customer(work, customer_id)
    words = words_of(record)
    before = consent_items.from_state(work.table.get(place))
    after = reduce(Consents.with_word, words, before)
    work.put(
        place,
        consent_items.state_attributes(replace(after, version=before.version + 1)),
        condition="version = :before" if before.version else claims.FREE,
        values={":before": before.version} if before.version else None,
    )
    for word in words:
        _put(work, keys.consent(customer_id, word.id), consent_items.record_attributes(word))


def words_of(record: ConsentsRecord) -> list[Consent]:
    """The words of a record."""
    return [
        Consent(
            customer_id=record.customer_id,
            recorded_by=(said.recorded_by.id, said.recorded_by.name),
            **said.model_dump(exclude={"recorded_by"}),
        )
        for said in record.said
    ]


def _write_device(work: Transaction, record: Any) -> None:
    device: Device = _built(_DEVICE, record)
    _put(work, keys.device(device.customer_id, device.id), devices.attributes(device))
    holder = {"customer_id": device.customer_id, "device_id": device.id}
    work.put(keys.device_token(device.digest), holder, condition=claims.FREE, otherwise=_token_taken)
    work.update(
        keys.profile(device.customer_id),
        "ADD devices_count :one",
        {":one": 1, ":most": MOST_DEVICES},
        condition=FEW_DEVICES,
        otherwise=_too_many,
    )


def _write_message(work: Transaction, record: Any) -> None:
    message = message_of(record)
    require_customer(work, message.recipient_id)
    _put(work, message_items.key(message), message_items.attributes(message))
    work.put(message_items.log_key(message), message_items.log_attributes(message))


def _write_event(work: Transaction, record: EventRecord) -> None:
    """It has been told long ago: without `publish` it reaches nobody a second time."""
    require_customer(work, record.customer_id)
    line = {name: getattr(record, name) for name in ("at", "kind", "summary")}
    line |= {"actor": record.actor.model_dump(), "data": record.data}
    attributes = {
        "kind": record.kind,
        "doc": compact(line),
        "content": compact(record.content) if record.content else None,
        "audience": record.audience,
        "publish": False,
        "request_id": work.call.request_id,
    }
    _put(work, keys.event(record.customer_id, record.id, record.audience), attributes)


WRITERS: Mapping[str, Callable[[Transaction, Any], None]] = {
    "note": _write_note,
    "call": _write_call,
    "inquiry": _write_inquiry,
    "reminder": _write_reminder,
    "consents": _write_consents,
    "device": _write_device,
    "message": _write_message,
    "event": _write_event,
}


def _nobody(_: Item | None) -> Exception:
    return NotFound("The customer of this record is not there: their own line comes first.")


def _too_many(profile: Item | None) -> Exception:
    if profile is None:
        return _nobody(profile)
    return Conflict(f"The customer has {MOST_DEVICES} devices already.", code="too_many")


def _token_taken(held: Item | None) -> Exception:
    owner = str(held["customer_id"]) if held else None
    return Conflict("Another device holds this token by now.", code="duplicate", conflict_id=owner)
