"""Suppressions and the marks on profiles are written only over what was read: somebody else may have been there."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from chalicelib.domain.signature import Signature
from chalicelib.domain.suppressions.model import Suppression
from chalicelib.repos import keys
from chalicelib.repos.suppressions import SuppressionReader, SuppressionWriter
from chalicelib.repos.transaction import Transaction
from tests.support.stale import begun, refused, written
from tests.support.world import World

LOST = "lost@shop.example"
BY = Signature("usr_1", "Meera", "2026-11-23T09:00:00.000Z")
NEW = [
    Suppression("sup_1", "email", "meera@shop.example", "manual", BY),
    Suppression("sup_1", "sms", "+919810000001", "manual", BY),
]


def known(world: World) -> Suppression:
    found = SuppressionReader(world.table).get("email", LOST)
    assert found
    return found


def keep(before: Suppression | None, after: Suppression) -> Callable[[Transaction], None]:
    return lambda work: SuppressionWriter(work).keep(before, after)


def test_an_address_is_suppressed_for_the_first_time_once(world: World) -> None:
    refused(world, begun(world, keep(None, replace(known(world), version=1))))


def test_another_reason_that_was_written_meanwhile_stays(world: World) -> None:
    before = known(world)
    written(world, keep(before, replace(before, version=before.version + 1, reason="complaint")))
    refused(world, begun(world, keep(before, replace(before, version=before.version + 1, reason="bounce"))))
    assert known(world).reason == "complaint"


def test_what_was_suppressed_anew_meanwhile_is_not_lifted(world: World) -> None:
    before = known(world)
    written(world, keep(before, replace(before, version=before.version + 1, reason="complaint")))
    refused(world, begun(world, lambda work: SuppressionWriter(work).lift(before)))
    assert known(world).reason == "complaint"


@pytest.mark.parametrize("what", ["mark", "unmark"])
@pytest.mark.parametrize("suppression", NEW, ids=["email", "sms"])
def test_who_has_given_the_address_up_meanwhile_is_neither_marked_nor_unmarked(
    world: World, suppression: Suppression, what: str
) -> None:
    customer_id = world.records["cus"][0]
    body = {"phones": [], "emails": [{"address": "other@shop.example"}]}
    assert world.api("sales").patch(f"/v1/customers/{customer_id}", body).status == 200
    refused(world, begun(world, lambda work: getattr(SuppressionWriter(work), what)(customer_id, suppression)))


@pytest.mark.parametrize("what", ["mark", "unmark"])
def test_a_profile_that_is_gone_is_not_made_out_of_a_mark(world: World, what: str) -> None:
    """A table that was restored from two moments may lead to a profile that is not there."""
    customer_id = world.records["cus"][0]
    written(world, lambda work: work.delete(keys.profile(customer_id)))
    refused(world, begun(world, lambda work: getattr(SuppressionWriter(work), what)(customer_id, NEW[0])))
