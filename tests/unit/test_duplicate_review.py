"""What a person decides about a pair."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from chalicelib.domain.customers.model import Customer
from chalicelib.domain.duplicates.model import Pair, pair_id
from chalicelib.domain.duplicates.review import Desk, decide
from chalicelib.domain.errors import Conflict, Stale
from tests.support import fakes
from tests.support.history import ASHA, archived

OTHER = replace(ASHA, id="cus_01k0000000000000000000000b")
PAIR = Pair(pair_id(ASHA.id, OTHER.id), 74, ("same_name",), (), "2026-11-21T00:00:00.000Z", "dpr_1")


@dataclass
class Kept:
    """A pair and its customers in memory."""

    customers: Sequence[Customer] = (ASHA, OTHER)
    pair: Pair = PAIR

    def with_customers(self, _: str) -> tuple[Pair, Sequence[Customer]]:
        return self.pair, self.customers

    def replace(self, before: Pair, after: Pair) -> None:
        assert before is self.pair
        self.pair = after

    def require_active(self, _: str) -> None:
        """What a commit sees to."""


def a_desk(*customers: Customer) -> tuple[Desk, Kept, fakes.FakeWork]:
    kept, work = Kept(customers or (ASHA, OTHER)), fakes.FakeWork()
    return Desk(fakes.call("manager"), work, kept), kept, work


def test_both_customers_are_told_and_each_names_the_other() -> None:
    desk, kept, work = a_desk()
    after, _ = decide(desk, PAIR.id, "different", frozenset((1,)))
    assert (kept.pair, after.status, after.version) == (after, "different", 2)
    both = [(ASHA.id, OTHER.id), (OTHER.id, ASHA.id)]
    assert [(event.aggregate, event.data["other_customer_id"]) for event in work.events] == both
    assert {event.kind for event in work.events} == {"duplicate_dismissed"}
    assert [(change.entity, (change.after or {})["other_customer_id"]) for change in work.changes] == both


@pytest.mark.parametrize("customers", [(archived(), OTHER), (ASHA, archived(OTHER))])
def test_a_pair_with_an_archived_customer_waits_for_their_return(customers: tuple[Customer, Customer]) -> None:
    desk, kept, work = a_desk(*customers)
    with pytest.raises(Conflict) as refused:
        decide(desk, PAIR.id, "different", None)
    assert refused.value.code == "archived"
    assert (kept.pair, work.events, work.changes) == (PAIR, [], [])


def test_the_same_word_again_and_a_word_about_an_older_version_write_nothing() -> None:
    desk, kept, work = a_desk()
    assert decide(desk, PAIR.id, "open", None)[0] is PAIR
    with pytest.raises(Stale):
        decide(desk, PAIR.id, "different", frozenset((2,)))
    assert (kept.pair, work.events, work.changes) == (PAIR, [], [])
