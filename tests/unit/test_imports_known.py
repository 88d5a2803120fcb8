"""What is read of the customers whom rows may be about, and in how many calls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from chalicelib.domain.customers.model import Customer
from chalicelib.domain.errors import NotFound
from chalicelib.domain.imports.identity import Identity
from chalicelib.repos import keys
from chalicelib.repos.customer_items import profile_attributes
from chalicelib.repos.keys import Key
from chalicelib.repos.known import Found, look_up
from chalicelib.repos.rehearsal import Over, Rehearsal
from chalicelib.repos.table import Item, Table

AT = "2026-11-22T10:00:00.000Z"
NUMBER = "+919876543210"


@dataclass
class Counted:
    """A table in memory that remembers what it was asked for."""

    items: Mapping[Key, Item]
    asked: list[Sequence[Key]] = field(default_factory=list)

    def get_many(self, wanted: Sequence[Key]) -> dict[Key, Item]:
        if wanted:
            self.asked.append(wanted)
        return {key: self.items[key] for key in wanted if key in self.items}


def profile(customer_id: str) -> dict[Key, Item]:
    doc: dict[str, Any] = {"phones": [], "emails": [], "addresses": []}
    kept = profile_attributes(Customer(customer_id, doc, 1, "active", AT, AT))
    key = keys.profile(customer_id)
    return {key: {"pk": key.pk, "sk": key.sk, **kept}}


def found(table: Counted, *identities: Identity) -> Found:
    return look_up(cast(Table, table), identities)


def test_customers_named_by_id_are_read_with_the_claims_and_not_again() -> None:
    claim = {"holder": "cus_a", "holders": 1}
    table = Counted({**profile("cus_a"), **profile("cus_b"), keys.phone_claim(NUMBER): claim})
    rows = [Identity("1", None, (NUMBER,), customer_id="cus_a"), Identity("2", customer_id="cus_gone")]
    known = found(table, *rows)
    assert [getattr(known.by_id(each), "id", None) for each in ("cus_a", "cus_gone")] == ["cus_a", None]
    assert [holder.id for holder in known.holders("phone", NUMBER)] == ["cus_a"]
    (asked,) = table.asked
    assert len(asked) == len(set(asked)) == 5, "two marks, two profiles, one claim"


def test_another_holder_costs_a_second_read() -> None:
    claim = {"holder": "cus_b", "holders": 1}
    table = Counted({**profile("cus_a"), **profile("cus_b"), keys.phone_claim(NUMBER): claim})
    known = found(table, Identity("1", None, (NUMBER,), customer_id="cus_a"))
    assert [holder.id for holder in known.holders("phone", NUMBER)] == ["cus_b"]
    assert [*table.asked[1:]] == [[keys.profile("cus_b")]]


def test_a_dry_run_knows_nobody_of_whom_nothing_is_known(tmp_path: Path) -> None:
    rehearsal = Rehearsal(tmp_path / "rehearsal")
    with pytest.raises(NotFound):
        Over(rehearsal, Found()).get("cus_1")
    rehearsal.close()
