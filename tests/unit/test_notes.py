"""Rules and commands of notes."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from pydantic import ValidationError

from chalicelib.domain.customers.model import Customer
from chalicelib.domain.errors import Conflict, Stale
from chalicelib.domain.notes import commands
from chalicelib.domain.notes.commands import Desk
from chalicelib.domain.notes.guidance import GUIDE, hints
from chalicelib.domain.notes.model import Note, NoteFields
from tests.support import fakes
from tests.support.history import ASHA, archived


@dataclass
class Notes:
    """Notes in a dict."""

    of: Customer = ASHA
    kept: dict[str, Note] = field(default_factory=dict)

    def customer(self, _: str) -> Customer:
        return self.of

    def get(self, _: str, note_id: str) -> Note:
        return self.kept[note_id]

    def add(self, _: Customer, note: Note) -> None:
        self.kept[note.id] = note

    def correct(self, before: Note, after: Note) -> None:
        assert self.kept[before.id] is before
        self.kept[after.id] = after

    def withdraw(self, before: Note, after: Note) -> None:
        self.correct(before, after)


def a_desk(of: Customer = ASHA) -> tuple[Desk, Notes, fakes.FakeWork]:
    notes, work = Notes(of), fakes.FakeWork()
    return Desk(fakes.call("sales"), work, notes), notes, work


def codes(text: str) -> list[str]:
    return [hint.code for hint in hints(text)]


@pytest.mark.parametrize("text", ["Good customer", "Came to store", "Asked about rings", "ok", "Was in the shop"])
def test_a_note_that_says_nothing_gets_a_hint(text: str) -> None:
    assert {"too_short", "nothing_to_act_on"} & set(codes(text))


@pytest.mark.parametrize(
    "text",
    [
        "Prefers rose gold, budget 50-80k",
        "Prefers rose gold, budget ₹50K-80K for anniversary gift",
        "Wife's birthday March 15, call week before",
        "Wants to see diamond solitaires on next visit",
        "Size 7",
        "गुलाबी सोना",
        "玫瑰金",
        "She came in with her sister after lunch and they looked at everything in the bridal window",
    ],
)
def test_a_note_that_helps_gets_none(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    "text", ["Rude on the phone on 3 May", "Wants a ring of size 7, very picky", "A terrible client"]
)
def test_opinions_are_pointed_out(text: str) -> None:
    assert "opinion" in codes(text)


def test_the_guide_follows_its_own_rules() -> None:
    assert all(not hints(example.text) for example in GUIDE.good)
    assert all(hints(example.text) for example in GUIDE.poor)


def test_a_withdrawn_note_needs_no_hint() -> None:
    assert hints(None) == []


def test_adding_writes_note_event_and_audit() -> None:
    desk, notes, work = a_desk()
    note = commands.add(desk, ASHA.id, NoteFields(text="Likes rubies", kind="requirement"))
    assert notes.kept[note.id] == note
    assert (note.author.id, note.event_id, note.version) == ("usr_meera", "evt_1", 1)
    (event,) = work.events
    assert (event.kind, event.content) == ("note_added", {"text": "Likes rubies", "kind": "requirement"})
    assert "Likes rubies" not in str(event.data)
    assert [change.action for change in work.changes] == ["note.add"]


def test_an_archived_customer_takes_no_notes() -> None:
    desk, notes, work = a_desk(archived())
    with pytest.raises(Conflict, match="archived"):
        commands.add(desk, ASHA.id, NoteFields(text="Likes rubies"))
    assert not notes.kept
    assert not work.events


def corrected(patch: dict[str, Any], if_match: frozenset[int] | None = None) -> tuple[Note, Note, fakes.FakeWork]:
    desk, _, work = a_desk()
    before = commands.add(desk, ASHA.id, NoteFields(text="Likes rubies", kind="service"))
    work.events.clear()
    work.changes.clear()
    return before, commands.correct(desk, ASHA.id, before.id, patch, if_match), work


def test_a_correction_keeps_author_and_event() -> None:
    before, after, work = corrected({"text": "Likes emeralds"})
    assert (after.text, after.kind, after.version) == ("Likes emeralds", "service", 2)
    assert (after.author, after.event_id) == (before.author, before.event_id)
    (event,) = work.events
    assert (event.kind, event.content) == ("note_corrected", None)
    (change,) = work.changes
    assert (change.before or {})["text"] == "Likes rubies"
    assert (change.after or {})["text"] == "Likes emeralds"


def test_removing_the_kind_makes_it_general() -> None:
    assert corrected({"kind": None})[1].kind == "general"


def test_a_correction_that_changes_nothing_writes_nothing() -> None:
    before, after, work = corrected({"text": "Likes rubies"})
    assert after is before
    assert not work.events
    assert not work.changes


@pytest.mark.parametrize("patch", [{"text": None}, {"text": 5}, {"text": ""}, {"kind": "secret"}, {"author": "x"}])
def test_a_correction_is_checked_like_a_new_note(patch: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        corrected(patch)


def test_another_version_is_not_corrected() -> None:
    with pytest.raises(Stale):
        corrected({"text": "Likes emeralds"}, frozenset({7}))


def test_another_version_is_not_withdrawn() -> None:
    desk, notes, work = a_desk()
    note = commands.add(desk, ASHA.id, NoteFields(text="Likes rubies"))
    with pytest.raises(Stale):
        commands.withdraw(desk, ASHA.id, note.id, frozenset({7}))
    assert notes.kept == {note.id: note}
    assert [event.kind for event in work.events] == ["note_added"]


def test_a_withdrawal_leaves_a_trace_and_no_words() -> None:
    desk, notes, work = a_desk()
    note = commands.add(desk, ASHA.id, NoteFields(text="Likes rubies"))
    commands.withdraw(desk, ASHA.id, note.id, None)
    kept = notes.kept[note.id]
    assert (kept.text, kept.author) == (None, note.author)
    assert kept.withdrawn is not None
    assert kept.withdrawn.id == "usr_meera"
    assert work.events[-1].kind == "note_withdrawn"
    commands.withdraw(desk, ASHA.id, note.id, None)
    assert len(work.events) == 2
    with pytest.raises(Conflict) as refusal:
        commands.correct(desk, ASHA.id, note.id, {"text": "again"}, None)
    assert refusal.value.code == "withdrawn"
