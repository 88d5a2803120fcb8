"""Reminders: ids, rules, and the merge of the partitions they are listed from."""

import itertools
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chalicelib.domain import ids, instants
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.errors import Conflict, Invalid, Stale
from chalicelib.domain.reminders import commands
from chalicelib.domain.reminders.commands import Desk
from chalicelib.domain.reminders.model import NewReminder, Reminder, ReminderKind
from chalicelib.domain.reminders.types import NAMES
from chalicelib.repos.reminders_due import merged
from chalicelib.repos.table import Page
from tests.support import fakes
from tests.support.history import ASHA, archived
from tests.unit.test_inquiries import PEOPLE

DUE = instants.to_text(fakes.NOW + timedelta(days=7))


def test_an_id_carries_its_owner() -> None:
    owned = ids.new_owned_id("rem", ASHA.id, fakes.NOW)
    assert ids.owner_of(owned, "rem") == ASHA.id
    assert not ids.is_id(owned, "rem")
    for other in (
        "",
        "rem_",
        ASHA.id,
        owned[:-1],
        owned + "a",
        owned.upper(),
        owned.replace("rem_", "nte_"),
        owned[4:],
    ):
        assert ids.owner_of(other, "rem") is None


@given(st.text())
def test_no_other_text_names_an_owner(text: str) -> None:
    assert ids.owner_of(text, "rem") is None
    assert ids.owner_of(f"rem_{text}", "rem") is None


def test_every_type_has_a_name() -> None:
    assert set(NAMES) == set(get_args(ReminderKind))


@dataclass
class Reminders:
    """Reminders in a dict."""

    of: Customer = ASHA
    kept: dict[str, Reminder] = field(default_factory=dict)

    def customer(self, _: str) -> Customer:
        return self.of

    def get(self, reminder_id: str) -> Reminder:
        return self.kept[reminder_id]

    def add(self, _: Customer, reminder: Reminder) -> None:
        self.kept[reminder.id] = reminder

    def change(self, before: Reminder, after: Reminder) -> None:
        assert self.kept[before.id] is before
        self.kept[after.id] = after


@dataclass
class Counter:
    """A desk, what it keeps and what it records."""

    of: Customer = ASHA
    work: fakes.FakeWork = field(default_factory=fakes.FakeWork)

    def __post_init__(self) -> None:
        self.store = Reminders(self.of)
        self.desk = Desk(fakes.call("sales"), self.work, self.store, PEOPLE)

    def set(self, **fields: Any) -> Reminder:
        wanted = {"type": "birthday", "due_at": DUE, "note": "Ring", **fields}
        return commands.set_reminder(self.desk, ASHA.id, NewReminder(**wanted))

    def change(self, reminder: Reminder, patch: dict[str, Any], if_match: frozenset[int] | None = None) -> Reminder:
        return commands.change(self.desk, reminder.id, patch, if_match)

    @property
    def kinds(self) -> list[str]:
        return [event.kind for event in self.work.events]


def test_a_reminder_is_the_callers_unless_somebody_is_named() -> None:
    counter = Counter()
    assert counter.set().assignee == "usr_meera"
    assert counter.set(assignee="usr_here").assignee == "usr_here"
    assert counter.work.events[0].content == {"note": "Ring"}
    assert "Ring" not in str(counter.work.events[0].data)


@pytest.mark.parametrize("nobody", ["usr_left", "usr_unknown", "Meera"])
def test_nobody_is_reminded_in_vain(nobody: str) -> None:
    counter = Counter()
    with pytest.raises(Invalid) as refusal:
        counter.set(assignee=nobody)
    assert refusal.value.errors[0].pointer == "/assignee"
    assert not counter.store.kept


def test_a_day_late_is_late_and_more_is_a_mistake() -> None:
    counter = Counter()
    yesterday = fakes.NOW - timedelta(days=1)
    reminder = counter.set(due_at=instants.to_text(yesterday))
    earlier = instants.to_text(yesterday - timedelta(milliseconds=1))
    with pytest.raises(Invalid) as refusal:
        counter.set(due_at=earlier)
    assert refusal.value.errors[0].pointer == "/due_at"
    with pytest.raises(Invalid):
        counter.change(reminder, {"due_at": earlier})


def test_an_old_reminder_can_still_be_completed() -> None:
    counter = Counter()
    old = counter.set()
    counter.store.kept[old.id] = old = Reminder(**{**vars(old), "due_at": "2020-01-01T00:00:00.000Z"})
    assert counter.change(old, {"status": "done"}).status == "done"


def test_due_is_kept_in_utc() -> None:
    assert Counter().set(due_at="2027-03-08T15:30:00+05:30").due_at == "2027-03-08T10:00:00.000Z"


def test_complete_reopen_reschedule() -> None:
    counter = Counter()
    done = counter.change(counter.set(), {"status": "done"})
    assert done.done is not None
    assert (done.status, done.done.id, done.version) == ("done", "usr_meera", 2)
    again = counter.change(done, {"status": "open", "due_at": "2027-05-01T00:00:00Z"})
    assert (again.status, again.done, again.due_at) == ("open", None, "2027-05-01T00:00:00.000Z")
    counter.change(again, {"note": None, "assignee": "usr_here"})
    assert counter.kinds == [
        "reminder_set",
        "reminder_completed",
        "reminder_reopened",
        "reminder_rescheduled",
        "reminder_changed",
    ]
    assert counter.store.kept[done.id].note == ""


def test_the_audit_says_what_a_reminder_was_and_is() -> None:
    counter = Counter()
    reminder = counter.set()
    counter.change(reminder, {"status": "done", "note": "Bracelet"})
    changed = counter.work.changes[-1]
    assert (changed.action, changed.entity) == ("reminder.change", ASHA.id)
    before, after = dict(changed.before or {}), dict(changed.after or {})
    assert (before["reminder_id"], after["reminder_id"]) == (reminder.id, reminder.id)
    assert (before["status"], before["note"]) == ("open", "Ring")
    assert (after["status"], after["note"]) == ("done", "Bracelet")


def test_what_changes_nothing_writes_nothing() -> None:
    counter = Counter()
    reminder = counter.set()
    assert counter.change(reminder, {"due_at": DUE.replace("Z", "+00:00"), "status": "open"}) is reminder
    assert counter.kinds == ["reminder_set"]


@pytest.mark.parametrize(
    "patch", [{"status": "cancelled"}, {"due_at": None}, {"assignee": None}, {"due_at": "soon"}, {"customer_id": "x"}]
)
def test_what_a_patch_may_not_say(patch: dict[str, Any]) -> None:
    counter = Counter()
    with pytest.raises(ValidationError):
        counter.change(counter.set(), patch)


def test_a_cancelled_reminder_stays_cancelled() -> None:
    counter = Counter()
    reminder = counter.set()
    commands.cancel(counter.desk, reminder.id, None)
    commands.cancel(counter.desk, reminder.id, None)
    assert counter.kinds == ["reminder_set", "reminder_cancelled"]
    with pytest.raises(Conflict) as refusal:
        counter.change(reminder, {"status": "done"})
    assert refusal.value.code == "cancelled"


def test_versions_and_archived_customers_are_respected() -> None:
    counter = Counter()
    reminder = counter.set()
    with pytest.raises(Stale):
        counter.change(reminder, {"status": "done"}, frozenset({3}))
    with pytest.raises(Stale):
        commands.cancel(counter.desk, reminder.id, frozenset({3}))
    with pytest.raises(Conflict):
        Counter(archived()).set()


@given(
    st.lists(st.sets(st.integers(min_value=0, max_value=60), max_size=12), min_size=4, max_size=4),
    st.integers(min_value=1, max_value=7),
    st.integers(min_value=1, max_value=7),
)
def test_pages_of_all_shards_show_everything_once_and_in_order(
    shards: list[set[int]], limit: int, examined: int
) -> None:
    held = [sorted(f"{number:02d}#{shard}" for number in numbers) for shard, numbers in enumerate(shards)]
    shown: list[str] = []
    position: Any = None
    for _ in itertools.count():
        pages = [_page(keys, position, examined) for keys in held]
        items, position = merged(pages, limit)
        assert len(items) <= limit
        shown += [item["sk"] for item in items]
        if position is None:
            break
    assert shown == sorted(itertools.chain(*held))


def _page(keys: list[str], position: Any, examined: int) -> Page:
    left = [key for key in keys if position is None or key > position["k"]]
    return Page([{"sk": key} for key in left[:examined]], left[examined - 1] if len(left) >= examined else None)
