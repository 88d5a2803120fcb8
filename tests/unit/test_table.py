"""What the table makes of the store's answers."""

from typing import Any

import pytest

from chalicelib.domain.errors import Unavailable
from chalicelib.repos.keys import Key
from chalicelib.repos.table import BATCH_ROUNDS, Table

KEYS = [Key("A", "1"), Key("A", "2")]


class Busy:
    """A store that leaves the second of two keys out, so many times."""

    def __init__(self, times: int) -> None:
        self.left = times

    def batch_get_item(self, RequestItems: Any) -> Any:  # noqa: N803 -- the store's own name
        wanted = RequestItems["facet"]["Keys"]
        first, rest = (wanted, []) if self.left == 0 else (wanted[:-1], wanted[-1:])
        self.left -= 1
        return {"Responses": {"facet": first}, "UnprocessedKeys": {"facet": {"Keys": rest}} if rest else {}}


def test_keys_that_were_left_out_are_asked_for_again() -> None:
    assert Table(Busy(BATCH_ROUNDS - 1), "facet").get_many(KEYS).keys() == set(KEYS)


def test_keys_that_are_always_left_out_are_not_taken_for_gone() -> None:
    with pytest.raises(Unavailable):
        Table(Busy(BATCH_ROUNDS), "facet").get_many(KEYS)
