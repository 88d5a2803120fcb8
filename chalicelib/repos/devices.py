"""Devices in the table: beside their customer's profile, and one entry for each token, so that it has one holder."""

from typing import Any

from chalicelib.domain.customers.model import Customer
from chalicelib.domain.devices.model import Device
from chalicelib.domain.errors import NotFound
from chalicelib.domain.ids import is_id
from chalicelib.repos import activity, claims, keys
from chalicelib.repos.customer_items import from_item
from chalicelib.repos.customers import ACTIVE, STATUS
from chalicelib.repos.reach import DEVICE
from chalicelib.repos.table import Item, Range, Table
from chalicelib.repos.transaction import Retry, Transaction, again

SAME_DEVICES = f"{ACTIVE} AND devices_count = :before"
NO_DEVICES = f"{ACTIVE} AND (attribute_not_exists(devices_count) OR devices_count = :before)"


class DeviceReader:
    """Reads of devices."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def of_customer(self, customer_id: str) -> tuple[Customer, list[Device]]:
        """The customer and their devices, the oldest first: one Query.

        Raises:
            NotFound: there is no such customer.
        """
        known = is_id(customer_id, "cus")
        items = list(self._table.query_all(Range(customer_id, begins=keys.PROFILE))) if known else []
        if not items or items[0]["sk"] != keys.PROFILE:
            raise NotFound("There is no such customer.")
        return from_item(items[0]), [device_of(item) for item in items if item["sk"].startswith(DEVICE)]


class DeviceWriter(DeviceReader):
    """Writes of devices within one transaction."""

    def __init__(self, work: Transaction) -> None:
        super().__init__(work.table)
        self._work = work

    def holder(self, digest: str, customer_id: str) -> Device | None:
        """The device of another customer that holds a token.

        Raises:
            Retry: this customer registered it after their devices were read.
        """
        held = self._table.get(keys.device_token(digest))
        if held is None:
            return None
        if held["customer_id"] == customer_id:
            raise Retry
        item = self._table.get(keys.device(held["customer_id"], held["device_id"]))
        if item is None:  # given up between the two reads
            raise Retry
        return device_of(item)

    def count(self, customer_id: str, before: int, after: int) -> None:
        """Let one customer's devices change one request after the other, so that they never become too many.

        Raises (on commit):
            NotFound: there is no such customer.
            Conflict: the customer is archived.
        """
        self._work.update(
            keys.profile(customer_id),
            "SET devices_count = :after",
            {":before": before, ":after": after, ":active": "active"},
            condition=SAME_DEVICES if before else NO_DEVICES,
            names=STATUS,
            otherwise=_refused,
        )

    def take_over(self, device: Device) -> None:
        """Remove another customer's device, whose token is about to be held by a device of somebody else."""
        self._work.delete(keys.device(device.customer_id, device.id), condition="attribute_exists(pk)")
        self._work.update(keys.profile(device.customer_id), "ADD devices_count :less", {":less": -1})

    def keep(self, device: Device, known: Device | None) -> None:
        """Write a device and that it holds its token, which `known` held before; None when nobody did."""
        self._work.put(
            keys.device(device.customer_id, device.id),
            attributes(device),
        )
        self._work.put(
            keys.device_token(device.digest),
            {"customer_id": device.customer_id, "device_id": device.id},
            condition="device_id = :known" if known else claims.FREE,
            values={":known": known.id} if known else None,
        )

    def disable(self, device: Device) -> None:
        """Let nothing be sent to a device from which the app is gone."""
        self._work.update(
            keys.device(device.customer_id, device.id),
            "SET enabled = :no",
            {":no": False, ":endpoint": device.endpoint},
            condition="endpoint = :endpoint",  # the app may be back meanwhile, at another endpoint
        )

    def remove(self, device: Device) -> None:
        """Remove a device; its token is free."""
        self._work.delete(keys.device(device.customer_id, device.id), condition="attribute_exists(pk)")
        self._work.delete(
            keys.device_token(device.digest), condition="device_id = :known", values={":known": device.id}
        )


def _refused(profile: Item | None) -> Exception:
    if profile is not None and profile["status"] == "active":
        return again(profile)
    return activity.refused(profile)


def attributes(device: Device) -> dict[str, Any]:
    """The device item's attributes."""
    return {name: getattr(device, name) for name in ("platform", "endpoint", "enabled", "digest", "added_at")}


def device_of(item: Item) -> Device:
    """The device of an item."""
    return Device(
        id=item["sk"].removeprefix(DEVICE),
        customer_id=item["pk"],
        platform=item["platform"],
        endpoint=item["endpoint"],
        digest=item["digest"],
        added_at=item["added_at"],
        enabled=bool(item["enabled"]),
    )
