"""Commands of suppressed addresses, without a table."""

from dataclasses import dataclass, field
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.suppressions import commands
from chalicelib.domain.suppressions.addresses import comparable
from chalicelib.domain.suppressions.commands import MOST_MARKED, Desk
from chalicelib.domain.suppressions.model import Reason, Suppression
from tests.support import fakes

ADDRESS = "asha@example.com"


@dataclass
class Kept:
    """One address in memory, its holders and who is marked."""

    held_by: list[str] = field(default_factory=list)
    kept: Suppression | None = None
    marked: set[str] = field(default_factory=set)

    def get(self, _: str, __: str) -> Suppression | None:
        return self.kept

    def holders(self, _: str, __: str) -> list[str]:
        return self.held_by

    def keep(self, before: Suppression | None, after: Suppression) -> None:
        assert before is self.kept
        self.kept = after

    def lift(self, before: Suppression) -> None:
        assert before is self.kept
        self.kept = None

    def mark(self, customer_id: str, _: Suppression) -> None:
        self.marked.add(customer_id)

    def unmark(self, customer_id: str, _: Suppression) -> None:
        self.marked.remove(customer_id)


def a_desk(*holders: str) -> tuple[Desk, Kept, fakes.FakeWork]:
    kept, work = Kept(list(holders)), fakes.FakeWork()
    return Desk(fakes.call("manager"), work, kept), kept, work


def test_holders_are_marked_told_and_audited() -> None:
    desk, kept, work = a_desk("cus_1", "cus_2")
    made = commands.suppress(desk, "email", "Asha@Example.COM", "bounce", "msg_1")
    assert (made.address, made.marked, kept.marked) == (ADDRESS, ("cus_1", "cus_2"), {"cus_1", "cus_2"})
    assert [event.aggregate for event in work.events] == ["cus_1", "cus_2"]
    assert [change.entity for change in work.changes] == ["cus_1", "cus_2", made.id]


def test_so_many_holders_are_marked_as_fit_into_a_transaction() -> None:
    desk, kept, work = a_desk(*(f"cus_{n:02}" for n in range(MOST_MARKED + 1)))
    made = commands.suppress(desk, "email", ADDRESS, "manual")
    assert len(made.marked) == len(kept.marked) == len(work.events) == MOST_MARKED


def test_what_is_not_known_of_a_suppression_is_not_told() -> None:
    desk, _, work = a_desk("cus_1")
    made = commands.suppress(desk, "email", ADDRESS, "manual")
    facts = {"suppression_id": made.id, "channel": "email", "reason": "manual"}
    assert work.events[0].data == {"customer_id": "cus_1", **facts}
    assert work.changes[-1].after == {**facts, "holders": ["cus_1"]}


def test_the_address_stays_with_those_who_hold_it() -> None:
    """What is relayed, and the audit entry of the address itself, name it by its id."""
    desk, _, work = a_desk("cus_1")
    commands.suppress(desk, "email", ADDRESS, "bounce")
    assert ADDRESS not in str(work.events[0].data) + work.events[0].summary
    assert work.events[0].content == {"address": ADDRESS}
    assert ADDRESS not in str(work.changes[-1])


def test_who_was_marked_before_is_not_forgotten_when_others_come_first() -> None:
    desk, kept, _ = a_desk(*(f"cus_{n:02}" for n in range(10, 10 + MOST_MARKED)))
    commands.suppress(desk, "email", ADDRESS, "bounce")
    kept.held_by = ["cus_01", "cus_02", *kept.held_by]
    commands.suppress(desk, "email", ADDRESS, "complaint")
    commands.lift(desk, "email", ADDRESS)
    assert kept.marked == set()


@given(st.lists(st.sampled_from(get_args(Reason)), max_size=6))
def test_the_order_of_the_providers_words_makes_no_difference(reasons: list[Reason]) -> None:
    desk, kept, work = a_desk("cus_1")
    for reason in reasons:
        commands.suppress(desk, "email", ADDRESS, reason)
    weights = {"manual": 0, "bounce": 1, "stop_reply": 2, "complaint": 3}
    assert (kept.kept.reason if kept.kept else None) == max(reasons, key=weights.__getitem__, default=None)
    assert len(work.events) <= len(set(reasons))


@pytest.mark.parametrize(
    ("channel", "written", "form"),
    [
        ("email", "Asha@Bücher.example", "asha@bücher.example"),
        ("email", "asha@xn--bcher-kva.example", "asha@bücher.example"),
        ("email", "a+b@Example.com", "a+b@example.com"),
        ("sms", "+919876543210", "+919876543210"),
        ("sms", "+91 98765-43210", "+919876543210"),
        ("sms", "098765 43210", "+919876543210"),
        ("sms", "+९१ ९८७६५ ४३२१०", "+919876543210"),
    ],
)
def test_one_form_for_all_notations(channel: str, written: str, form: str) -> None:
    assert comparable(channel, written, "IN") == form
