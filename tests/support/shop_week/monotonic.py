"""Durations in the week: they pass as the shop's clock does, whatever a process thinks what time it is."""

import time


class Monotonic:
    """Seconds; `skew` is by how much the clock of the process that runs is off."""

    skew = 0.0

    def __call__(self) -> float:
        """What `time.monotonic` says."""
        return time.time() - self.skew


now = Monotonic()
