"""A shop's sending with everything that can go wrong, on a clock of its own.

Senders, queue, sweep and the provider's words run as they would: the code of the domain is the one that runs on AWS.
At every access to the store something else may come between: another sender with the same message, a withdrawal, a
look of the sweep by a clock that is wrong. What has come to rest is checked and forgotten.
"""

import heapq
import random
from collections import Counter, deque
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from chalicelib.domain import instants
from chalicelib.domain.call import Actor, Call
from chalicelib.domain.errors import Busy, Unavailable
from chalicelib.domain.messages import overdue, provider_events
from chalicelib.domain.messages.model import Message
from chalicelib.domain.messages.outgoing import House
from chalicelib.domain.messages.provider_events import Word, take_in
from chalicelib.domain.messages.providing import Outgoing
from chalicelib.domain.messages.sending import send_one
from tests.support import simulated_shop
from tests.support.memory_sending import MemoryStore
from tests.support.simulated_ledger import Ledger
from tests.support.simulated_process import SENDERS, START, Process
from tests.support.simulated_provider import Died, words_about

VISIBILITY = 360.0
MINUTE = 60.0
BACKLOG = 400
SOON = 5.0
LONGEST = 2 * 24 * 3600.0
SYSTEM = Actor("sys_test", "Test")


def _nothing(_: str, __: str) -> None:
    """No interruption."""


class World:
    """Everything that is under way, and what was counted."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 -- a repeatable sequence, no secret
        self.counts: Counter[str] = Counter()
        self.ledger = Ledger()
        self.recent: deque[float] = deque()
        self.store = MemoryStore(interrupt=self._interrupt, afterwards=self._after)
        self.house = House("https://api.shop.example", "hello@shop.example", lambda *parts: "-".join(parts))
        self.processes = [Process(self) for _ in range(SENDERS)]
        self.now = 0.0
        self._active: Process | None = None
        self._claims = 0
        self._agenda: list[tuple[float, int, Callable[[], None], str]] = []
        self._ready: deque[str] = deque()
        self._held: Counter[str] = Counter()  # what is still to come for a message
        self._customers: Counter[str] = Counter()
        self._step = self._made = self._wanted = self._waiting = 0
        self.busy_until = 0.0

    def new_claim(self) -> str:
        """A name that no other attempt has."""
        self._claims += 1
        return f"claim-{self._claims}"

    def faults(self) -> int:
        """How often something went wrong on the way of a message."""
        return sum(number for what, number in self.counts.items() if what not in ("calls", "accepted", "too fast"))

    # --- what happens, in the order of its time -------------------------------------------------------------------

    def run(self, messages: int) -> None:
        """Make so many messages and go on until all are at rest."""
        self._wanted += messages
        self._later(0.0, self._sweep)
        while self._more() or self._agenda:
            at, _, action, message_id = heapq.heappop(self._agenda)
            self.now = max(self.now, at)
            assert self.now < LONGEST, "something never comes to rest"
            action()
            if message_id:
                self._held[message_id] -= 1
                self._rest(message_id)

    def _later(self, seconds: float, action: Callable[[], None], message_id: str = "") -> None:
        self._step += 1
        heapq.heappush(self._agenda, (self.now + seconds, self._step, action, message_id))
        if message_id:
            self._held[message_id] += 1

    def _more(self) -> bool:
        """Keep the queue filled while there is more to send."""
        while self._made < self._wanted and self._waiting < BACKLOG:
            now = START + timedelta(seconds=self.now)
            reach = simulated_shop.reach(self.chance, self._made)
            self.store.reaches[reach.customer.id] = reach
            for _ in range(self.chance.randint(1, 6)):
                self._made += 1
                message = simulated_shop.message(self.chance, now, reach.customer.id, self._made)
                self.store.messages[message.id] = message
                self._customers[reach.customer.id] += 1
                for _ in range(3 if self.chance.random() < 0.03 else 1):
                    self._queue(message.id, self.chance.random())
                if self.chance.random() < 0.02:
                    withdraw = partial(self._withdraw, reach.customer.id, message.purpose)
                    self._later(40 * self.chance.random(), withdraw, message.id)
        if self._made < self._wanted:
            self.busy_until = self.now
        return self._made < self._wanted

    def _queue(self, message_id: str, seconds: float) -> None:
        if self.chance.random() < 0.003:
            self.counts["lost from the queue"] += 1
            return
        soon = seconds < SOON  # what waits for its time leaves room for more
        self._waiting += soon
        self._later(seconds, partial(self._deliver, message_id, not soon), message_id)

    def _deliver(self, message_id: str, uncounted: bool) -> None:
        """The queue shows the message: whoever is idle takes it."""
        self._waiting += uncounted
        self._ready.append(message_id)
        self._held[message_id] += 1
        for process in self.processes:
            if process.idle:
                process.idle = False
                self._later(max(process.time - self.now, 0), partial(self._take, process))
                return

    def _take(self, process: Process) -> None:
        if not self._ready:
            process.idle = True
            return
        message_id = self._ready.popleft()
        process.time = max(process.time, self.now)
        self._turn(process, message_id)
        self._waiting -= 1
        self._held[message_id] -= 1
        self._rest(message_id)
        self._later(max(process.time - self.now, 0), partial(self._take, process))

    def _turn(self, process: Process, message_id: str) -> None:
        before, self._active = self._active, process
        try:
            turn = send_one(process.sender(), message_id)
        except Died:
            self.counts["died"] += 1
            process.time, process.ends = process.time + 0.1, 0.0  # another takes its place
            self._queue(message_id, VISIBILITY)
            return
        except (Busy, Unavailable):
            self._queue(message_id, VISIBILITY)
            return
        finally:
            self._active = before
        if turn.status == "no_time":
            self._queue(message_id, 2)
        elif turn.later is not None:
            seconds = (turn.later - START).total_seconds() - self.now + 1
            if seconds <= 900:
                self._queue(message_id, max(seconds, 0))

    def _withdraw(self, customer_id: str, purpose: str) -> None:
        if customer_id in self.store.reaches and purpose != "service":
            self.ledger.withdrew(customer_id, purpose)
            self.store.reaches[customer_id] = simulated_shop.withdrawn(self.store.reaches[customer_id], purpose)
            self.counts["withdrawn"] += 1

    # --- what comes between ---------------------------------------------------------------------------------------

    def _interrupt(self, _: str, message_id: str) -> None:
        process = self._active
        if process is None:
            return
        process.spend(0.004)
        drawn = self.chance.random()
        if drawn < 0.004:
            raise Unavailable("silence")
        if drawn < 0.005:
            raise Died
        if drawn < 0.02 and message_id in self.store.messages:
            self._between(self.store.messages[message_id], process)

    def _between(self, message: Message, process: Process) -> None:
        self.counts["came between"] += 1
        kind = self.chance.randrange(3)
        if kind == 0:
            self._withdraw(message.recipient_id, message.purpose)
        elif kind == 1:
            self._look_at(message, self.now + self.chance.choice((0, 900)))
        else:
            other = next(each for each in self.processes if each is not process)
            other.time = max(other.time, process.time)
            interrupt, self.store.interrupt = self.store.interrupt, _nothing  # not deeper than this
            try:
                self._turn(other, message.id)
            finally:
                self.store.interrupt = interrupt

    def _after(self, what: str, message_id: str) -> None:
        if what == "claim":
            self.ledger.claimed(message_id)
        drawn = self.chance.random()
        if drawn < 0.004:
            raise Unavailable("written, but nobody said so")
        if drawn < 0.005:
            raise Died

    def _sweep(self) -> None:
        """As the pending sweep does every minute; what rests waits for what is still to come."""
        now = START + timedelta(seconds=self.now)
        at = instants.to_text(now)
        for message in [each for each in self.store.messages.values() if each.check_at and each.check_at <= at]:
            self._look_at(message, self.now)
        if self.store.messages or self._made < self._wanted:
            self._later(MINUTE, self._sweep)

    def _look_at(self, message: Message, seconds: float) -> None:
        if not message.on_its_way:
            return
        now = START + timedelta(seconds=seconds)
        need = overdue.need_of(message, now)
        if need == "settle":
            overdue.settle(self.store.told, self.store, message, now)
            self._later(0, lambda: None, message.id)
            return
        if need == "queue":
            self._queue(message.id, 0)
        overdue.put_off(self.store, message, now)

    def accepted(self, outgoing: Outgoing) -> None:
        """The provider has taken a message: is it the only time, and after no withdrawal?"""
        message = self.store.messages[outgoing.message_id]
        self.ledger.left(message)
        for seconds, word in words_about(message.id, self.chance):
            self._later(seconds, partial(self._told, word), message.id)

    def _told(self, word: Word) -> None:
        call = Call(SYSTEM, START + timedelta(seconds=self.now), "req_test")
        take_in(provider_events.Desk(call, self.store.told, self.store, self._suppress), word)

    def _suppress(self, channel: str, address: str, reason: str, _: str) -> None:
        self.store.suppressions[channel, address] = reason

    # --- what has come to rest ------------------------------------------------------------------------------------

    def _rest(self, message_id: str) -> None:
        message = self.store.messages.get(message_id)
        if message is None or message.on_its_way or self._held[message_id] > 0:
            return
        self.ledger.rests(message, self.store.told.kinds.pop(message_id))
        del self.store.messages[message_id], self._held[message_id]
        self._customers[message.recipient_id] -= 1
        if self._customers[message.recipient_id] == 0:
            reach = self.store.reaches.pop(message.recipient_id)
            self.store.suppressions.pop(("email", reach.address("email") or ""), None)
            del self._customers[message.recipient_id]
            self.ledger.forget(message.recipient_id, simulated_shop.PURPOSES)
