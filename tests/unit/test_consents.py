"""Rules and commands of consent."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import reduce
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chalicelib.domain import instants
from chalicelib.domain.consents import commands
from chalicelib.domain.consents.commands import Desk
from chalicelib.domain.consents.model import PURPOSES, Consent, Consents, NewConsent
from chalicelib.domain.consents.wording import summary
from chalicelib.domain.errors import Invalid
from tests.support import fakes

ASHA = "cus_01k0000000000000000000000a"


@dataclass
class Kept:
    """Consents in memory."""

    state: Consents = field(default_factory=Consents)
    words: list[Consent] = field(default_factory=list)
    archived_too: bool | None = None

    def current(self, _: str) -> Consents:
        return self.state

    def add(self, _: str, before: Consents, after: Consents, said: Sequence[Consent], *, archived_too: bool) -> None:
        assert before is self.state
        self.state, self.archived_too = after, archived_too
        self.words += said


def a_desk(minutes: float = 0) -> tuple[Desk, Kept, fakes.FakeWork]:
    kept, work = Kept(), fakes.FakeWork()
    return Desk(later(minutes), work, kept), kept, work


def later(minutes: float) -> Any:
    return replace(fakes.call("sales"), now=fakes.NOW + timedelta(minutes=minutes))


def says(*, granted: bool, **more: Any) -> NewConsent:
    return NewConsent(**{"channel": "email", "purpose": "birthday", "source": "in_store", **more}, granted=granted)


def at(minutes: float) -> str:
    return instants.to_text(fakes.NOW + timedelta(minutes=minutes))


def test_what_was_said_is_written_down_with_who_and_how() -> None:
    desk, kept, work = a_desk()
    said = commands.record(desk, ASHA, says(granted=True, wording_version="2026-01"))
    assert (said.at, said.recorded_at, said.recorded_by) == (at(0), at(0), ("usr_meera", "Meera"))
    assert kept.state.agreed("email", "birthday")
    assert kept.archived_too is False
    (event,), (change,) = work.events, work.changes
    assert (event.kind, event.summary) == ("consent_given", "Agreed to birthday messages by email")
    assert (event.data["consent_ids"], event.content) == ([said.id], None)
    assert (change.action, change.before) == ("consent.give", {"granted": {"birthday": None}})


def test_the_same_word_again_is_proof_again() -> None:
    desk, kept, _ = a_desk()
    for _ in range(2):
        commands.record(desk, ASHA, says(granted=True))
    assert len(kept.words) == 2


@pytest.mark.parametrize(("minutes", "kept_at"), [(-60, -60), (0, 0), (4.9, 0)])
def test_when_it_was_said(minutes: float, kept_at: float) -> None:
    """A till's clock may be a little ahead; what it says counts from now."""
    desk, _, _ = a_desk()
    assert commands.record(desk, ASHA, says(granted=True, at=at(minutes))).at == at(kept_at)


def test_the_future_is_refused() -> None:
    desk, kept, work = a_desk()
    with pytest.raises(Invalid) as refused:
        commands.record(desk, ASHA, says(granted=True, at=at(5.1)))
    assert [error.pointer for error in refused.value.errors] == ["/at"]
    assert (kept.words, work.events, work.changes) == ([], [], [])


def test_an_instant_of_another_zone_is_the_same_instant() -> None:
    desk, _, _ = a_desk()
    assert commands.record(desk, ASHA, says(granted=True, at="2026-11-22T14:00:00+05:30")).at == at(-90)


def test_an_old_yes_does_not_undo_a_later_no() -> None:
    desk, kept, _ = a_desk()
    commands.record(desk, ASHA, says(granted=False))
    commands.record(desk, ASHA, says(granted=True, at=at(-1)))
    assert kept.state.withdrawn("email", "birthday")
    assert len(kept.words) == 2


def test_a_no_of_now_counts_although_the_last_yes_came_from_a_clock_ahead() -> None:
    ahead, kept, work = a_desk(minutes=15)
    commands.record(ahead, ASHA, says(granted=True))
    commands.record(Desk(later(0), work, kept), ASHA, says(granted=False))
    assert kept.state.withdrawn("email", "birthday")


def test_the_link_ends_a_purpose_or_a_channel_and_counts_for_archived_ones() -> None:
    desk, kept, work = a_desk()
    commands.record(desk, ASHA, says(granted=True))
    (said,) = commands.withdraw(desk, ASHA, "email", ["birthday"], "unsubscribe_link")
    assert (said.granted, said.source, kept.archived_too) == (False, "unsubscribe_link", True)
    assert commands.withdraw(desk, ASHA, "email", ["birthday"], "unsubscribe_link") == []
    rest = commands.withdraw(desk, ASHA, "email", PURPOSES, "unsubscribe_link")
    assert [word.purpose for word in rest] == [purpose for purpose in PURPOSES if purpose != "birthday"]
    assert all(kept.state.withdrawn("email", purpose) for purpose in PURPOSES)
    assert len(work.events) == len(work.changes) == 3


def test_a_no_at_the_counter_is_no_click_on_the_link() -> None:
    desk, kept, _ = a_desk()
    commands.record(desk, ASHA, says(granted=False))
    assert len(commands.withdraw(desk, ASHA, "email", ["birthday"], "unsubscribe_link")) == 1
    assert len(kept.words) == 2


def test_a_list_that_comes_again_says_nothing_new() -> None:
    desk, kept, work = a_desk()
    words = [says(granted=True, at=at(-60)), says(granted=False, at=at(-60), purpose="service")]
    assert len(commands.record_all(desk, ASHA, words)) == 2
    written = len(kept.words), len(work.events), len(work.changes)
    assert commands.record_all(desk, ASHA, words) == []
    assert (len(kept.words), len(work.events), len(work.changes)) == written == (2, 2, 2)
    (new,) = commands.record_all(desk, ASHA, [*words, says(granted=True, at=at(-30))])
    assert (new.at, len(kept.words)) == (at(-30), 3)


def test_summaries() -> None:
    assert summary("call", ["care", "service"], granted=False) == "Does not want care tips, service messages by phone"
    assert summary("sms", PURPOSES, granted=False) == "Does not want any messages by SMS"


WORDS = st.builds(
    lambda number, minutes, granted: Consent(
        f"con_{number}", ASHA, "email", "birthday", granted, "in_store", None, at(minutes), at(0), ("usr_1", "A")
    ),
    st.integers(0, 9),
    st.integers(-2, 2),
    st.booleans(),
)


@given(st.lists(WORDS, max_size=5, unique_by=lambda word: word.id))
def test_the_order_of_writing_makes_no_difference(words: list[Consent]) -> None:
    """Two requests of one moment may commit in any order."""
    ends = {
        tuple(reduce(Consents.with_word, order, Consents()).latest.values()) for order in itertools.permutations(words)
    }
    assert len(ends) == 1


@given(st.lists(WORDS, min_size=1, max_size=5, unique_by=lambda word: word.id))
def test_a_no_that_is_as_late_as_any_yes_counts(words: list[Consent]) -> None:
    state = reduce(Consents.with_word, words, Consents())
    latest = max(word.at for word in words)
    refused = any(word.at == latest and not word.granted for word in words)
    assert state.withdrawn("email", "birthday") == refused


@pytest.mark.parametrize(
    "wrong",
    [
        {"channel": "fax"},
        {"purpose": "spam"},
        {"granted": "yes"},
        {"granted": 1},
        {"source": "hearsay"},
        {"at": "2026-02-30T00:00:00Z"},
        {"at": "2026-11-22"},
        {"wording_version": "\u202e"},
        {"wording_version": "x" * 201},
        {"recorded_by": "usr_2"},
    ],
)
def test_what_is_no_consent(wrong: dict[str, Any]) -> None:
    fine = {"channel": "email", "purpose": "birthday", "granted": True, "source": "in_store"}
    NewConsent.model_validate(fine)
    with pytest.raises(ValidationError):
        NewConsent.model_validate({**fine, **wrong})
