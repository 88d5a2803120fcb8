"""Every AWS call of sending, of providers' words and of the look after messages fails in every way, and comes again.

At most one mail leaves for a message, whatever happens; and it comes to rest: where nobody can know, as unknown.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from tests.support import sending
from tests.support.faults import FAULTS, Died, Fault, injected
from tests.support.race import conflicts, together
from tests.support.sending import a_customer, deliver, kinds, left, on_the_list, queued, read

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


def calls_of(action: Callable[[], object]) -> list[str]:
    with injected() as seen:
        action()
    return seen.calls


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_at_most_one_mail_leaves_wherever_a_call_fails(manager: Any, fault: Fault) -> None:
    deliver(a_queued_mail(manager).id)  # reference data and the rate are known from here on
    first = a_queued_mail(manager)
    calls = calls_of(lambda: deliver(first.id))
    assert calls == ["GetItem", "Query", "GetItem", "TransactWriteItems", "SendEmail", "TransactWriteItems"]
    for number, operation in enumerate(calls):
        if not fault.applies(operation):
            continue
        message = a_queued_mail(manager)
        with injected(fault, number) as injector, suppress(Died):
            deliver(message.id)
        assert injector.struck, operation
        status, mails = until_at_rest(message.id), len(left(message.id))
        assert mails <= 1, (operation, fault.name)
        assert on_the_list(message.id) == []
        assert max(_counted(message.recipient_id).values()) == 1
        may_be_unknown = operation == "SendEmail" or fault.name.startswith("process dies")
        assert status == "unknown" if not mails else status in ("sent", "unknown"), (operation, status)
        assert status == "sent" or may_be_unknown, (operation, fault.name, status)


def _counted(customer_id: str) -> dict[str, int]:
    found = kinds(customer_id)
    return {kind: found.count(kind) for kind in found}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_word_of_the_provider_is_taken_in_once_wherever_a_call_fails(manager: Any, fault: Fault) -> None:
    from chalicelib.domain.messages.provider_events import Word
    from chalicelib.handlers.provider_events import _take_in

    def sent() -> Any:
        message = a_queued_mail(manager)
        deliver(message.id)
        return message

    def hear(message: Any) -> None:
        _take_in(Word(message.id, "bounced", None, None, "bounce"), datetime.now(UTC))

    first = sent()
    for number, operation in enumerate(calls_of(lambda: hear(first))):
        if not fault.applies(operation):
            continue
        message = sent()
        with injected(fault, number), suppress(Died, Exception):
            hear(message)
        for _ in range(3):
            hear(message)
        assert read(message.id).status == "bounced"
        assert kinds(message.recipient_id) == ["message_queued", "message_sent", "message_bounced"]
        after = queued(message.recipient_id, message.address)
        deliver(after.id)
        assert (read(after.id).status, read(after.id).reason) == ("suppressed", "bounce")


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_what_was_left_behind_is_looked_after_wherever_a_call_fails(manager: Any, fault: Fault) -> None:
    def dead() -> Any:
        past = sending.ids_at(datetime.now(UTC) - timedelta(minutes=1))
        message = a_queued_mail(manager)
        from chalicelib.repos.messages import MessageWriter
        from tests.support.work import a_transaction

        work = a_transaction()
        MessageWriter(work).change(
            message, message.moved("sending", past, claim="dead", claimed_until=past, check_at=past)
        )
        work.commit()
        return message

    look_after(0)
    dead()
    for number, operation in enumerate(calls_of(lambda: look_after(0))):
        if not fault.applies(operation):
            continue
        message = dead()
        with injected(fault, number), suppress(Died, Exception):
            look_after(0)
        for _ in range(2):
            look_after(0)
        after = read(message.id)
        assert (after.status, after.reason, left(message.id)) == ("unknown", "no_answer", [])
        assert kinds(message.recipient_id) == ["message_queued", "message_unknown"]
        assert on_the_list(message.id) == []


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
