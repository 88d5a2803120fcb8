"""What is done every minute, whatever became of the stream.

Events that wait for more than a minute are passed on, and messages on their way are looked after.
"""

from collections.abc import Callable
from datetime import datetime

from chalicelib.handlers.log import defect_facts, logger
from chalicelib.handlers.pending_events import relay_pending, tell_of_those_set_aside
from chalicelib.handlers.sweep_outgoing import look_after_outgoing

SecondsLeft = Callable[[], float]
Step = Callable[[datetime, SecondsLeft], dict[str, int]]

# Each step keeps to its own share of the time, and is done again a minute later: none needs the one before it.
STEPS: tuple[Step, ...] = (relay_pending, look_after_outgoing, tell_of_those_set_aside)


def run(now: datetime, seconds_left: SecondsLeft) -> dict[str, int]:
    """Do every step; returns what was done, counted. A step that fails is logged, and the others are done."""
    summary: dict[str, int] = {}
    for step in STEPS:
        try:
            summary |= step(now, seconds_left)
        except Exception as defect:  # noqa: BLE001 -- the edge: one step must not take the others along
            logger().error("a step of the minute failed", extra=defect_facts(defect) | {"step": step.__name__})
    return summary
