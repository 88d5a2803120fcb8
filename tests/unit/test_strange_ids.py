"""What cannot be an id of ours never becomes a key: nothing is asked of the table."""

from collections.abc import Callable
from typing import Any, cast

import pytest

from chalicelib.domain.errors import NotFound
from chalicelib.repos import open_items
from chalicelib.repos.reach import ReachReader
from chalicelib.repos.table import Table

STRANGE = ["", "cus_", "DUPLICATES", "usr_00000000000000000000000000", "cus_" + "0" * 27, "x" * 3000]
READERS: dict[str, Callable[[Table, str], Any]] = {
    "what is open": open_items.read,
    "what may be sent": lambda table, customer_id: ReachReader(table).get(customer_id),
}


class Untouched:
    """A table that nobody may ask for anything."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(name)


@pytest.mark.parametrize("customer_id", STRANGE)
@pytest.mark.parametrize("reader", READERS)
def test_what_is_no_id_is_not_looked_for(reader: str, customer_id: str) -> None:
    with pytest.raises(NotFound):
        READERS[reader](cast(Table, Untouched()), customer_id)
