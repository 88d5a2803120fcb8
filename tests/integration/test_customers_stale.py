"""Customers are written only as they were read, and a number passes only from whoever holds it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from chalicelib.domain import instants
from chalicelib.domain.customers.model import Customer
from chalicelib.repos import claims, keys
from chalicelib.repos.customers import CustomerWriter
from chalicelib.repos.transaction import Transaction
from tests.support.stale import begun, just_read, named, refused, written
from tests.support.world import World

Writer = Callable[[CustomerWriter, Customer], None]
SHARED = keys.phone_claim("+919810000777")


def _change(writer: CustomerWriter, before: Customer) -> None:
    writer.change(before, before.changed({**before.doc, "nickname": "Meru"}, before.updated_at))


def _tag(writer: CustomerWriter, before: Customer) -> None:
    writer.set_tags(before, replace(before, tags=before.tags[:1]))


def _archive(writer: CustomerWriter, before: Customer) -> None:
    writer.archive(before, replace(before, status="archived", version=before.version + 1))


def _touch(at: str, writer: CustomerWriter, before: Customer) -> None:
    writer.touch(before, {"calls": 1}, contact_at=at)


def _begun(world: World, write: Writer, before: Customer) -> Transaction:
    return begun(world, lambda work: write(CustomerWriter(work), before))


def _soon(world: World, minutes: int) -> str:
    return instants.to_text(world.clock.now + timedelta(minutes=minutes))


@pytest.mark.parametrize("write", [_change, _tag])
@pytest.mark.parametrize(
    ("name", "believed"),
    [("Meera", {"version": 7}), ("Meera", {"tags": ()}), ("Zoya", {"status": "active"})],
    ids=["version", "tags", "status"],
)
def test_a_customer_who_is_not_as_they_were_read_stays_as_they_are(
    world: World, write: Writer, name: str, believed: dict[str, Any]
) -> None:
    refused(world, _begun(world, write, replace(named(world, name), **believed)))


def test_nobody_is_archived_with_an_older_last_contact(world: World) -> None:
    meera = named(world, "Meera")
    work = _begun(world, _archive, meera)
    written(world, lambda work: CustomerWriter(work).touch(meera, {}, contact_at=_soon(world, 5)))
    refused(world, work)
    assert named(world, "Meera").status == "active"


def test_an_archived_customer_is_not_touched(world: World) -> None:
    meera = named(world, "Meera")
    work = _begun(world, partial(_touch, _soon(world, 5)), meera)
    written(world, lambda work: _archive(CustomerWriter(work), meera))
    refused(world, work)


def test_the_last_contact_never_moves_back(world: World) -> None:
    meera = named(world, "Meera")
    earlier, later = _soon(world, 5), _soon(world, 9)
    work = _begun(world, partial(_touch, earlier), meera)
    written(world, lambda work: _touch(later, CustomerWriter(work), meera))
    refused(world, work)
    assert named(world, "Meera").last_contact_at == later


def test_nobody_is_created_over_somebody_else(world: World) -> None:
    meera = named(world, "Meera")
    phone = {"number": "+919810000999", "e164": "+919810000999", "label": None}
    other = replace(meera, doc={**meera.doc, "phones": [phone], "emails": [], "external_id": None})
    refused(world, _begun(world, lambda writer, customer: writer.add(customer, share=False), other))


def test_an_external_id_that_was_just_given_up_is_free(world: World) -> None:
    meera = named(world, "Meera")

    def give_up() -> None:
        assert world.api("sales").patch(f"/v1/customers/{meera.id}", {"external_id": "EXT-2"}).status == 200

    with just_read(keys.external_claim("EXT-1"), give_up):
        body = {"given_name": "Ilse", "phones": [{"number": "+919810000888"}]}
        reply = world.api("sales").put("/v1/customers/by-external-id/EXT-1", body)
    assert reply.status == 201, reply.text
    assert named(world, "Meera").doc["external_id"] == "EXT-2"
    assert reply.json["id"] == named(world, "Ilse").id != meera.id


def _hold(customer_id: str, work: Transaction) -> None:
    claims.claim(work, SHARED, customer_id, "/phones/0/number", share=True)


def _give_up(customer_id: str, others: Sequence[str], work: Transaction) -> None:
    claims.release(work, SHARED, customer_id, lambda: others)


def _held_by(world: World, *customer_ids: str) -> None:
    for attempt, customer_id in enumerate(customer_ids):
        written(world, partial(_hold, customer_id), attempt)


@pytest.mark.parametrize(
    "write", [partial(_hold, "cus_c"), partial(_give_up, "cus_b", ["cus_a"])], ids=["hold", "free"]
)
def test_holders_are_counted_one_after_the_other(world: World, write: Callable[[Transaction], None]) -> None:
    _held_by(world, "cus_a", "cus_b")
    work = begun(world, write, attempt=1)
    written(world, partial(_hold, "cus_d"), attempt=1)
    refused(world, work)
    assert world.table.get(SHARED) == {"pk": SHARED.pk, "sk": SHARED.sk, "holder": "cus_a", "holders": 3}


def test_a_number_that_has_passed_on_stays_with_its_new_holder(world: World) -> None:
    _held_by(world, "cus_a", "cus_b", "cus_c")
    work = begun(world, partial(_give_up, "cus_c", ["cus_a", "cus_b"]), attempt=1)
    written(world, partial(_give_up, "cus_a", ["cus_b", "cus_c"]), attempt=1)
    written(world, partial(_hold, "cus_d"), attempt=1)
    refused(world, work)
    assert world.table.get(SHARED) == {"pk": SHARED.pk, "sk": SHARED.sk, "holder": "cus_b", "holders": 3}


def test_nobody_frees_another_ones_number(world: World) -> None:
    _held_by(world, "cus_a")
    refused(world, begun(world, partial(_give_up, "cus_b", [])))


def test_the_only_holder_gives_a_number_up_also_when_asked_again(world: World) -> None:
    """A first commit that another transaction stands in the way of looks who holds it."""
    _held_by(world, "cus_a")
    written(world, partial(_give_up, "cus_a", ["cus_a"]), attempt=1)
    assert world.table.get(SHARED) is None


def test_two_who_share_a_number_give_it_up_at_once(world: World) -> None:
    meera, manager = named(world, "Meera"), world.api("manager")
    body = {"given_name": "Ilse", "phones": [{"number": meera.numbers[0]}], "allow_duplicate": True}
    assert manager.post("/v1/customers", body).status == 201

    def give_up() -> None:
        assert manager.delete(f"/v1/customers/{named(world, 'Ilse').id}").status == 204

    claim = keys.phone_claim(meera.numbers[0])
    with just_read(claim, give_up):
        assert manager.delete(f"/v1/customers/{meera.id}").status == 204
    assert world.table.get(claim) is None
    world.check()
