"""Messages on their way that somebody must look at: whose sender died, and whose place in the queue was lost."""

from dataclasses import replace
from datetime import datetime
from typing import Literal

from chalicelib.domain import instants
from chalicelib.domain.messages import events, waiting
from chalicelib.domain.messages.model import Message
from chalicelib.domain.messages.provider_events import Messages
from chalicelib.domain.work import Work

NO_ANSWER = "no_answer"
Need = Literal["settle", "queue", "wait"]


def need_of(message: Message, now: datetime) -> Need:
    """What a message on its way needs: to be settled as unknown, to be queued again, or only to be left alone."""
    at = instants.to_text(now)
    if message.status == "sending":
        return "wait" if message.claimed_until is not None and message.claimed_until > at else "settle"
    return "wait" if message.send_at is not None and message.send_at > at else "queue"


def settle(work: Work, messages: Messages, message: Message, now: datetime) -> Message:
    """Say of a message whose sender is gone that nobody knows whether it left; it is not sent again by itself."""
    after = message.moved(
        "unknown", instants.to_text(now), reason=NO_ANSWER, check_at=None, claim=None, claimed_until=None
    )
    messages.change(message, after)
    events.record(work, after)
    return after


def put_off(messages: Messages, message: Message, now: datetime) -> Message:
    """Look at it again later: when its time has come, or in a quarter of an hour."""
    at = {
        "settle": now,
        "queue": now + waiting.LOOK_AGAIN,
        "wait": waiting.after(message.claimed_until if message.status == "sending" else message.send_at, now),
    }[need_of(message, now)]
    after = replace(message, check_at=instants.to_text(at), version=message.version + 1)
    messages.change(message, after)
    return after
