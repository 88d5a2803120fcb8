"""How a pair lies in the table: what is known of it, and its place in the queue."""

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.duplicates.model import Pair
from chalicelib.repos import keys
from chalicelib.repos.keys import Key
from chalicelib.repos.table import Item


def attributes(pair: Pair) -> dict[str, Any]:
    """All that is known of it. It lies in both places, so that a page of the queue is one Query."""
    return {name: value for name, value in pair.kept().items() if name != "id"}


def pair_of(item: Item) -> Pair:
    """The pair that is kept so."""
    return Pair.read({**item, "id": item["pk"]})


def listed_pair(item: Item) -> Pair:
    """The pair at this place in the queue."""
    return Pair.read({**item, "id": item["sk"].rpartition("#")[2]})


def place(pair: Pair) -> Key:
    """Its place in the queue."""
    return keys.duplicate_listed(pair.status, pair.score, pair.id)


def of_run(item: Mapping[str, Any] | None, run: str) -> bool:
    """Whether this run wrote the pair last."""
    return item is not None and item.get("run") == run
