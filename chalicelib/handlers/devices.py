"""Devices for push messages over HTTP: an app registers one, staff see and remove them."""

from chalicelib.domain.devices import commands
from chalicelib.domain.devices.model import Device, DeviceOut, NewDevice
from chalicelib.domain.devices.visible import shown
from chalicelib.handlers.answers import Answer, created, no_content, ok
from chalicelib.handlers.endpoint import Request, Routes
from chalicelib.handlers.listing import by_name
from chalicelib.handlers.pages import page_of
from chalicelib.handlers.parameters import Paging
from chalicelib.wiring import devices

endpoint = Routes(__name__, "devices")
ALL = "/v1/customers/{customer_id}/devices"
ARCHIVED = "The customer is archived"


@endpoint(
    "POST",
    ALL,
    "devices.write",
    "Register a device for push messages",
    body=NewDevice,
    returns=DeviceOut,
    status=201,
    also={200: "The device is registered already", 409: f"{ARCHIVED}, or push is not set up (push_not_configured)"},
)
def add(request: Request) -> Answer:
    """At most five: a sixth takes the place of the oldest. A token belongs to one customer, the one who came last."""
    device = commands.add(devices.desk(request.work), request.path["customer_id"], request.body)
    if not len(request.work):
        return ok(shown(device))
    return created(f"/v1/customers/{device.customer_id}/devices", shown(device))


@endpoint("GET", ALL, "devices.read", "List a customer's devices", query=Paging, returns=page_of(DeviceOut))
def listing(request: Request) -> Answer:
    """The oldest first. Tokens are never shown."""
    _, found = devices.reader().of_customer(request.path["customer_id"])
    return by_name(request, found, _by_age, shown)


@endpoint("DELETE", f"{ALL}/{{device_id}}", "devices.write", "Remove a device", status=204, also={409: ARCHIVED})
def remove(request: Request) -> Answer:
    """Nothing is sent to it any more."""
    commands.remove(devices.desk(request.work), request.path["customer_id"], request.path["device_id"])
    return no_content()


def _by_age(device: Device) -> tuple[str, str]:
    return device.id, device.id
