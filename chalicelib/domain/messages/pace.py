"""How fast to send: the provider's rate, kept by waiting, and taken back when the provider says it was too fast."""

from collections.abc import Callable

HEADROOM = 0.95  # a call takes now longer, now shorter, so the gaps at the provider are not those at the sender
RECOVERY = 0.1  # of the rate aimed at, won back with each message that was accepted
SLOWEST = 1 / 32  # of the rate aimed at
LATE_SLOTS = 1.0  # so many turns that were missed may be caught up with


class Pacer:
    """Lets one message through after the other, at most `share` of the limit per second.

    Halves its rate when the provider throttles and wins it back step by step, so that senders who do not know of
    each other come to share what there is. `limit` gives messages per second and may change at any time.
    """

    def __init__(
        self,
        limit: Callable[[], float],
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        share: float = 1.0,
    ) -> None:
        self._limit, self._clock, self._sleep, self._share = limit, clock, sleep, share
        self._part = 1.0
        self._next = clock()

    @property
    def rate(self) -> float:
        """Messages per second now."""
        return self._limit() * self._share * HEADROOM * self._part

    def wait(self, seconds: float) -> bool:
        """Wait for the next turn, at most so long; False, without waiting, when it comes later than that."""
        now, gap = self._clock(), 1 / self.rate
        turn = max(self._next, now - LATE_SLOTS * gap)
        if turn - now > seconds or seconds < 0:
            return False
        if turn > now:
            self._sleep(turn - now)
        self._next = turn + gap
        return True

    def throttled(self) -> None:
        """The provider said that this was too fast."""
        self._part = max(self._part / 2, SLOWEST)

    def accepted(self) -> None:
        """The provider took a message."""
        self._part = min(self._part + RECOVERY, 1.0)
