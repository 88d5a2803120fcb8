"""How long a message on its way waits: for its next attempt, and until somebody looks at it again."""

from datetime import datetime, timedelta

from chalicelib.domain import instants

FIRST_WAIT = 30.0
LONGEST_WAIT = 900.0
MOST_ATTEMPTS = 10
MARGIN = timedelta(seconds=30)  # clocks of two machines differ, and a turn may end a little late
LOOK_AFTER = timedelta(minutes=1)
LOOK_AGAIN = timedelta(minutes=15)


def next_attempt(now: datetime, attempts: int, chance: float, wait_seconds: float | None = None) -> datetime:
    """When to try for the next time after so many attempts: twice as late each time, 15 minutes at most.

    `chance` (0 to 1) spreads what was refused together; a longer wait that the provider asks for counts.
    """
    longest = min(FIRST_WAIT * 2 ** max(attempts - 1, 0), LONGEST_WAIT)
    return now + timedelta(seconds=max(longest * (0.5 + chance / 2), wait_seconds or 0))


def first_check(now: datetime) -> str:
    """When to look whether a new message has left: its event usually needs a second."""
    return instants.to_text(now + LOOK_AGAIN)


def after(moment: str | None, now: datetime) -> datetime:
    """A minute after a kept instant; a minute from now without one."""
    return (instants.parse_instant(moment) if moment else now) + LOOK_AFTER
