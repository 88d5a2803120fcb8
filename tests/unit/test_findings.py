"""Deciding about findings, and confirming details with a customer."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from chalicelib.domain.contact_checks import commands
from chalicelib.domain.contact_checks.commands import Desk
from chalicelib.domain.contact_checks.model import FindingPatch, Findings
from chalicelib.domain.contact_checks.rules import Doubt
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.errors import Conflict, NotFound
from tests.support import fakes
from tests.support.history import ASHA, archived

DOUBTS = (Doubt("not_verified", "/verified_at", "", "long ago"), Doubt("name_odd", "/given_name", "A5ha", "odd"))
FOUND = commands.renewed(Findings(ASHA.id), DOUBTS, None, fakes.call())


@dataclass
class Kept:
    """The findings about one customer in memory."""

    of: Customer = ASHA
    findings: Findings = FOUND
    confirmed: list[str] = field(default_factory=list)

    def about(self, _: str) -> tuple[Customer, Findings]:
        return self.of, self.findings

    def save(self, before: Findings, after: Findings) -> None:
        assert before is self.findings
        self.findings = after

    def require_active(self, _: str) -> None:
        """What a commit sees to."""

    def verified(self, _: Customer, at: str) -> None:
        self.confirmed.append(at)


def a_desk(of: Customer = ASHA) -> tuple[Desk, Kept, fakes.FakeWork]:
    kept, work = Kept(of), fakes.FakeWork()
    return Desk(fakes.call("sales"), work, kept), kept, work


def test_details_that_are_confirmed_settle_what_asked_for_that() -> None:
    desk, kept, work = a_desk()
    by = commands.verify(desk, ASHA.id, "Read out")
    assert kept.confirmed == [by.at]
    assert [each.kind for each in kept.findings.items] == ["name_odd"]
    assert [event.kind for event in work.events] == ["details_verified"]
    assert [change.action for change in work.changes] == ["customer.verify"]


def test_nobody_confirms_or_decides_anything_of_an_archived_customer() -> None:
    desk, kept, work = a_desk(archived())
    for command in (
        lambda: commands.verify(desk, ASHA.id, None),
        lambda: commands.decide(desk, FOUND.items[0].id, FindingPatch(status="dismissed"), None),
    ):
        with pytest.raises(Conflict) as refused:
            command()
        assert refused.value.code == "archived"
    assert (kept.confirmed, kept.findings, work.events, work.changes) == ([], FOUND, [], [])


def test_what_is_settled_is_no_finding_any_more() -> None:
    desk, kept, _ = a_desk()
    kept.findings = replace(FOUND, items=FOUND.items[:1])
    settled: Any = FOUND.items[1].id
    with pytest.raises(NotFound):
        commands.found(kept, settled)
    with pytest.raises(NotFound):
        commands.decide(desk, settled, FindingPatch(status="dismissed"), None)
    assert commands.found(kept, FOUND.items[0].id)[2] == FOUND.items[0]
