from bisect import bisect_left
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from local.partition import IndexPartition, Items, Partition, encode, plain
from local.window import Bound, Item, Window, after_prefix, asked, asking, below, end, start

# Few characters, so that prefixes and neighbours meet; outside the basic plane UTF-8 and UTF-16 order differ.
keys = st.text("ab#\U0001f48e\uffff", min_size=1, max_size=4)
changes = st.lists(st.tuples(keys, st.booleans()), max_size=40)
CONDITIONS: dict[str, Callable[[str, str, str], bool]] = {
    "=": lambda key, one, _: key == one,
    "<": lambda key, one, _: key < one,
    "<=": lambda key, one, _: key <= one,
    ">": lambda key, one, _: key > one,
    ">=": lambda key, one, _: key >= one,
    "between": lambda key, one, two: one <= key <= two,
    "begins_with": lambda key, one, _: key.startswith(one),
}


def small(_: Item) -> int:
    return 1


def large(_: Item) -> int:
    return 400_000


EVERYTHING = Window(start, end, True, None, small)


def window(operator: str, one: str, two: str, *, forward: bool, limit: int | None) -> Window:
    bounds: dict[str, tuple[Bound, Bound]] = {
        "=": (below(one, True), below(one, False)),
        "<": (start, below(one, True)),
        "<=": (start, below(one, False)),
        ">": (below(one, False), end),
        ">=": (below(one, True), end),
        "between": (below(one, True), below(two, False)),
        "begins_with": (below(one, True), after_prefix(one)),
    }
    low, high = bounds[operator]
    return Window(low, high, forward, limit, small)


def reference(stored: dict[str, Any], operator: str, one: str, two: str, *, forward: bool, limit: int | None) -> Any:
    chosen = [item for key, item in stored.items() if CONDITIONS[operator](key, one, two)]
    ordered = sorted(chosen, key=lambda item: item["sk"]["S"].encode("utf-8"), reverse=not forward)
    return ordered[:limit]


@given(
    st.tuples(changes, changes),
    st.sampled_from(sorted(CONDITIONS)),
    st.tuples(keys, keys),
    st.booleans(),
    st.none() | st.integers(1, 5),
)
def test_a_window_holds_what_sorting_and_filtering_the_whole_partition_gives(
    parts: tuple[list[tuple[str, bool]], ...], operator: str, bounds: tuple[str, str], forward: bool, limit: int | None
) -> None:
    one, two = bounds
    partition, stored = Partition(plain), dict[str, Any]()
    asked_for = window(operator, one, two, forward=forward, limit=limit)
    for part in parts:  # the first query sorts, later changes keep the order
        for number, (key, kept) in enumerate(part):
            item = {"sk": {"S": key}, "n": {"N": str(number)}}
            if kept:
                partition[key] = stored[key] = item
            else:
                partition.pop(key, None)
                stored.pop(key, None)
        with asking(asked_for):
            found = partition.values()
        assert found == reference(stored, operator, one, two, forward=forward, limit=limit)
    assert dict(partition.items()) == stored


@given(st.lists(st.decimals(-1000, 1000, places=2), unique=True, max_size=20))
def test_numbers_are_in_the_order_of_their_values(values: list[Decimal]) -> None:
    partition = Partition(Decimal)
    for value in values:
        partition[str(value)] = {"sk": {"N": str(value)}}
    with asking(EVERYTHING):
        assert [Decimal(item["sk"]["N"]) for item in partition.values()] == sorted(values)


@given(st.lists(st.tuples(st.integers(0, 5), keys, st.booleans()), max_size=40))
def test_an_index_partition_stays_in_order(steps: list[tuple[int, str, bool]]) -> None:
    index, places = IndexPartition(), dict[tuple[str, str], tuple[str, str]]()
    for number, sort, kept in steps:
        member = ("base", str(number))
        if kept:
            places[member] = (sort, str(number))
            index.add(member, places[member])
        else:
            places.pop(member, None)
            index.drop(member)
        with asking(EVERYTHING):
            assert list(index) == sorted(places, key=lambda member: (places[member], member))


def test_without_a_window_a_partition_is_a_mapping_of_fresh_items() -> None:
    partition = Partition(plain)
    partition["a"] = {"sk": {"S": "a"}, "list": {"L": []}}
    partition["a"]["list"]["L"].append("changed")
    assert partition["a"] == {"sk": {"S": "a"}, "list": {"L": []}}
    assert asked.window is None


def test_a_page_ends_after_a_megabyte_when_no_limit_is_given() -> None:
    partition = Partition(plain)
    for number in range(10):
        partition[f"{number:02d}"] = {"sk": {"S": f"{number:02d}"}}
    with asking(Window(start, end, True, None, large)):
        assert len(partition.values()) == 3  # the third is the one that takes it past 1 MB


def test_replayed_changes_leave_no_empty_partition() -> None:
    items = Items()
    raw = encode({"sk": {"S": "a"}})
    assert items.replay("p", "a", raw) is None
    assert items.replay("p", "a", None) == raw
    assert items.replay("p", "a", None) is None
    assert not items


def test_the_sorted_keys_are_kept_and_not_made_again() -> None:
    partition = Partition(plain)
    partition["b"] = {"sk": {"S": "b"}}
    with asking(EVERYTHING):
        partition.values()
    kept = partition._keys
    partition["a"] = {"sk": {"S": "a"}}
    del partition["b"]
    assert partition._keys is kept
    assert kept is not None
    assert bisect_left(kept, "a") == 0
