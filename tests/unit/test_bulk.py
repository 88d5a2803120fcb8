"""The action of a bulk change with one customer, and how the job goes through its selection."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chalicelib.domain.bulk import job as bulk_job
from chalicelib.domain.bulk.checks import check
from chalicelib.domain.bulk.job import Hands, Position, steps
from chalicelib.domain.bulk.model import Action, NewBulk
from chalicelib.domain.bulk.rows import Member, Task, do_row
from chalicelib.domain.customers.commands import create
from chalicelib.domain.customers.model import Customer, NewCustomer
from chalicelib.domain.customers.narrowing import CustomerFilter
from chalicelib.domain.customers.wanted import filters_of
from chalicelib.domain.errors import Conflict, Invalid, NotFound
from chalicelib.domain.jobs.model import Job, RowResult, StoredFile
from tests.support.fakes import MUMBAI, FakeCustomers, FakeWork, call, desk, shop, tag

GOLD, VIP = tag("tag_gold", "Gold"), tag("tag_vip", "VIP")


def made(kept: FakeCustomers, **fields: Any) -> str:
    body = {"given_name": "Asha", "phones": [{"number": "+919800000001"}], **fields}
    return create(desk(customers=kept), NewCustomer.model_validate(body), ["tag_vip"]).id


def done(kept: FakeCustomers, customer_id: str, action: dict[str, Any], **task: Any) -> RowResult:
    """The result of the action, done in the name of a bulk change."""
    work = FakeWork()
    at = replace(desk("manager", customers=kept, work=work, of=shop(GOLD, VIP)), job_id="blk_1")
    result = do_row(at, Task(action, **task), Member(7, customer_id))
    assert all(event.data["bulk_id"] == "blk_1" and not event.publish for event in work.events)
    assert len(work.events) == len(work.changes) == (result.result == "changed")
    return result


def found_by(**said: Any) -> Callable[[Customer], bool]:
    return filters_of(CustomerFilter.model_validate(said), shop(GOLD, VIP), frozenset(("manager",))).accepts


@pytest.mark.parametrize(
    ("action", "tags", "trace"),
    [
        ({"kind": "tag"}, ["tag_gold", "tag_vip"], {"did": "changed", "version": 1, "tags_added": ["tag_gold"]}),
        ({"kind": "untag"}, ["tag_vip"], {"did": "changed", "version": 1, "tags_removed": ["tag_vip"]}),
        (
            {"kind": "assign", "assignee": "usr_meera"},
            [],
            {"did": "changed", "version": 2, "before": {"assignee": None}, "after": {"assignee": "usr_meera"}},
        ),
        (
            {"kind": "change", "fields": {"occupation": None, "custom": {"ring": 14}}},
            [],
            {
                "did": "changed",
                "version": 2,
                "before": {"occupation": "Nurse", "custom": {}},
                "after": {"occupation": None, "custom": {"ring": 14}},
            },
        ),
        ({"kind": "archive"}, [], {"did": "archived", "version": 2}),
    ],
)
def test_an_action_changes_a_customer_once_and_leaves_a_trace(
    action: dict[str, Any], tags: list[str], trace: dict[str, Any]
) -> None:
    kept = FakeCustomers()
    customer_id = made(kept, occupation="Nurse")
    result = done(kept, customer_id, action, tags=tags)
    assert (result.row, result.result, result.customer_id) == (7, "changed", customer_id)
    assert json.loads(json.dumps(result.trace)) == trace
    assert done(kept, customer_id, action, tags=tags) == RowResult(7, "unchanged", customer_id)


def test_who_is_archived_or_unknown_is_refused() -> None:
    kept = FakeCustomers()
    customer_id = made(kept)
    done(kept, customer_id, {"kind": "archive"})
    with pytest.raises(Conflict) as refused:
        done(kept, customer_id, {"kind": "tag"}, tags=["tag_gold"])
    assert refused.value.code == "archived"
    with pytest.raises(NotFound):
        done(kept, "cus_unknown", {"kind": "archive"})


def test_who_does_not_pass_the_filter_any_more_is_refused() -> None:
    kept = FakeCustomers()
    customer_id = made(kept, source="online")
    with pytest.raises(Conflict) as refused:
        done(kept, customer_id, {"kind": "archive"}, meant=found_by(source="walk_in"))
    assert refused.value.code == "stale"
    assert done(kept, customer_id, {"kind": "archive"}, meant=found_by(source="online")).result == "changed"


def test_a_change_that_the_shop_does_not_accept_is_refused() -> None:
    kept = FakeCustomers()
    customer_id = made(kept)
    with pytest.raises(Invalid):
        done(kept, customer_id, {"kind": "change", "fields": {"home_location": "loc_closed"}})
    with pytest.raises(ValidationError):
        done(kept, customer_id, {"kind": "change", "fields": {"custom": {"x": "y" * 17_000}}})


def test_what_the_shop_does_not_have_is_named_at_once() -> None:
    here = shop(GOLD)
    check(Action(kind="tag", tags=["New", "gold"]), here, {"usr_meera"})
    check(Action(kind="untag", tags=["gold"]), here, {"usr_meera"})
    check(Action(kind="assign", assignee=None), here, {"usr_meera"})
    check(Action.model_validate({"kind": "change", "fields": {"home_location": MUMBAI.id}}), here, ())
    with pytest.raises(Invalid) as refused:
        check(Action(kind="untag", tags=["Gold", "New", "!"]), here, ())
    assert [error.pointer for error in refused.value.errors] == ["/action/tags/1", "/action/tags/2"]
    for action in ({"kind": "assign", "assignee": "usr_x"}, {"kind": "change", "fields": {"home_location": "loc_x"}}):
        with pytest.raises(Invalid):
            check(Action.model_validate(action), here, {"usr_meera"})


def test_what_was_asked_for_comes_back_from_the_job_as_it_was() -> None:
    """Null and absent are two things: one takes the language away, the other says nothing of it."""
    sent = {"selection": {"filter": {"city": "Pune"}}, "action": {"kind": "change", "fields": {"language": None}}}
    asked = NewBulk.model_validate(sent).model_dump(mode="json", exclude_unset=True)
    assert asked == sent
    assert NewBulk.model_validate(asked).model_dump(mode="json", exclude_unset=True) == sent


class Parts:
    """Files in memory; a line is ten bytes long."""

    def __init__(self) -> None:
        self.files: dict[str, list[str]] = {}

    def write(self, name: str, customer_ids: Sequence[str]) -> StoredFile:
        assert name not in self.files
        self.files[name] = list(customer_ids)
        return StoredFile(name, 10 * len(customer_ids))

    def read(self, name: str, file: StoredFile, offset: int) -> Iterable[tuple[str, int]]:
        assert file.tag == name
        return [(each, 10 * n) for n, each in enumerate(self.files[name], start=1)][offset // 10 :]


class Turn:
    """A turn that is given up after some steps; the job goes through JSON, as it does in the table."""

    def __init__(self, job: Job) -> None:
        self.job = job

    def go(self, hands: Hands, most: int) -> bool:
        """Whether the job came to its end."""
        for number, after in enumerate(steps(self, hands)):  # type: ignore[arg-type]  # all that steps look at
            stored = json.loads(json.dumps(dict(after.state)))
            self.job = replace(after, state=stored, version=self.job.version + 1)
            if number + 1 == most:
                return False
        return True


@given(
    pages=st.lists(st.integers(0, 4), max_size=12),
    stops=st.lists(st.integers(1, 3), max_size=40),
    sizes=st.tuples(st.integers(1, 3), st.integers(1, 3)),
)
def test_every_customer_is_done_in_order_wherever_the_turns_end(
    pages: list[int], stops: list[int], sizes: tuple[int, int]
) -> None:
    selected = [[f"cus_{n}_{m}" for m in range(size)] for n, size in enumerate(pages)]
    did: list[Member] = []

    def page(_: Job, position: Position | None) -> tuple[list[str], Position | None]:
        place = position["n"] if position else 0
        found = selected[place] if selected else []
        return found, {"n": place + 1} if place + 1 < len(selected) else None

    def do(_: Job, members: Sequence[Member]) -> list[RowResult]:
        did.extend(members)
        return [RowResult(member.number, "changed", member.customer_id) for member in members]

    hands = Hands(page, Parts(), do)
    turn = Turn(Job("blk_1", "bulk", "running", call().actor, "", 0))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bulk_job, "PART_PAGES", sizes[0])
        patch.setattr(bulk_job, "CHUNK", sizes[1])
        for most in [*stops, 1000]:
            if turn.go(hands, most):
                break
    everybody = [each for some in selected for each in some]
    assert [member.customer_id for member in did] == everybody
    assert [member.number for member in did] == list(range(1, len(everybody) + 1))
    assert (turn.job.total, turn.job.done) == (len(everybody), len(everybody))
