"""The time of the made-up shop: it stands still until it is told to move."""

from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday


class Clock:
    """What `datetime.now` and `time.time` say while it runs; `time.sleep` moves it and takes no time."""

    def __init__(self) -> None:
        self._travel = time_machine.travel(START, tick=False)
        self._traveller: Any = None

    def start(self) -> None:
        """Let it be START."""
        self._traveller = self._travel.start()

    def stop(self) -> None:
        """Let it be what it really is."""
        self._travel.stop()
        self._traveller = None

    @property
    def now(self) -> datetime:
        """The time in UTC."""
        return datetime.now(UTC)

    def set(self, moment: datetime) -> None:
        """Let it be this moment, which may be earlier."""
        self._traveller.move_to(moment, tick=False)

    def move(self, step: timedelta) -> None:
        """Let time pass."""
        self._traveller.shift(step)

    def sleep(self, seconds: float) -> None:
        """What stands for `time.sleep`."""
        self.move(timedelta(seconds=seconds))
