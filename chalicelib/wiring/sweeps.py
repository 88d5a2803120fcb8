"""What sweeps work with."""

from collections.abc import Callable
from typing import TypeVar

from chalicelib.domain.call import Call
from chalicelib.repos.follow_ups import FollowUpReader
from chalicelib.repos.index_repair import IndexReader
from chalicelib.repos.sweep_runs import SweepRuns
from chalicelib.repos.transaction import Transaction, commit_with_retry
from chalicelib.wiring.store import table

Answer = TypeVar("Answer")


def follow_ups() -> FollowUpReader:
    """Reads of what waits for staff."""
    return FollowUpReader(table())


def index() -> IndexReader:
    """Reads of customers and of the entries under which they are found."""
    return IndexReader(table())


def runs() -> SweepRuns:
    """Reads of runs."""
    return SweepRuns(table())


def commit(call: Call, command: Callable[[Transaction], Answer]) -> Answer:
    """Do one command in a transaction of its own.

    Raises:
        Busy: the conflicts did not settle; nothing was written.
    """
    return commit_with_retry(table(), call, command)
