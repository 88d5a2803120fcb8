"""Writing down what the provider answered: patiently, as a message whose answer is lost has an unknown fate."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain import instants
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.messages import waiting
from chalicelib.domain.messages.checking import Ready, without
from chalicelib.domain.messages.model import Message, may_follow
from chalicelib.domain.messages.policy import Reach
from chalicelib.domain.messages.providing import NotAccepted
from chalicelib.domain.messages.turns import Counted, Sender, Turn

ATTEMPTS = 8
FIRST_PAUSE = 0.25
LAST_SECONDS = 2.0
UNCOUNTED = frozenset(("queued", "failed"))  # it did not leave, so it does not count towards the customer's cap


@dataclass(frozen=True)
class _Claimed:
    """The message as it was claimed, and the customer as the claim left them."""

    message: Message
    reach: Reach | None


def record(sender: Sender, claimed: Message, ready: Ready, status: str, **facts: Any) -> Turn:
    """Write what the provider's answer made of a claimed message, with event and audit entry."""

    def next_of(before: Message, now: datetime) -> Message:
        return before.moved(status, instants.to_text(now), check_at=None, claim=None, claimed_until=None, **facts)

    return _patiently(sender, _Claimed(claimed, _as_claimed(ready)), next_of, told=True)


def give_back(sender: Sender, claimed: Message, ready: Ready, no: NotAccepted) -> Turn:
    """Let a message that was not accepted wait for its next attempt; after the last one it has failed."""
    attempts = claimed.attempts + 1
    if attempts >= waiting.MOST_ATTEMPTS:
        return record(sender, claimed, ready, "failed", reason=no.reason, attempts=attempts)
    at = waiting.next_attempt(sender.clock(), attempts, sender.chance(), no.wait_seconds)

    def next_of(before: Message, _: datetime) -> Message:
        return replace(
            before,
            status="queued",
            version=before.version + 1,
            attempts=attempts,
            reason=no.reason,
            send_at=instants.to_text(at),
            check_at=instants.to_text(at + waiting.LOOK_AFTER),
            claim=None,
            claimed_until=None,
        )

    turn = _patiently(sender, _Claimed(claimed, _as_claimed(ready)), next_of, told=False)
    return Turn("queued", at) if turn.status == "queued" else turn


def _as_claimed(ready: Ready) -> Reach | None:
    if ready.reach is None or ready.sends is None:
        return None
    return replace(ready.reach, sends=ready.sends, sends_version=ready.reach.sends_version + 1)


def _patiently(
    sender: Sender, claimed: _Claimed, next_of: Callable[[Message, datetime], Message], *, told: bool
) -> Turn:
    """Write until it is written, or somebody else has settled the message, or the turn ends."""
    before, reach = claimed.message, claimed.reach
    for attempt in range(ATTEMPTS):
        after = next_of(before, sender.clock())
        try:
            if sender.store.write(before, after, told=told, counted=_uncounted(after, reach)):
                return Turn(after.status)
            found = sender.store.message(before.id)
            if found is None or not _still_ours(found, claimed.message, after):
                return Turn(found.status if found else "gone")
            before, reach = found, reach and sender.store.reach(before.recipient_id)
        except Unavailable:  # it may have been written: the version in the condition tells the next time
            pass
        if sender.deadline - sender.clock() < timedelta(seconds=LAST_SECONDS):
            break
        sender.pause(FIRST_PAUSE * 2**attempt * (0.5 + sender.chance()))
    return Turn("unrecorded")


def _uncounted(after: Message, reach: Reach | None) -> Counted | None:
    if reach is None or after.status not in UNCOUNTED:
        return None
    return Counted(reach, without(reach.sends, after.id))


def _still_ours(found: Message, claimed: Message, after: Message) -> bool:
    """Whether our word still counts: nobody has settled it, or only given it up as unknown."""
    if found.status == "sending":
        return found.claim == claimed.claim
    return found.status == "unknown" and may_follow(found.status, after.status)
