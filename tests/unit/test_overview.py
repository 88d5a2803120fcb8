"""The figures of the 360 view."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain import instants
from chalicelib.domain.overview.contact import contact_state, days_since
from chalicelib.domain.overview.model import Sight
from chalicelib.domain.overview.visible import seen
from tests.support import fakes
from tests.support.history import ASHA

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("ago", "state", "days"),
    [
        (timedelta(0), "recent", 0),
        (timedelta(days=30), "recent", 30),
        (timedelta(days=30) + SECOND, "quiet", 30),
        (timedelta(days=90), "quiet", 90),
        (timedelta(days=90) + SECOND, "inactive", 90),
        (-SECOND, "recent", 0),
    ],
)
def test_how_long_ago(ago: timedelta, state: str, days: int) -> None:
    last = instants.to_text(fakes.NOW - ago)
    assert contact_state(last, fakes.NOW) == state
    assert days_since(last, fakes.NOW) == days


def test_who_never_was_in_touch_is_inactive() -> None:
    assert contact_state(None, fakes.NOW) == "inactive"
    assert days_since(None, fakes.NOW) is None


def test_only_counter_staff_read_the_words_and_the_next_comes_first() -> None:
    later = {"id": "rem_1", "due_at": "2027-02-01", "type": "other", "assignee": "usr_meera", "note": "Ring"}
    sooner = {**later, "id": "rem_2", "due_at": "2027-01-01"}
    asked: dict[str, Any] = {
        "id": "inq_1",
        "at": "2026-01-01",
        "channel": "web",
        "assignee": None,
        "assignees": [],
        "text": "Studs?",
    }
    doc = {**ASHA.doc, "addresses": [], "birthday": None}
    sight = Sight(ASHA.changed(doc, ASHA.updated_at), [asked], [later, sooner], [])
    view = seen(frozenset({"sales"}), sight, fakes.shop(), fakes.NOW)
    assert [each["id"] for each in view["open_reminders"]] == ["rem_2", "rem_1"]
    assert view["open_inquiries"][0]["text"] == "Studs?"
    assert view["links"] is not None
    blind = seen(frozenset({"analyst"}), sight, fakes.shop(), fakes.NOW)
    assert "Studs?" not in str(blind)
    assert "Ring" not in str(blind)
    assert blind["links"] is None
    assert blind["analytics"] == view["analytics"]
