"""At two o'clock UTC: every day before today that has no seal gets one, oldest first.

Twice, late, half or two at once change nothing: a file that is there is never written again, whoever comes second
reads what the first one wrote, and goes on after it.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from itertools import islice
from typing import Any

from chalicelib.domain.audit import sealing
from chalicelib.domain.audit.sealing import Link, Listing, Seal
from chalicelib.domain.errors import Invalid
from chalicelib.domain.sweeps.model import NewRun
from chalicelib.handlers.sweep_turns import SweepFailed, Turn
from chalicelib.repos.seals import described, keep
from chalicelib.wiring import seals, sweeps

DAY = timedelta(days=1)
TEXT, JSON = "text/plain; charset=utf-8", "application/json"


def asked_for(asked: NewRun, turn: Turn) -> dict[str, Any]:
    """What the schedule asks for, or a person in the AWS console; a dry run only says which days it would seal.

    Raises:
        Invalid: a seal is of whole days in UTC, for the whole shop, and there is no forcing it.
    """
    for name in ("date", "location", "force"):
        if getattr(asked, name):
            raise Invalid.field(f"/{name}", "is nothing that a seal asks for; it seals what is due")
    if turn.dry_run:
        return {"due": [day.isoformat() for day in due(turn)]}
    return run(turn)


def run(turn: Turn) -> dict[str, Any]:
    """Seal what is due; returns the days that were sealed.

    Raises:
        SweepFailed: the time was up, or the seal of the day before is not there. What was sealed stays.
    """
    sealed: list[str] = []
    previous: Link | None = None
    for day in due(turn):
        text = day.isoformat()
        previous = previous or _before(day)
        content = _sealed(turn, text, previous)
        sweeps.commit(turn.call(), partial(keep, sealed=described(content)))
        previous = sealing.link(content)
        sealed.append(text)
    return {"sealed": sealed}


def due(turn: Turn) -> Iterator[date]:
    """The days without a seal that can get one, oldest first; none while the shop has no entries."""
    last = sealing.newest_ripe(turn.clock())
    newest = seals.days().newest()
    day = newest + DAY if newest else seals.entries().first_day(last)
    while day is not None and day <= last:
        yield day
        day += DAY


def _before(day: date) -> Link | None:
    """The seal of the day before, None for the first seal of all."""
    if seals.days().newest() is None:
        return None
    before = (day - DAY).isoformat()
    content = seals.vault().get(sealing.seal_key(before))
    if content is None:
        raise SweepFailed(f"The seal of {before} is not in the bucket, though it was written.")
    return sealing.link(content)


def _sealed(turn: Turn, day: str, previous: Link | None) -> bytes:
    lists = tuple(_lists(turn, day))
    _require_time(turn, day)
    seal = Seal(day, lists, previous, turn.call().at)
    return seals.vault().put_once(sealing.seal_key(day), sealing.document(seal), JSON)


def _lists(turn: Turn, day: str) -> Iterator[Listing]:
    """The lists of a day. Those that an earlier turn wrote stand; the rest is read from the table."""
    number, after, full = 1, None, True
    while full:
        _require_time(turn, day)
        key = sealing.list_key(day, number)
        content = seals.vault().get(key) or _written(key, day, after)
        if not content:
            return
        found = sealing.listing(key, content)
        yield found
        number, after, full = number + 1, sealing.last_id(content), found.entries == sealing.MOST_LINES


def _written(key: str, day: str, after: str | None) -> bytes:
    entries = islice(seals.entries().of_day(day, after), sealing.MOST_LINES)
    content = b"".join(map(sealing.line, entries))
    return seals.vault().put_once(key, content, TEXT) if content else b""


def _require_time(turn: Turn, day: str) -> None:
    """Lambda starts a turn that failed again, a minute later and two minutes after that; it goes on from here."""
    if turn.over():
        raise SweepFailed(f"The time was up before {day} was sealed; the next turn goes on.")
