"""What devices are read and written with."""

from chalicelib.config import settings
from chalicelib.domain.devices.commands import Desk
from chalicelib.repos.devices import DeviceReader, DeviceWriter
from chalicelib.repos.push_endpoints import PushEndpoints
from chalicelib.repos.transaction import Transaction
from chalicelib.wiring import clients
from chalicelib.wiring.store import table


def desk(work: Transaction) -> Desk:
    """The desk at which one command runs."""
    known = settings()
    applications = {"apns": known.push_apns_arn, "fcm": known.push_fcm_arn}
    return Desk(work.call, work, DeviceWriter(work), PushEndpoints(clients.push_endpoints(), applications))


def reader() -> DeviceReader:
    """Reads of devices."""
    return DeviceReader(table())
