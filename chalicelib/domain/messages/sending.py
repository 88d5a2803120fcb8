"""Sending one message, at most once.

A message is claimed in a transaction before its provider is called. Whoever dies between the two leaves it claimed,
and when that claim has run out its fate is `unknown`: it is never sent again by itself. The claim holds the conditions
under which the message may leave, so a withdrawal that was written before it always wins.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.domain import instants
from chalicelib.domain.errors import Busy, Unavailable
from chalicelib.domain.messages import waiting
from chalicelib.domain.messages.checking import Postponed, Ready, Withheld, check
from chalicelib.domain.messages.model import Message
from chalicelib.domain.messages.providing import NotAccepted, Refused, Unclear
from chalicelib.domain.messages.recording import give_back, record
from chalicelib.domain.messages.turns import Sender, Turn

ROUNDS = 6
FIRST_PAUSE = 0.05
RESERVE = 25.0  # seconds that handing a message over may take: the provider's longest silence, and the record of it


def send_one(sender: Sender, message_id: str) -> Turn:
    """Bring one message on as far as it comes now.

    Raises:
        Busy: others kept changing it; nothing was sent.
        Unavailable: the store did not answer; nothing was sent.
    """
    errand = _Errand(sender, message_id)
    for attempt in range(ROUNDS):
        turn = errand.step()
        if turn is not None:
            return turn
        sender.pause(FIRST_PAUSE * 2**attempt * sender.chance())
    raise Busy("Others are changing the same message.")


class _Errand:
    """One attempt at one message; `claim` tells its claim from everybody else's."""

    def __init__(self, sender: Sender, message_id: str) -> None:
        self._sender, self._message_id = sender, message_id
        self._claim = sender.new_claim()
        self._ready: Ready | None = None
        self._waited = False

    def step(self) -> Turn | None:
        """Read and act; None when it is to be read again."""
        message = self._sender.store.message(self._message_id)
        if message is None:
            return Turn("gone")
        if message.status == "sending":
            return self._claimed(message)
        if message.status != "queued":
            return Turn(message.status)
        now = self._sender.clock()
        if message.send_at and message.send_at > instants.to_text(now):
            return Turn("queued", instants.parse_instant(message.send_at))
        found = check(message, self._sender.store, self._sender.shop, self._sender.house, now)
        if isinstance(found, Ready):
            return self._leave(message, found)
        return self._withhold(message, found, now)

    def _withhold(self, message: Message, found: Withheld | Postponed, now: datetime) -> Turn | None:
        if isinstance(found, Withheld):
            after = message.moved("suppressed", instants.to_text(now), reason=found.reason, check_at=None)
            return Turn("suppressed") if self._sender.store.write(message, after, told=True) else None
        until = instants.to_text(found.until)
        look_at = instants.to_text(found.until + waiting.LOOK_AFTER)
        after = replace(message, send_at=until, check_at=look_at, version=message.version + 1)
        return Turn("queued", found.until) if self._sender.store.write(message, after, told=False) else None

    def _claimed(self, message: Message) -> Turn | None:
        """Ours, if the answer to our claim was lost; else somebody works on it, or died over it."""
        if message.claim == self._claim and self._ready is not None:
            return self._hand_over(message, self._ready)
        now = instants.to_text(self._sender.clock())
        if message.claimed_until is None or message.claimed_until > now:
            return Turn("sending")
        after = message.moved("unknown", now, reason="no_answer", check_at=None)
        return Turn("unknown") if self._sender.store.write(message, after, told=True) else None

    def _leave(self, message: Message, ready: Ready) -> Turn | None:
        if not self._in_turn(message.channel):
            return Turn("no_time")
        self._ready = ready
        until = self._sender.deadline + waiting.MARGIN
        after = message.moved(
            "sending",
            instants.to_text(self._sender.clock()),
            address=ready.outgoing.address,
            reason=None,
            claim=self._claim,
            claimed_until=instants.to_text(until),
            check_at=instants.to_text(until + waiting.LOOK_AFTER),
        )
        try:
            won = self._sender.store.claim(message, after, ready)
        except Unavailable:  # it may have happened: what is read next tells by the claim's name
            return None
        return self._hand_over(after, ready) if won else None

    def _in_turn(self, channel: str) -> bool:
        """Wait for the channel's turn, once; whether there is time enough for what follows."""
        left = (self._sender.deadline - self._sender.clock()) / timedelta(seconds=1) - RESERVE
        if not self._waited and left >= 0:
            self._waited = self._sender.lanes[channel].pacer.wait(left)
        return self._waited and left >= 0

    def _hand_over(self, claimed: Message, ready: Ready) -> Turn:
        lane = self._sender.lanes[claimed.channel]
        try:
            provider_id = lane.provider.send(ready.outgoing)
        except NotAccepted as no:
            if no.throttled:
                lane.pacer.throttled()
            return give_back(self._sender, claimed, ready, no)
        except Refused as no:
            return record(self._sender, claimed, ready, "failed", reason=no.reason)
        except Unclear as silence:
            return record(self._sender, claimed, ready, "unknown", reason=silence.reason)
        lane.pacer.accepted()
        return record(self._sender, claimed, ready, "sent", provider_id=provider_id, reason=None)
