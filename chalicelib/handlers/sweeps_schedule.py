"""The sweeps function: what the schedules ask for, and people in the AWS console."""

from collections.abc import Mapping
from typing import Any, Literal, Protocol

from chalicelib.domain.sweeps.model import CONSOLE, NewRun, Tally, told
from chalicelib.handlers import sweep_contact_checks, sweep_duplicates, sweep_pending, sweep_seal
from chalicelib.handlers.endpoint import shaped
from chalicelib.handlers.sweep_starts import asked_for, scheduled
from chalicelib.handlers.sweep_turns import Clock, Turn, now

RESERVE = 15.0  # seconds for what was begun, and for the record of it
BY_HAND = ("date", "location", "dry_run", "force")


class Context(Protocol):
    """What Lambda tells a function about its turn."""

    def get_remaining_time_in_millis(self) -> int:
        """How long the turn lasts."""


class Asked(NewRun):
    """What the function is given: a schedule sends the name alone, a person any of the other fields."""

    sweep: Literal["birthdays", "contact-checks", "follow-ups", "duplicates", "index", "pending", "seal"] = "birthdays"


def handle(event: Mapping[str, Any], context: Context, clock: Clock = now) -> dict[str, Any]:
    """Run a sweep; returns what was done.

    Raises:
        Invalid: the event is not one.
        SweepFailed, Unavailable: something was not done; the next tick does it.
    """
    asked: Asked = shaped(Asked, dict(event))

    def remaining() -> float:
        return context.get_remaining_time_in_millis() / 1000

    if asked.sweep == "contact-checks":
        return {"sweep": asked.sweep, **sweep_contact_checks.run(clock())}
    if asked.sweep == "duplicates":
        return {"sweep": asked.sweep, **sweep_duplicates.run(asked, clock())}
    if asked.sweep == "pending":
        return {"sweep": asked.sweep, **sweep_pending.run(clock(), remaining)}
    if asked.sweep != "seal" and asked.model_fields_set.isdisjoint(BY_HAND):
        return {"sweep": asked.sweep, **_counts(scheduled(asked.sweep, Turn(lambda: remaining() - RESERVE, clock)))}
    turn = Turn(lambda: remaining() - RESERVE, clock, CONSOLE, by_hand=True, dry_run=asked.dry_run)
    if asked.sweep == "seal":
        return {"sweep": asked.sweep, **sweep_seal.asked_for(asked, turn)}
    if asked.dry_run:  # the saved test events name a day of an example, and a look does no harm
        asked = asked.model_copy(update={"force": True})
    tally, day = asked_for(asked.sweep, asked, turn)
    return {"sweep": asked.sweep, **told(tally, day, dry_run=asked.dry_run)}


def _counts(tally: Tally) -> dict[str, Any]:
    return {
        "matched": tally.matched,
        "appended": tally.appended,
        "already_done": tally.already_done,
        "finished": tally.finished,
    }
