"""Registering devices. Each command is one transaction of the work it is given."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from chalicelib.domain import ids
from chalicelib.domain.call import Call
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.customers.rules import require_active
from chalicelib.domain.devices.model import MOST_DEVICES, Device, NewDevice
from chalicelib.domain.errors import NotFound
from chalicelib.domain.work import Change, Event, Work

PLATFORM_NAMES = {"apns": "Apple", "fcm": "Android"}


class DeviceStore(Protocol):
    """Devices within one transaction."""

    def of_customer(self, customer_id: str) -> tuple[Customer, Sequence[Device]]: ...

    def holder(self, digest: str, customer_id: str) -> Device | None: ...

    def count(self, customer_id: str, before: int, after: int) -> None: ...

    def keep(self, device: Device, known: Device | None) -> None: ...

    def take_over(self, device: Device) -> None: ...

    def remove(self, device: Device) -> None: ...


class Endpoints(Protocol):
    """What the push service keeps of a device; outside of the transaction, and harmless to do again."""

    def register(self, platform: str, token: str) -> str: ...

    def remove(self, endpoint: str) -> None: ...


@dataclass(frozen=True)
class Desk:
    """What a device command works with."""

    call: Call
    work: Work
    devices: DeviceStore
    endpoints: Endpoints


def add(desk: Desk, customer_id: str, fields: NewDevice) -> Device:
    """Let a device show this customer's messages, and nobody else's; the same token is the same device.

    Raises:
        NotFound: there is no such customer.
        Conflict: the customer is archived, or the shop sends no push messages to this platform.
        Invalid: the platform does not accept the token.
        Unavailable: the push service did not answer.
    """
    customer, devices = desk.devices.of_customer(customer_id)
    require_active(customer)
    digest = hashlib.sha256(f"{fields.platform}\n{fields.token}".encode()).hexdigest()
    endpoint = desk.endpoints.register(fields.platform, fields.token)
    known = next((device for device in devices if device.digest == digest), None)
    if known:
        return _kept(desk, known, len(devices), endpoint)
    too_many = _too_many(devices)
    desk.devices.count(customer_id, len(devices), len(devices) - len(too_many) + 1)
    for old in too_many:
        _give_up(desk, old)
    device_id = ids.new_id("dev", desk.call.now)
    device = Device(device_id, customer_id, fields.platform, endpoint, digest, desk.call.at)
    desk.devices.keep(device, _taken_over(desk, digest, customer_id))
    _tell(desk, device, "device_added")
    return device


def remove(desk: Desk, customer_id: str, device_id: str) -> None:
    """Send nothing to this device any more; done once.

    Nothing is kept of a device that was removed, so any id of a device that the customer does not have counts as one.

    Raises:
        NotFound: there is no such customer, or this is no id of a device.
        Conflict: the customer is archived.
        Unavailable: the push service did not answer.
    """
    customer, devices = desk.devices.of_customer(customer_id)
    device = next((device for device in devices if device.id == device_id), None)
    if device is None:
        if not ids.is_id(device_id, "dev"):
            raise NotFound("There is no such device.")
        return
    require_active(customer)
    desk.devices.count(customer_id, len(devices), len(devices) - 1)
    _give_up(desk, device)


def _kept(desk: Desk, known: Device, number: int, endpoint: str) -> Device:
    """The device as it is; written only when its endpoint was lost or shut."""
    device = replace(known, endpoint=endpoint, enabled=True)
    if device != known:
        desk.devices.count(device.customer_id, number, number)
        desk.devices.keep(device, known)
        _tell(desk, device, "device_added")
    return device


def _too_many(devices: Sequence[Device]) -> Sequence[Device]:
    """The oldest, as far as they leave no room for one more."""
    oldest_first = sorted(devices, key=lambda device: device.id)
    return oldest_first[: max(0, len(devices) - MOST_DEVICES + 1)]


def _taken_over(desk: Desk, digest: str, customer_id: str) -> Device | None:
    """Who signed in on the device before is not to be told there what is meant for another."""
    elsewhere = desk.devices.holder(digest, customer_id)
    if elsewhere:
        desk.devices.take_over(elsewhere)
        _tell(desk, elsewhere, "device_removed")
    return elsewhere


def _give_up(desk: Desk, device: Device) -> None:
    """The endpoint goes first: if the commit fails, the device gets nothing, and the same request settles it."""
    desk.endpoints.remove(device.endpoint)
    desk.devices.remove(device)
    _tell(desk, device, "device_removed")


def _tell(desk: Desk, device: Device, kind: str) -> None:
    added = kind == "device_added"
    facts = {"device_id": device.id, "platform": device.platform}
    what = f"{PLATFORM_NAMES[device.platform]} device"
    summary = f"{what} shows push messages" if added else f"{what} shows no more push messages"
    desk.work.record(Event(device.customer_id, kind, summary, {"customer_id": device.customer_id, **facts}))
    before, after = (None, facts) if added else (facts, None)
    desk.work.audit(Change("device.add" if added else "device.remove", device.customer_id, before, after))
