"""The safety net under the relay: events that wait in the index `pending` are passed on, oldest first."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain import ids
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.relaying.model import NotSent, Unreadable
from chalicelib.handlers.log import logger
from chalicelib.handlers.relaying import Addressed, pass_on, say
from chalicelib.repos import keys
from chalicelib.repos.relay import Waiting
from chalicelib.wiring import relay

SecondsLeft = Callable[[], float]
OLD_ENOUGH = timedelta(seconds=60)  # younger ones are the relay's
LATE = timedelta(minutes=10)
ATTEMPTS = 10
PAGE = 100
MOST_PAGES = 50
SHARE = 40.0  # seconds of one turn, so that the next minute's does not meet this one
RESERVE = 10.0  # seconds that a page may take


@dataclass
class Turn:
    """One turn: the shards that are still to be read, each with the key to go on after, and what stays behind."""

    now: datetime
    relayed: int = 0
    kept: dict[str, NotSent] = field(default_factory=dict)
    shards: deque[tuple[int, Mapping[str, Any] | None]] = field(
        default_factory=lambda: deque((shard, None) for shard in range(keys.SHARDS))
    )

    def before(self, age: timedelta) -> str:
        """The id that an event of just this age would have at least."""
        return f"evt_{ids.time_ordered(self.now - age, chance=0)}"

    @property
    def late(self) -> list[str]:
        """Event ids of ten minutes ago and older: those that stay behind, and the last read before unread ones."""
        limit, unread = self.before(LATE), [after["pending_sk"]["S"] for _, after in self.shards if after]
        return sorted(each for each in [*self.kept, *unread] if each < limit)


def relay_pending(now: datetime, seconds_left: SecondsLeft) -> dict[str, int]:
    """Pass on what has waited for over a minute, page by page, each shard in turn; the rest has the next minute."""
    turn, until = Turn(now), max(RESERVE, seconds_left() - SHARE)
    for _ in range(MOST_PAGES):
        if not turn.shards or seconds_left() < until:
            break
        _page(turn, *turn.shards.popleft())
    if turn.late:
        facts = {"event": "events_late", "events": len(turn.late), "oldest": turn.late[0]}
        logger().error("events wait for more than ten minutes", extra=facts)
    return {"events_relayed": turn.relayed, "events_kept": len(turn.kept)}


def _page(turn: Turn, shard: int, after: Mapping[str, Any] | None) -> None:
    page = relay.pending().page(shard, turn.before(OLD_ENOUGH), after, PAGE)
    waiting = relay.pending().read(page.keys)
    kept = _pass_on(waiting)
    turn.kept |= kept
    turn.relayed += len(waiting) - len(kept)
    if page.last:
        turn.shards.append((shard, page.last))


def _pass_on(waiting: Sequence[Waiting]) -> dict[str, NotSent]:
    """Pass events on; returns what stays, by id. What was refused is counted, and at last set aside."""
    events: list[Addressed] = []
    kept: dict[str, NotSent] = {}
    for each in waiting:
        try:
            events.append((each.key, each.event()))
        except Unreadable as wrong:
            kept[each.event_id] = NotSent(str(wrong), refused=True)
            say(each.event_id, kept[each.event_id])
    kept |= pass_on(events).kept
    for each in waiting:
        if each.event_id in kept and kept[each.event_id].refused:
            _count(each)
    return kept


def _count(waiting: Waiting) -> None:
    try:
        relay.pending().tried(waiting, set_aside=waiting.attempts + 1 >= ATTEMPTS)
    except Unavailable:
        logger().warning("an attempt is not counted", extra={"event_id": waiting.event_id})


def tell_of_those_set_aside(_now: datetime, _seconds_left: SecondsLeft) -> dict[str, int]:
    """Keep the alarm up while events are set aside; docs/operations.md says how they come back."""
    page = relay.pending().aside(limit=PAGE)
    if page.ids:
        facts = {"event": "events_set_aside", "events": len(page.ids), "oldest": page.ids[0]}
        logger().error("events could not be relayed and were set aside", extra=facts)
    return {"events_set_aside": len(page.ids)}
