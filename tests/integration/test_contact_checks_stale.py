"""Findings are decided by who has read the newest, and details confirmed only of customers who are there."""

from dataclasses import replace
from functools import partial

import pytest

from chalicelib.domain.contact_checks.starting import Newest
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.errors import Conflict
from chalicelib.repos import keys
from chalicelib.repos.contact_findings import CheckWriter, Dropped, FindingReader, FindingWriter
from chalicelib.repos.transaction import Transaction
from tests.support.stale import begun, named, refused, written
from tests.support.world import World

MINE, OTHERS = "2026-11-23T10:00:00.000Z", "2026-11-23T10:00:01.000Z"


def _dismiss(customer_id: str, work: Transaction) -> None:
    _, before = FindingWriter(work).about(customer_id)
    first, *rest = before.items
    FindingWriter(work).save(before, replace(before, items=(replace(first, status="dismissed"), *rest)))


def _verify(customer: Customer, at: str, work: Transaction) -> None:
    FindingWriter(work).verified(customer, at)


def test_findings_that_were_decided_meanwhile_are_not_removed(world: World) -> None:
    kiran = named(world, "Kiran").id
    item = world.table.get(keys.findings(kiran))
    assert item is not None
    work = begun(world, lambda work: FindingWriter(work).remove(item))
    written(world, partial(_dismiss, kiran))
    refused(world, work)


def test_an_entry_that_leads_nowhere_is_counted_down_once(world: World) -> None:
    (entry, *_), _ = FindingReader(world.table).listed("open", None, None, 10, None)
    work = begun(world, lambda work: FindingWriter(work).drop(entry))
    written(world, lambda work: FindingWriter(work).drop(entry))
    refused(world, work, Dropped)


def test_nothing_is_decided_about_a_customer_who_was_archived_meanwhile(world: World) -> None:
    kiran = named(world, "Kiran").id
    work = begun(world, lambda work: FindingWriter(work).require_active(kiran))
    assert world.api("manager").delete(f"/v1/customers/{kiran}").status == 204
    refusal = refused(world, work, Conflict)
    assert (refusal.code, refusal.conflict_id) == ("archived", kiran)


@pytest.mark.parametrize("before", [None, "2026-11-01T10:00:00.000Z"], ids=["for the first time", "again"])
def test_who_confirms_details_knows_when_they_were_confirmed_before(world: World, before: str | None) -> None:
    kiran = named(world, "Kiran")
    if before:
        written(world, partial(_verify, kiran, before))
        kiran = named(world, "Kiran")
    work = begun(world, partial(_verify, kiran, MINE))
    written(world, partial(_verify, kiran, OTHERS))
    refused(world, work)
    assert named(world, "Kiran").verified_at == OTHERS


def test_details_of_a_customer_who_was_archived_meanwhile_are_not_confirmed(world: World) -> None:
    kiran = named(world, "Kiran")
    work = begun(world, partial(_verify, kiran, MINE))
    assert world.api("manager").delete(f"/v1/customers/{kiran.id}").status == 204
    refusal = refused(world, work, Conflict)
    assert (refusal.code, refusal.conflict_id) == ("archived", kiran.id)


@pytest.mark.parametrize("known", [True, False], ids=["after another", "the first"])
def test_of_two_checks_at_once_one_is_the_newest(world: World, known: bool) -> None:
    newest, _ = CheckWriter(begun(world, lambda _: None)).newest()
    assert newest is not None
    before = newest if known else None
    work = begun(world, lambda work: CheckWriter(work).set_newest(before, Newest("chk_mine", None)))
    written(world, lambda work: CheckWriter(work).set_newest(newest, Newest("chk_others", None)))
    refused(world, work)
