"""Senders at once: at most one mail leaves for a message, a cap holds, and every message comes to rest."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from tests.support.race import conflicts, together
from tests.support.sending import a_customer, deliver, kinds, left, queued, read

pytestmark = [pytest.mark.emulator, pytest.mark.fault]

ON_THEIR_WAY = ("queued", "sending")


def a_queued_mail(manager: Any) -> Any:
    customer = a_customer(manager, "email.birthday")
    return queued(customer["id"], customer["emails"][0]["address"])


def later(minutes: float) -> Callable[[], datetime]:
    """A clock that runs so far ahead."""
    return lambda: datetime.now(UTC) + timedelta(minutes=minutes)


def look_after(minutes: float) -> dict[str, int]:
    from chalicelib.handlers.sweep_outgoing import look_after_outgoing

    return look_after_outgoing(later(minutes)(), lambda: 60.0)


def until_at_rest(message_id: str) -> str:
    """Deliver and look after it as queue and sweep do."""
    for turn in range(1, 12):
        if read(message_id).status not in ON_THEIR_WAY:
            break
        deliver(message_id, clock=later(20 * turn))
        look_after(20 * turn + 1)
    return read(message_id).status


@pytest.mark.race
def test_eight_senders_with_the_same_message_send_one_mail(manager: Any) -> None:
    for seed in range(6):
        message = a_queued_mail(manager)
        with conflicts(seed):
            together([partial(deliver, message.id)] * 8)
        assert until_at_rest(message.id) == "sent"
        assert len(left(message.id)) == 1
        assert kinds(message.recipient_id) == ["message_queued", "message_sent"]


@pytest.mark.race
def test_a_cap_holds_however_many_senders_there_are(manager: Any) -> None:
    customer = a_customer(manager, "email.birthday")
    address = customer["emails"][0]["address"]
    messages = [queued(customer["id"], address) for _ in range(8)]
    together([partial(deliver, message.id) for message in messages])
    statuses = [until_at_rest(message.id) for message in messages]
    assert sorted(statuses) == ["sent"] * 4 + ["suppressed"] * 4
    assert sum(len(left(message.id)) for message in messages) == 4
