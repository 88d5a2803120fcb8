"""Writers that begin with what they read and end after somebody else was there: no threads, one process."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest

from chalicelib.domain.call import Actor, Call
from chalicelib.repos import keys
from chalicelib.repos.customer_items import from_item
from chalicelib.repos.keys import Key
from chalicelib.repos.table import Table
from chalicelib.repos.transaction import Retry, Transaction
from tests.support.world import World

Write = Callable[[Transaction], object]


def begun(world: World, write: Write, attempt: int = 0) -> Transaction:
    """A transaction that somebody has filled and not yet committed."""
    work = Transaction(world.table, Call(Actor("usr_test", "Test"), world.clock.now, "req_test"), attempt)
    write(work)
    return work


def written(world: World, write: Write, attempt: int = 0) -> None:
    """One that is committed."""
    begun(world, write, attempt).commit()


def refused(world: World, work: Transaction, refusal: type[Exception] = Retry) -> Any:
    """The refusal of its commit, which must be of exactly this kind and leave the table as it is."""
    before = world.items()
    with pytest.raises(refusal) as caught:
        work.commit()
    assert caught.type is refusal
    assert world.items() == before
    return caught.value


@contextmanager
def just_read(key: Key, change: Callable[[], object]) -> Iterator[None]:
    """Let something happen once, right after this item was read."""
    read, changes = Table.get, [change]

    def get(table: Table, wanted: Key) -> Any:
        item = read(table, wanted)
        if wanted == key and changes:
            changes.pop()()
        return item

    with patch.object(Table, "get", get):
        yield
    assert not changes, f"{key} was not read"


def named(world: World, given_name: str) -> Any:
    """A customer of the made-up shop, as they are now."""
    profiles = (from_item(item) for (_, sk), item in world.items().items() if sk == keys.PROFILE)
    return next(customer for customer in profiles if customer.doc.get("given_name") == given_name)
