"""A provider that takes so many messages a second, fails as networks do, and tells later what became of them."""

import random
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from chalicelib.domain.messages.provider_events import Word
from chalicelib.domain.messages.providing import NotAccepted, Outgoing, Refused, Unclear

LIMIT = 14
# Shares of all calls; with what happens to store, queue and processes about a tenth of all messages meets a fault.
FAULTS = {"throttled": 0.005, "not_connected": 0.01, "silent before": 0.02, "silent after": 0.02, "refused": 0.005}
OUTCOMES = {"delivered": 0.88, "bounced": 0.03, "soft": 0.02, "complained": 0.01, "lost": 0.06}
KINDS, SHARES = list(OUTCOMES), list(OUTCOMES.values())


class Died(BaseException):
    """The process ended here; nothing of ours may catch this."""


@dataclass
class Provider:
    """Accepts at most LIMIT messages in any second."""

    chance: random.Random
    clock: Callable[[], float]
    spend: Callable[[float], None]
    accepted: Callable[[Outgoing], None]
    recent: deque[float] = field(default_factory=deque)
    counts: Counter[str] = field(default_factory=Counter)

    def send(self, outgoing: Outgoing) -> str:
        """Take the message, or not."""
        self.spend(0.02 + 0.04 * self.chance.random())
        fault = self._drawn()
        self.counts["calls"] += 1
        self._fail_before(fault)
        now = self.clock()
        while self.recent and self.recent[0] <= now - 1:
            self.recent.popleft()
        if len(self.recent) >= LIMIT:
            self.counts["too fast"] += 1
            raise NotAccepted("throttled", throttled=True)
        self.recent.append(now)
        self.counts["accepted"] += 1
        self.accepted(outgoing)
        if fault == "silent after":
            raise Unclear("no_answer")
        if self.chance.random() < 0.005:
            raise Died
        return f"ses-{self.counts['accepted']}"

    def _drawn(self) -> str | None:
        drawn = self.chance.random()
        for fault, share in FAULTS.items():
            if drawn < share:
                self.counts[fault] += 1
                return fault
            drawn -= share
        return None

    def _fail_before(self, fault: str | None) -> None:
        if fault == "throttled":
            raise NotAccepted("throttled", throttled=True)
        if fault == "not_connected":
            raise NotAccepted("not_connected")
        if fault == "silent before":
            raise Unclear("no_answer")
        if fault == "refused":
            raise Refused("rejected")
        if self.chance.random() < 0.005:
            raise Died


def words_about(message_id: str, chance: random.Random) -> list[tuple[float, Word]]:
    """What the provider will say and in how many seconds: in any order, some of it twice, some never."""
    outcome = chance.choices(KINDS, SHARES)[0]
    told = [Word(message_id, "sent", None, "ses")]
    if outcome in ("delivered", "complained"):
        told.append(Word(message_id, "delivered", None, "ses"))
    if outcome == "complained":
        told.append(Word(message_id, "complained", None, "ses", "complaint"))
    if outcome in ("bounced", "soft"):
        told.append(Word(message_id, "bounced", None, "ses", "bounce" if outcome == "bounced" else "soft_bounce"))
    if outcome == "delivered" and chance.random() < 0.1:
        told.append(Word(message_id, "opened", None, "ses"))
    if outcome == "lost":
        told = told[: chance.randrange(2)]
    again = [word for word in told if chance.random() < 0.1]
    return [(60 * chance.random() ** 3, word) for word in (*told, *again)]
