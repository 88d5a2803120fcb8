"""The upkeep of the index: customers whom an earlier version of Facet wrote get the entries that were added since."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC
from typing import Any

from chalicelib.domain.errors import Busy
from chalicelib.domain.sweeps.days import local_day
from chalicelib.domain.sweeps.model import INDEX, Record, Tally
from chalicelib.handlers.sweep_birthdays import THREADS
from chalicelib.handlers.sweep_turns import Turn, record_run
from chalicelib.repos.index_repair import INDEX_VERSION, Changed, Examined, Lack, mend
from chalicelib.repos.sweep_runs import save_state
from chalicelib.wiring import sweeps

ATTEMPTS = 5


def is_whole(state: Mapping[str, Any]) -> bool:
    """Whether all customers have the entries that this version of Facet looks for."""
    return bool(state.get("version") == INDEX_VERSION)


def run(turn: Turn, state: Mapping[str, Any]) -> Tally:
    """Go on where the last turn stopped, or walk all customers anew when it was through.

    The tally counts customers: looked at, mended, and those who lacked nothing.
    """
    started_at = turn.call().at
    begun = state.get("walking") == INDEX_VERSION and not turn.dry_run
    position, total = state.get("position") if begun else None, Tally()
    while not turn.over():
        page = sweeps.index().examine(position, turn.clock())
        total += _mended(turn, page)
        position = page.next
        if position is None:
            return _finished(turn, total, started_at)
        if not turn.dry_run:
            _keep(turn, position, dict(state))
    return total.unfinished()


def _mended(turn: Turn, page: Examined) -> Tally:
    if not turn.dry_run:
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(lambda lack: _mend(turn, lack), page.lacking))
    lacking = [lack.customer.id for lack in page.lacking]
    named = tuple(lacking) if turn.dry_run else ()
    return Tally(page.customers, len(lacking), page.customers - len(lacking), named)


def _mend(turn: Turn, lack: Lack) -> None:
    """Write what a customer lacks; one who is changed at the same moment is looked at again."""
    lacks = [lack]
    for _ in range(ATTEMPTS):
        if not lacks:
            return
        try:
            sweeps.commit(turn.call(), lambda work, first=lacks[0]: mend(work, first))  # type: ignore[misc]
        except Changed:
            lacks = sweeps.index().lacking([lack.customer.id])
        else:
            return
    raise Busy("A customer kept changing while entries were written.")


def _keep(turn: Turn, position: Mapping[str, Any], before: dict[str, Any]) -> None:
    facts = {**before, "walking": INDEX_VERSION, "position": dict(position)}
    sweeps.commit(turn.call(), lambda work: save_state(work, INDEX, **facts))


def _finished(turn: Turn, total: Tally, started_at: str) -> Tally:
    if not turn.dry_run:
        day, call = local_day(turn.clock(), UTC), turn.call()
        done = Record(INDEX, day, None, "done", total, started_at, call.at, turn.actor, by_hand=turn.by_hand)
        # The record first: the walk is done again by who finds it without an end, and never by who finds it whole.
        record_run(turn, done)
        whole = {"version": INDEX_VERSION, "last_tick_at": call.at}
        sweeps.commit(turn.call(), lambda work: save_state(work, INDEX, **whole))
    return total
