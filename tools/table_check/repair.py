"""Puts right what can be derived, one finding a transaction, until there is nothing left that can be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

from chalicelib.domain.call import Actor, Call
from chalicelib.domain.work import Change
from chalicelib.repos.index_repair import Changed
from chalicelib.repos.table import Table
from chalicelib.repos.transaction import Retry, Transaction
from tools.table_check.finding import Finding

ACTION, ENTITY = "table.repair", "table"
RESTORE = Actor(id="sys_restore", name="Restore")
ROUNDS = 5  # one mend may bring about another: a message that is there again belongs into a list
THREADS = 8

Look = Callable[[], Iterable[Finding]]


def repair(table: Table, look: Look, call: Call) -> tuple[Counter[str], list[Finding]]:
    """What was mended, counted by rule, and what is left. `look` reads the table anew; nobody else writes to it.

    Raises:
        Unavailable: the store did not answer in time; the same again goes on.
    """
    mended: Counter[str] = Counter()
    found = list(look())
    for _ in range(ROUNDS):
        mends = [finding for finding in found if finding.mend is not None]
        if not mends:
            break
        with ThreadPoolExecutor(THREADS) as pool:
            done = list(pool.map(lambda finding: _mend(table, finding, call), mends))
        mended.update(finding.rule for finding, was_done in zip(mends, done, strict=True) if was_done)
        found = list(look())
    if mended:
        _tell(table, call, mended, len(found))
    return mended, found


def _mend(table: Table, finding: Finding, call: Call) -> bool:
    """Whether it was put right; what another mend touched meanwhile is looked at again in the next round."""
    work = Transaction(table, call)
    if finding.mend is not None:
        finding.mend(work)
    try:
        work.commit()
    except (Retry, Changed):
        return False
    return True


def _tell(table: Table, call: Call, mended: Counter[str], left: int) -> None:
    """The audit tells that it was done, as it does of everything."""
    work = Transaction(table, call)
    work.audit(Change(ACTION, ENTITY, after={"mended": dict(sorted(mended.items())), "left": left}))
    work.commit()
