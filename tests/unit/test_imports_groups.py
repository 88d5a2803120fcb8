"""How many rows of an import are written in one transaction."""

from typing import Any

import pytest

from chalicelib.domain.jobs.model import RowResult
from chalicelib.handlers.imports_rows import Draft, Group
from chalicelib.repos.keys import Key
from chalicelib.repos.transaction import MOST_ITEMS, Transaction
from tests.support.work import a_transaction


class _Nowhere:
    name = "facet"


def writing(items: int, name: str = "cus") -> Transaction:
    """A transaction of so many items."""
    work = a_transaction(store=_Nowhere())  # type: ignore[arg-type]  # only its name is asked for
    for number in range(items):
        work.put(Key(f"{name}_{number}", "PROFILE"), {})
    return work


def draft(items: int, name: str) -> Draft:
    row: Any = None  # is not looked at
    return Draft(row, RowResult(1, "created"), writing(items, name))


@pytest.mark.parametrize(("items", "full"), [(MOST_ITEMS - 7, False), (MOST_ITEMS - 6, True)])
def test_a_group_is_full_when_a_row_as_large_as_the_largest_does_not_fit(items: int, full: bool) -> None:
    group = Group(writing(items - 9), largest=5)
    assert group.take(draft(7, "large"))
    assert group.take(draft(2, "small"))
    assert group.full is full


def test_a_row_that_does_not_fit_is_not_taken_and_makes_the_group_full() -> None:
    group = Group(writing(MOST_ITEMS - 3))
    assert not group.full
    assert not group.take(draft(4, "large"))
    assert (group.drafts, group.full) == ([], True)
