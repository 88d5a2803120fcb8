"""What staff do with customers, without a table."""

from typing import Any

import pytest
from pydantic import ValidationError

from chalicelib.domain.customers import commands
from chalicelib.domain.customers.model import Customer, NewCustomer
from chalicelib.domain.errors import Conflict, Invalid, Stale
from tests.support.fakes import FakeCustomers, FakeWork, desk, shop, tag

VIP, SECRET = tag("tag_vip", "VIP"), tag("tag_secret", "Secret", "managers")


def body(**fields: Any) -> NewCustomer:
    return NewCustomer.model_validate({"given_name": "Asha", "phones": [{"number": "98765 43210"}], **fields})


def made(customers: FakeCustomers, **fields: Any) -> Customer:
    return commands.create(desk(customers=customers), body(**fields), ())


def test_creating_writes_one_event_and_one_audit_entry() -> None:
    work = FakeWork()
    customer = commands.create(desk(work=work), body(), (VIP.id,))
    assert customer.numbers == ("+919876543210",)
    assert [event.kind for event in work.events] == ["customer_created"]
    assert work.events[0].data == {"customer_id": customer.id, "source": "walk_in", "tag_ids": [VIP.id]}
    assert [change.action for change in work.changes] == ["customer.create"]


def test_an_event_carries_no_personal_data() -> None:
    work, customers = FakeWork(), FakeCustomers()
    front = desk(work=work, customers=customers)
    customer = commands.create(front, body(emails=[{"address": "asha@shop.example"}]), ())
    commands.change(front, customer.id, {"given_name": "Usha", "birthday": "1990-03-15"}, None)
    said = str([(event.summary, event.data) for event in work.events])
    assert not [text for text in ("Asha", "Usha", "98765", "asha@", "1990") if text in said]


@pytest.mark.parametrize(
    ("source", "met"), [("walk_in", True), ("inquiry", True), ("online", False), ("import", False)]
)
def test_the_first_contact_depends_on_the_source(source: str, met: bool) -> None:
    assert (made(FakeCustomers(), source=source).last_contact_at is not None) == met


def test_the_home_locations_country_counts_before_the_settings() -> None:
    front = desk(of=shop(default_country="US"))
    assert commands.create(front, body(home_location="loc_mumbai"), ()).numbers == ("+919876543210",)


def test_a_change_keeps_what_it_does_not_name() -> None:
    customers, work = FakeCustomers(), FakeWork()
    before = made(customers, title="Ms", custom={"a": {"b": 1, "c": 2}})
    patch = {"title": None, "custom": {"a": {"b": None}}}
    after = commands.change(desk(customers=customers, work=work), before.id, patch, frozenset((1,)))
    assert (after.doc["title"], after.doc["custom"], after.version) == (None, {"a": {"c": 2}}, 2)
    assert after.doc["phones"] == before.doc["phones"]
    assert work.changes[0].before == {"title": "Ms", "custom": {"a": {"b": 1, "c": 2}}}
    assert work.events[0].data["fields"] == ["custom", "title"]


def test_a_change_of_nothing_writes_nothing() -> None:
    customers, work = FakeCustomers(), FakeWork()
    before = made(customers)
    assert commands.change(desk(customers=customers, work=work), before.id, {"nickname": None}, None) == before
    assert (work.events, work.changes) == ([], [])


def test_an_old_version_is_stale() -> None:
    customers = FakeCustomers()
    before = made(customers)
    with pytest.raises(Stale):
        commands.change(desk(customers=customers), before.id, {"title": "Dr"}, frozenset((7,)))


def test_a_stored_number_is_not_read_anew() -> None:
    """It was read when the shop was in India; the settings may say otherwise by now."""
    customers = FakeCustomers()
    before = made(customers)
    abroad = desk(customers=customers, of=shop(default_country=None))
    assert commands.change(abroad, before.id, {"title": "Dr"}, None).numbers == before.numbers
    with pytest.raises(Invalid):
        commands.change(abroad, before.id, {"phones": [{"number": "98765 43211"}]}, None)


@pytest.mark.parametrize("patch", [{"phones": None}, {"id": "cus_1"}, {"tags": ["VIP"]}, {"allow_duplicate": 1}])
def test_a_patch_that_is_not_acceptable(patch: dict[str, Any]) -> None:
    customers = FakeCustomers()
    before = made(customers)
    with pytest.raises(ValidationError):
        commands.change(desk(customers=customers), before.id, patch, None)


def test_an_archived_customer_is_not_written_to() -> None:
    customers = FakeCustomers()
    customer = made(customers, external_id="x1")
    front = desk("manager", customers=customers)
    assert commands.archive(front, customer.id).status == "archived"
    assert commands.archive(front, customer.id).version == 2
    with pytest.raises(Conflict, match="archived"):
        commands.change(front, customer.id, {"title": "Dr"}, None)
    with pytest.raises(Conflict, match="archived"):
        commands.set_tags(front, customer.id, ())
    with pytest.raises(Conflict, match="archived"):
        commands.replace_by_external_id(front, "x1", body(title="Dr"), ())
    assert customers.kept[customer.id].version == 2
    restored = commands.restore(front, customer.id, share=True)
    assert (restored.status, restored.version, customers.shared[-1]) == ("active", 3, True)


def test_tags_that_the_caller_does_not_see_stay() -> None:
    customers, work = FakeCustomers(), FakeWork()
    of = shop(VIP, SECRET)
    customer = commands.create(desk(customers=customers), body(), (SECRET.id,))
    after = commands.set_tags(desk("sales", customers=customers, work=work, of=of), customer.id, (VIP.id,))
    assert after.tags == (SECRET.id, VIP.id)
    assert work.events[0].data["added"] == ["VIP"]
    cleared = commands.set_tags(desk("manager", customers=customers, work=work, of=of), customer.id, ())
    assert cleared.tags == ()
    assert work.events[1].data["removed"] == ["VIP"]
    assert "Secret" not in str(work.events)


def test_upsert_creates_changes_and_leaves_alone() -> None:
    customers = FakeCustomers()
    front = desk(customers=customers)
    first, is_new = commands.replace_by_external_id(front, "x1", body(), ())
    assert is_new
    same, is_new = commands.replace_by_external_id(front, "x1", body(), ())
    assert (same.version, is_new) == (1, False)
    changed, _ = commands.replace_by_external_id(front, "x1", body(family_name="Rao"), ())
    assert (changed.id, changed.version) == (first.id, 2)
