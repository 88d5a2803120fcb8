"""A transaction as a request would have it, for tests of single writes."""

from datetime import UTC, datetime

from chalicelib.domain.call import Actor, Call
from chalicelib.repos.table import Table
from chalicelib.repos.transaction import Transaction
from chalicelib.wiring.store import table


def a_transaction(request_id: str = "req_of_a_test", store: Table | None = None) -> Transaction:
    """Nothing in it yet; on the deployment's table unless another is given."""
    return Transaction(store or table(), Call(Actor("sys_test", "Test"), datetime.now(UTC), request_id))
