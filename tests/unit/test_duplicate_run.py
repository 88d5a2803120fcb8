"""The run over all customers: on disk, in large blocks, and gone on from every checkpoint."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from bench.duplicate_people import people
from bench.duplicate_run import OneTurn, growth, run
from chalicelib.domain.duplicates import job
from chalicelib.domain.duplicates.blocking import MOST_TOGETHER, NEIGHBOURS
from chalicelib.domain.duplicates.job import Part, Position
from chalicelib.domain.duplicates.model import Pair, pair_id
from chalicelib.domain.duplicates.traits import Traits
from chalicelib.domain.ids import encode
from chalicelib.domain.jobs.model import Job, StoredFile
from chalicelib.domain.jobs.run import Turn
from chalicelib.repos.duplicate_disk import Disk

AT = "2026-11-22T00:00:00.000Z"


def asha(number: int, **fields: Any) -> Traits:
    """A customer with one name and number like all others of these tests."""
    usual = Traits(id=f"cus_{encode(number)}", given=("asha",), family=("rao",), phones=("+911",))
    return replace(usual, **fields)


def compared(path: Path, customers: Sequence[Traits], known: Sequence[Pair] = ()) -> tuple[dict[str, int], list[Any]]:
    """What came of comparing them, and the changes that the queue needs."""
    disk = Disk(path / "pairs")
    disk.add(customers)
    counts = disk.compare(lambda: None)
    disk.know(known)
    changes = list(disk.changes("dpr_1", AT))
    disk.close()
    return counts, changes


def test_a_pair_with_several_keys_is_compared_once_and_nobody_with_themselves(tmp_path: Path) -> None:
    both = {"emails": ("a@x.example", "b@x.example"), "birthday": "1990-03-15", "phones": ("+911", "+912")}
    counts, (change,) = compared(tmp_path, [asha(1, **both), asha(2, **both), asha(3, phones=(), family=("roy",))])
    assert counts == {"compared": 1, "large_blocks": 0, "found": 1}
    assert (change["do"], change["after"]["id"]) == ("added", pair_id(asha(1).id, asha(2).id))


def test_a_customer_who_comes_twice_counts_as_they_came_last(tmp_path: Path) -> None:
    counts, changes = compared(tmp_path, [asha(1), asha(2), asha(2, phones=("+912",))])
    assert (counts["found"], changes) == (0, [])


@pytest.mark.parametrize(("size", "large"), [(MOST_TOGETHER, 0), (MOST_TOGETHER + 1, 1), (300, 1)])
def test_a_large_block_is_compared_with_neighbours_and_counted(tmp_path: Path, size: int, large: int) -> None:
    crowd = [asha(number, given=(f"{chr(97 + number % 26)}{number:05d}",)) for number in range(size - 2)]
    counts, changes = compared(tmp_path, [asha(900), *crowd, asha(901)])
    whole = size * (size - 1) // 2
    assert counts["large_blocks"] == large
    assert counts["compared"] == (NEIGHBOURS * size - NEIGHBOURS * (NEIGHBOURS + 1) // 2 if large else whole)
    assert pair_id(asha(900).id, asha(901).id) in [change["after"]["id"] for change in changes]


def test_only_what_differs_from_the_queue_is_written(tmp_path: Path) -> None:
    customers = [asha(number, phones=(f"+91{number // 2}",)) for number in range(8)]
    _, added = compared(tmp_path, customers)
    kept, worse, decided, fresh = (Pair.read(change["after"]) for change in sorted(added, key=_id))
    gone = replace(kept, id=pair_id(asha(1).id, asha(7).id))
    old = replace(gone, id=pair_id(asha(0).id, asha(7).id), status="different")
    known = [kept, replace(worse, score=60, version=4), replace(decided, score=60, status="different"), gone, old]
    (tmp_path / "again").mkdir()
    _, changes = compared(tmp_path / "again", customers, known)
    assert [(change["do"], _id(change)) for change in changes] == [
        ("added", fresh.id),
        ("changed", worse.id),
        ("gone", gone.id),
    ]
    assert (changes[1]["after"]["score"], changes[1]["after"]["version"]) == (worse.score, 5)


def _id(change: dict[str, Any]) -> str:
    return str((change.get("after") or change["before"])["id"])


class Hands:
    """A store of 25 customers in pages of ten, and a bucket."""

    def __init__(self) -> None:
        self.files: dict[str, Sequence[Traits]] = {}
        self.written: list[int] = []

    def expected(self) -> int:
        return 20

    def page(self, position: Position | None) -> tuple[list[Traits], Position | None]:
        start = int((position or {"n": 0})["n"])
        following = {"n": start + 10} if start + 10 < 25 else None
        return [asha(number) for number in range(start, min(start + 10, 25))], following

    def keep(self, name: str, people: Sequence[Traits]) -> Part:
        assert name not in self.files, "a file of another turn would be overwritten"
        self.files[name] = people
        return Part(name, StoredFile(name, 1))

    def compare(self, parts: Sequence[Part], name: str, _: Callable[[], None]) -> tuple[Part, dict[str, int]]:
        ids = [each.id for part in parts for each in self.files[part.name]]
        assert ids == [asha(number).id for number in range(25)]
        return Part(name, StoredFile(name, 1)), {"found": 7}

    def changes(self, _: Part, offset: int) -> Iterator[tuple[dict[str, Any], int]]:
        yield from (({"n": number}, number + 1) for number in range(offset, 7))

    def write(self, changes: Sequence[dict[str, Any]]) -> dict[str, int]:
        self.written += [change["n"] for change in changes]
        return {"added": len(changes)}


@pytest.mark.parametrize("lost", range(10))
def test_a_run_goes_on_from_every_checkpoint(monkeypatch: pytest.MonkeyPatch, lost: int) -> None:
    """Each turn does one step and ends; one of them ends before its checkpoint is written."""
    monkeypatch.setattr(job, "CUSTOMERS_A_PART", 10)
    monkeypatch.setattr(job, "CHANGES_A_STEP", 3)
    hands, turn, turns = Hands(), OneTurn(), 0
    while (after := _step(turn, hands)) is not None:
        turn.job = replace(turn.job if turns == lost else after, version=turn.job.version + 1)
        turns += 1
    assert (turn.job.done, turn.job.total, turn.job.counts["found"], turn.job.counts["added"]) == (25, 25, 7, 7)
    assert list(dict.fromkeys(hands.written)) == list(range(7))
    assert turns in (8, 9)


def _step(turn: OneTurn, hands: Hands) -> Job | None:
    return next(job.steps(cast(Turn, turn), hands), None)


def test_most_of_those_who_are_there_twice_are_found_and_few_others() -> None:
    measured = run(3000)
    assert measured.customers == 3000
    assert measured.planted > 60
    assert measured.recall > 0.9
    assert measured.precision > 0.9
    assert measured.compared < 3000 * MOST_TOGETHER / 2


def test_made_up_people_are_the_same_every_time() -> None:
    assert list(people(200)) == list(people(200))
    assert list(people(200)) != list(people(200, seed=2))
    assert len({each.customer.id for each in people(2000)}) == 2000


def test_growth_is_held_against_n_log_n() -> None:
    small = run(100)
    ratio, expected = growth(replace(small, seconds=1.0), replace(small, customers=10_000, seconds=150.0))
    assert (ratio, expected) == (150.0, 200.0)
