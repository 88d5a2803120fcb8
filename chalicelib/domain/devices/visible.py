"""A device as counter staff see it: neither its token nor its endpoint."""

from typing import Any

from chalicelib.domain.devices.model import Device


def shown(device: Device) -> dict[str, Any]:
    """The device."""
    return {
        "id": device.id,
        "customer_id": device.customer_id,
        "platform": device.platform,
        "enabled": device.enabled,
        "added_at": device.added_at,
    }
