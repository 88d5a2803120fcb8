"""The largest create and the largest change fit into one transaction of DynamoDB."""

from datetime import UTC, datetime
from typing import Any
from unittest.mock import create_autospec

import pytest

from chalicelib.domain import ids
from chalicelib.domain.call import Actor, Call
from chalicelib.domain.customers import commands
from chalicelib.domain.customers.model import MOST_TAGS, Customer, NewCustomer
from chalicelib.domain.errors import Invalid
from chalicelib.domain.shop.model import Shop, Tag
from chalicelib.repos.customers import CustomerWriter
from chalicelib.repos.keys import idempotency
from chalicelib.repos.shop import ShopWriter
from chalicelib.repos.table import Table
from chalicelib.repos.transaction import MOST_ITEMS, Transaction

NOW = datetime(2026, 11, 22, tzinfo=UTC)
CALL = Call(Actor("usr_1", "Meera", frozenset(("manager",))), NOW, "req_1")
TAGS = {f"tag_{n}": Tag(f"tag_{n}", 1, f"Tag {n}", "#000000", None, None, "everyone") for n in range(2 * MOST_TAGS)}


def largest(seed: int) -> dict[str, Any]:
    """Every list full, every word different, nothing in common with another seed."""
    words = [f"{chr(97 + (n + seed) % 26)}word{seed}x{n}" for n in range(8)]
    return {
        "given_name": " ".join(words[:3]),
        "family_name": " ".join(words[3:6]),
        "company": words[6],
        "nickname": words[7],
        "phones": [{"number": f"+9198{seed}00000{n:02}"} for n in range(5)],
        "emails": [{"address": f"a{n}@shop{seed}.example"} for n in range(5)],
        "addresses": [{"kind": "home", "city": f"City {seed} {n}"} for n in range(5)],
        "external_id": f"external-{seed}",
        "source": "walk_in" if seed == 1 else "online",
        "category": None if seed == 1 else "business",
    }


class Writer(CustomerWriter):
    """The real writer over a customer in memory."""

    customer: Customer

    def get(self, customer_id: str) -> Customer:  # noqa: ARG002 -- there is only this one
        return self.customer


def desk() -> tuple[commands.Desk, Transaction, Writer]:
    work = Transaction(create_autospec(Table, instance=True), CALL)
    work.table.name = "facet"
    writer = Writer(work)
    return commands.Desk(CALL, writer, work, Shop(tags=TAGS), ()), work, writer


def remembered(work: Transaction) -> int:
    work.put(idempotency("usr_1", "route", "key"), {}, first=True)
    return len(work)


def test_the_largest_create_fits() -> None:
    front, work, _ = desk()
    tags = tuple(TAGS)[:MOST_TAGS]
    ShopWriter(work).require_tags(tags)
    commands.create(front, NewCustomer.model_validate(largest(1)), tags)
    assert 60 < remembered(work) < MOST_ITEMS


def test_the_largest_change_fits() -> None:
    made, _, _ = desk()
    before = commands.create(made, NewCustomer.model_validate(largest(1)), tuple(TAGS)[:MOST_TAGS])
    front, work, writer = desk()
    writer.customer = before
    after = commands.change(front, before.id, largest(2), None)
    assert after.version == 2
    assert 80 < remembered(work) < MOST_ITEMS


def test_the_largest_archiving_and_tagging_fit() -> None:
    made, _, _ = desk()
    tags = tuple(TAGS)
    before = commands.create(made, NewCustomer.model_validate(largest(1)), tags[:MOST_TAGS])
    front, work, writer = desk()
    writer.customer = before
    commands.archive(front, before.id)
    assert 50 < remembered(work) < MOST_ITEMS
    front, work, writer = desk()
    writer.customer = before
    ShopWriter(work).require_tags(tags[MOST_TAGS:])
    commands.set_tags(front, before.id, tags[MOST_TAGS:])
    assert 60 < remembered(work) < MOST_ITEMS


def test_a_larger_transaction_is_refused_before_it_is_sent() -> None:
    _, work, _ = desk()
    for _ in range(MOST_ITEMS + 1):
        work.put(idempotency("a", "b", ids.new_id("key", NOW)), {})
    with pytest.raises(Invalid, match="101"):
        work.commit()
