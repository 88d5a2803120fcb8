"""A token has one holder, and a customer's devices are counted, whoever else is at them."""

from dataclasses import replace
from functools import partial

import pytest

from chalicelib.domain.devices.model import Device
from chalicelib.domain.errors import Conflict, NotFound
from chalicelib.repos import keys
from chalicelib.repos.devices import DeviceReader, DeviceWriter
from chalicelib.repos.transaction import Retry, Transaction
from tests.support.stale import begun, just_read, named, refused, written
from tests.support.world import World

NOBODY = f"cus_{'0' * 26}"
TOKEN = "a1b2c3d4"  # what the made-up shop's only device was registered with


@pytest.fixture
def device(world: World) -> Device:
    """Meera's."""
    _, (only,) = DeviceReader(world.table).of_customer(named(world, "Meera").id)
    return only


def _remove(device: Device, work: Transaction) -> None:
    DeviceWriter(work).remove(device)


def _keep(device: Device, known: Device | None, work: Transaction) -> None:
    DeviceWriter(work).keep(device, known)


def _count(customer_id: str, before: int, after: int, work: Transaction) -> None:
    DeviceWriter(work).count(customer_id, before, after)


@pytest.mark.parametrize("customer_id", ["", "x" * 3000], ids=["empty", "too long for a key"])
def test_what_is_no_id_of_a_customer_has_no_devices(world: World, customer_id: str) -> None:
    with pytest.raises(NotFound):
        DeviceReader(world.table).of_customer(customer_id)


def test_a_device_without_its_customer_is_nobodys(world: World, device: Device) -> None:
    written(world, partial(_keep, replace(device, customer_id=NOBODY, digest="d" * 64), None))
    with pytest.raises(NotFound):
        DeviceReader(world.table).of_customer(NOBODY)


def test_a_token_that_the_customer_has_registered_since_is_not_taken_over(world: World, device: Device) -> None:
    with pytest.raises(Retry):
        DeviceWriter(begun(world, lambda _: None)).holder(device.digest, device.customer_id)


def test_a_token_that_is_just_given_up_is_free(world: World, device: Device) -> None:
    kiran, sales = named(world, "Kiran").id, world.api("sales")

    def give_up() -> None:
        assert sales.delete(f"/v1/customers/{device.customer_id}/devices/{device.id}").status == 204

    with just_read(keys.device_token(device.digest), give_up):
        reply = sales.post(f"/v1/customers/{kiran}/devices", {"platform": "apns", "token": TOKEN})
    assert reply.status == 201, reply.text
    assert [each.digest for each in DeviceReader(world.table).of_customer(kiran)[1]] == [device.digest]
    assert DeviceReader(world.table).of_customer(device.customer_id)[1] == []
    world.check()


@pytest.mark.parametrize(("name", "number"), [("Meera", 1), ("Kiran", 0)], ids=["with one", "with none"])
def test_devices_are_counted_one_after_the_other(world: World, name: str, number: int) -> None:
    customer_id = named(world, name).id
    work = begun(world, partial(_count, customer_id, number, number + 1))
    written(world, partial(_count, customer_id, number, number + 2))
    refused(world, work)


def test_a_customer_who_was_archived_meanwhile_gets_no_device(world: World) -> None:
    kiran = named(world, "Kiran").id
    work = begun(world, partial(_count, kiran, 0, 1))
    assert world.api("manager").delete(f"/v1/customers/{kiran}").status == 204
    assert refused(world, work, Conflict).code == "archived"
    refused(world, begun(world, partial(_count, NOBODY, 0, 1)), NotFound)


def test_a_device_that_was_given_up_meanwhile_is_not_taken_over(world: World, device: Device) -> None:
    work = begun(world, lambda work: DeviceWriter(work).take_over(device))
    written(world, partial(_remove, device))
    refused(world, work)


def test_of_two_who_register_a_token_one_holds_it(world: World, device: Device) -> None:
    kirans, zoyas = (replace(device, id=f"dev_{name}", customer_id=named(world, name).id) for name in ("Kiran", "Zoya"))
    taken_over, new = begun(world, partial(_keep, kirans, device)), begun(world, partial(_keep, kirans, None))
    written(world, partial(_keep, zoyas, device))
    refused(world, taken_over)
    refused(world, new)


def test_an_app_that_came_back_at_another_endpoint_stays_enabled(world: World, device: Device) -> None:
    work = begun(world, lambda work: DeviceWriter(work).disable(device))
    written(world, partial(_keep, replace(device, endpoint=f"{device.endpoint}/2"), device))
    refused(world, work)


@pytest.mark.parametrize("gone", ["device", "token"])
def test_a_device_is_removed_together_with_its_token(world: World, device: Device, gone: str) -> None:
    key = keys.device(device.customer_id, device.id) if gone == "device" else keys.device_token(device.digest)
    work = begun(world, partial(_remove, device))
    written(world, lambda work: work.delete(key))
    refused(world, work)
