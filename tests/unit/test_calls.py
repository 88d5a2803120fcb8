"""Rules of calls: when, how they read, and what they answer."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import instants
from chalicelib.domain.calls.rules import call_instant, summary
from chalicelib.domain.errors import Invalid
from chalicelib.domain.inquiries.answering import MOST_ANSWERED, OpenInquiry, answer_by_contact
from chalicelib.domain.inquiries.model import Given
from chalicelib.domain.signature import Signature
from tests.support.fakes import NOW, FakeWork
from tests.support.history import ASHA

AT = instants.to_text(NOW)


@pytest.mark.parametrize(
    ("direction", "seconds", "text"),
    [
        ("out", 240, "Outgoing call, 4 min"),
        ("in", 0, "Incoming call"),
        ("out", 59, "Outgoing call, 59 s"),
        ("out", 60, "Outgoing call, 1 min"),
        ("out", 90, "Outgoing call, 2 min"),
        ("in", 3600, "Incoming call, 1 h"),
        ("in", 86400, "Incoming call, 24 h"),
        ("in", 3599, "Incoming call, 1 h"),
        ("in", 3900, "Incoming call, 1 h 5 min"),
    ],
)
def test_how_a_call_reads(direction: str, seconds: int, text: str) -> None:
    assert summary(direction, seconds) == text


def test_a_call_is_now_unless_it_says_when() -> None:
    assert call_instant(None, NOW) == NOW
    assert call_instant("2026-11-22T10:00:00+05:30", NOW) == NOW - timedelta(hours=5, minutes=30)


@pytest.mark.parametrize("at", ["2026-11-22T10:00:00.001Z", "2027-01-01T00:00:00Z", "1969-12-31T23:59:59Z"])
def test_a_call_cannot_be_in_the_future_or_before_telephones_here(at: str) -> None:
    with pytest.raises(Invalid) as refusal:
        call_instant(at, NOW)
    assert refusal.value.errors[0].pointer == "/at"


class Closed:
    """Remembers what was closed."""

    def __init__(self) -> None:
        self.closed: dict[str, Given] = {}

    def close(self, inquiry: OpenInquiry, given: Given) -> None:
        self.closed[inquiry.id] = given


@given(st.lists(st.integers(min_value=-60, max_value=60), max_size=30))
def test_a_contact_answers_the_oldest_that_came_before_it(minutes: list[int]) -> None:
    inquiries = [
        OpenInquiry(f"inq_{number:02d}", ASHA.id, instants.to_text(NOW + timedelta(minutes=minute)))
        for number, minute in enumerate(minutes)
    ]
    store, work = Closed(), FakeWork()
    answered = answer_by_contact(work, store, inquiries, Signature("usr_meera", "Meera", AT), "cal_1")
    before = sorted((each.at, each.id) for each in inquiries if each.at <= AT)
    assert list(answered) == [each_id for _, each_id in before[:MOST_ANSWERED]] == list(store.closed)
    assert [event.data["inquiry_id"] for event in work.events] == list(answered)
    assert all(event.kind == "inquiry_answered" and event.at == AT for event in work.events)
    assert all(given.call_id == "cal_1" for given in store.closed.values())


def test_a_contact_answers_no_more_than_a_transaction_holds() -> None:
    inquiries = [OpenInquiry(f"inq_{number:02d}", ASHA.id, AT) for number in range(MOST_ANSWERED + 1)]
    store, work = Closed(), FakeWork()
    answered = answer_by_contact(work, store, inquiries, Signature("usr_meera", "Meera", AT), "cal_1")
    assert list(answered) == list(store.closed) == [each.id for each in inquiries[:MOST_ANSWERED]]
