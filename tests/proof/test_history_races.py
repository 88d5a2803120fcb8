"""Sixteen clients write one customer's history at once, a fifth of all transactions refused: nothing is lost."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from chalicelib.domain import instants
from chalicelib.wiring.store import table
from tests.support import history_invariants, invariants
from tests.support.history import kinds, made
from tests.support.race import conflicts, together

pytestmark = [pytest.mark.emulator, pytest.mark.race]
CLIENTS = 16
NEXT_YEAR = datetime.now(UTC) + timedelta(days=365)


def race(actions: Sequence[Callable[[], Any]], seed: int) -> Counter[int]:
    """The statuses; those that never settled were told so."""
    with conflicts(seed):
        replies = together(list(actions))
    assert all(reply.status < 500 for reply in replies), [reply.text for reply in replies]
    return Counter(reply.status for reply in replies)


def test_every_note_that_was_accepted_is_there_and_counted(sales: Any) -> None:
    path = made(sales)
    statuses = race([partial(sales.post, f"{path}/notes", {"text": f"Wants {n}"}) for n in range(CLIENTS)], 1)
    assert set(statuses) <= {201, 409}
    assert len(sales.get(f"{path}/notes").json["items"]) == statuses[201]
    assert sales.get(f"{path}/overview").json["analytics"]["notes"] == statuses[201]


def test_one_version_is_corrected_once(sales: Any) -> None:
    path = made(sales)
    note = sales.post(f"{path}/notes", {"text": "Likes rubies"}).headers["Location"]
    corrections = [partial(sales.patch, note, {"text": f"Likes {n}"}, If_Match='"1"') for n in range(CLIENTS)]
    statuses = race(corrections, 2)
    assert statuses[200] == 1
    assert Counter(kinds(sales, path))["note_corrected"] == 1


def test_a_withdrawn_note_stays_withdrawn_whoever_corrects_it(sales: Any) -> None:
    path = made(sales)
    note = sales.post(f"{path}/notes", {"text": "Likes rubies"}).headers["Location"]
    withdrawals = [partial(sales.delete, note)] * 4
    race([*withdrawals, *(partial(sales.patch, note, {"text": f"Likes {n}"}) for n in range(12))], 3)
    assert sales.delete(note).status == 204
    assert sales.get(note).json["text"] is None
    assert Counter(kinds(sales, path))["note_withdrawn"] == 1
    assert sales.get(f"{path}/overview").json["analytics"]["notes"] == 0


@pytest.mark.parametrize("seed", range(3))
def test_calls_at_once_answer_once_and_the_latest_counts(sales: Any, seed: int) -> None:
    path = made(sales)
    inquiry = sales.post(f"{path}/inquiries", {"text": "Any studs?"}).headers["Location"]
    received = instants.parse_instant(sales.get(inquiry).json["at"])
    times = [instants.to_text(received - timedelta(hours=n)) for n in range(CLIENTS)]
    body = {"direction": "out", "duration_s": 60}
    replies: list[Any] = []

    def log(at: str) -> Any:
        replies.append(sales.post(f"{path}/calls", {**body, "at": at}))
        return replies[-1]

    statuses = race([partial(log, at) for at in times], seed)
    assert set(statuses) <= {201, 409}
    answering = [reply.json["id"] for reply in replies if reply.status == 201 and reply.json["answered_inquiries"]]
    assert len(answering) == Counter(kinds(sales, path))["inquiry_answered"]
    assert len(answering) <= 1
    assert sales.get(path).json["last_contact_at"] == times[0]
    assert sales.get(f"{path}/overview").json["analytics"]["calls"] == statuses[201]


def test_one_version_of_an_inquiry_is_answered_once(sales: Any) -> None:
    path = made(sales)
    inquiry = sales.post(f"{path}/inquiries", {"text": "Any studs?"}).headers["Location"]
    answers = [{"status": "answered", "answer": f"Answer {n}"} for n in range(CLIENTS)]
    statuses = race([partial(sales.patch, inquiry, answer, If_Match='"1"') for answer in answers], 8)
    assert statuses[200] == 1
    assert Counter(kinds(sales, path))["inquiry_answered"] == 1


def test_the_last_contact_is_the_latest_call_that_was_accepted(sales: Any) -> None:
    path = made(sales)
    now = datetime.now(UTC)
    accepted: list[str] = []

    def log(at: str) -> Any:
        reply = sales.post(f"{path}/calls", {"direction": "in", "duration_s": 60, "at": at})
        if reply.status == 201:
            accepted.append(at)
        return reply

    race([partial(log, instants.to_text(now - timedelta(hours=n + 1))) for n in range(CLIENTS)], 5)
    assert sales.get(path).json["last_contact_at"] == max(accepted)


def test_a_reminder_is_in_one_place_however_often_it_moves(sales: Any) -> None:
    path = made(sales)
    due = instants.to_text(NEXT_YEAR)
    place = sales.post(f"{path}/reminders", {"type": "other", "due_at": due}).headers["Location"]
    moves: list[dict[str, Any]] = [{"due_at": instants.to_text(NEXT_YEAR + timedelta(days=n))} for n in range(8)]
    moves += [{"status": status} for status in ("done", "open") * 4]
    race([partial(sales.patch, place, move) for move in moves], 6)
    customer_id = path.rsplit("/", 1)[1]
    listed = [
        item["id"]
        for status in ("open", "done")
        for item in sales.get(f"/v1/reminders?customer_id={customer_id}&status={status}").json["items"]
    ]
    assert listed == [place.rsplit("/", 1)[1]]


def test_nothing_is_written_to_a_customer_who_was_archived_first(sales: Any, manager: Any) -> None:
    path = made(sales)
    note = sales.post(f"{path}/notes", {"text": "Likes rubies"}).headers["Location"]
    writes: list[Callable[[], Any]] = [
        partial(sales.post, f"{path}/notes", {"text": "Likes gold"}),
        partial(sales.post, f"{path}/calls", {"direction": "in", "duration_s": 5}),
        partial(sales.post, f"{path}/inquiries", {"text": "Any studs?"}),
        lambda: sales.patch(note, {"text": f"Likes {time.monotonic_ns()}"}),
    ]
    race([partial(manager.delete, path), *(write for write in writes for _ in range(3))], 7)
    manager.delete(path)
    after = kinds(sales, path)
    assert after.count("customer_archived") == 1
    assert all(write().status == 409 for write in writes)
    assert kinds(sales, path) == after


@pytest.mark.usefixtures("deployment")
def test_the_table_is_whole_after_all_races() -> None:
    invariants.check(table())
    history_invariants.check(table())
