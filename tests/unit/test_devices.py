"""Commands of devices, and what SNS says of them."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from chalicelib.domain.customers.model import Customer
from chalicelib.domain.devices import commands
from chalicelib.domain.devices.commands import Desk
from chalicelib.domain.devices.model import Device, NewDevice
from chalicelib.domain.errors import Conflict, DomainError, Invalid, Unavailable
from chalicelib.domain.work import Change
from chalicelib.repos.push_endpoints import PushEndpoints
from tests.support import fakes
from tests.support.history import ASHA, archived

APP = "arn:aws:sns:us-east-1:000000000000:app/APNS/shop"


@dataclass
class Kept:
    """Devices of one customer in memory, and the endpoints at SNS."""

    of: Customer = ASHA
    devices: list[Device] = field(default_factory=list)
    counted: list[tuple[int, int]] = field(default_factory=list)
    endpoints: list[str] = field(default_factory=list)

    def of_customer(self, _: str) -> tuple[Customer, list[Device]]:
        return self.of, list(self.devices)

    def holder(self, _: str, __: str) -> Device | None:
        return None

    def count(self, _: str, before: int, after: int) -> None:
        self.counted.append((before, after))

    def keep(self, device: Device, known: Device | None) -> None:
        self.devices = [each for each in self.devices if each is not known] + [device]

    def take_over(self, device: Device) -> None:
        raise AssertionError(device)

    def remove(self, device: Any) -> None:
        """A device of the store, or an endpoint of SNS."""
        if isinstance(device, str):
            self.endpoints.remove(device)
        else:
            self.devices.remove(device)

    def register(self, platform: str, token: str) -> str:
        endpoint = f"{platform}/{token}"
        if endpoint not in self.endpoints:
            self.endpoints.append(endpoint)
        return endpoint


def a_desk(of: Customer = ASHA) -> tuple[Desk, Kept, fakes.FakeWork]:
    kept, work = Kept(of), fakes.FakeWork()
    return Desk(fakes.call("sales"), work, kept, kept), kept, work


def test_an_archived_customer_gets_no_endpoint() -> None:
    desk, kept, _ = a_desk(archived())
    with pytest.raises(Conflict):
        commands.add(desk, ASHA.id, NewDevice(platform="apns", token="t"))
    assert kept.endpoints == []


def test_an_archived_customer_keeps_their_devices() -> None:
    desk, kept, work = a_desk()
    device = commands.add(desk, ASHA.id, NewDevice(platform="apns", token="t"))
    kept.of = archived()
    with pytest.raises(Conflict):
        commands.remove(desk, ASHA.id, device.id)
    assert (kept.devices, kept.endpoints, len(work.events)) == ([device], ["apns/t"], 1)


def test_a_device_that_comes_and_goes_is_audited_without_its_token() -> None:
    desk, _, work = a_desk()
    device = commands.add(desk, ASHA.id, NewDevice(platform="apns", token="t"))
    commands.remove(desk, ASHA.id, device.id)
    facts = {"device_id": device.id, "platform": "apns"}
    assert work.changes == [
        Change("device.add", ASHA.id, None, facts),
        Change("device.remove", ASHA.id, facts, None),
    ]


def test_the_oldest_goes_with_its_endpoint() -> None:
    desk, kept, work = a_desk()
    for number in range(6):
        later = replace(desk, call=replace(desk.call, now=desk.call.now.replace(minute=number)))
        commands.add(later, ASHA.id, NewDevice(platform="apns", token=f"t{number}"))
    assert kept.endpoints == [f"apns/t{number}" for number in range(1, 6)]
    assert kept.counted[-2:] == [(4, 5), (5, 5)]
    assert [event.kind for event in work.events[-2:]] == ["device_removed", "device_added"]


def test_a_device_that_was_shut_is_opened_and_said_so() -> None:
    desk, kept, work = a_desk()
    fields = NewDevice(platform="apns", token="t")
    first = commands.add(desk, ASHA.id, fields)
    kept.devices = [replace(first, enabled=False)]
    assert commands.add(desk, ASHA.id, fields) == first
    assert commands.add(desk, ASHA.id, fields) == first
    assert [event.kind for event in work.events] == ["device_added", "device_added"]


class Sns:
    """SNS, which answers each call with this."""

    def __init__(self, failure: Exception) -> None:
        self.failure = failure

    def create_platform_endpoint(self, **_: Any) -> Any:
        raise self.failure


def refusal(code: str, message: str = "", status: int = 400) -> ClientError:
    answer: Any = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "CreatePlatformEndpoint")


@pytest.mark.parametrize(
    ("failure", "expected", "code"),
    [
        (refusal("InvalidParameter", "Invalid parameter: Token Reason: not hexadecimal"), Invalid, "invalid"),
        (refusal("NotFound"), Conflict, "push_not_configured"),
        (refusal("PlatformApplicationDisabled"), Conflict, "push_not_configured"),
        (refusal("Throttled"), Unavailable, "unavailable"),
        (refusal("InternalError", status=500), Unavailable, "unavailable"),
        (ReadTimeoutError(endpoint_url="https://sns.invalid"), Unavailable, "unavailable"),
    ],
)
def test_what_sns_says_is_what_the_caller_is_told(failure: Exception, expected: type[DomainError], code: str) -> None:
    with pytest.raises(expected) as refused:
        PushEndpoints(Sns(failure), {"apns": APP}).register("apns", "t")
    assert refused.value.code == code


def test_a_missing_permission_is_a_defect() -> None:
    with pytest.raises(ClientError):
        PushEndpoints(Sns(refusal("AuthorizationError", status=403)), {"apns": APP}).register("apns", "t")


def test_a_platform_without_application() -> None:
    with pytest.raises(Conflict) as refused:
        PushEndpoints(Sns(AssertionError()), {"apns": ""}).register("apns", "t")
    assert refused.value.code == "push_not_configured"
