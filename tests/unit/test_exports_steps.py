"""Parts of an export: where they end, what they are called, and where the next one begins."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.call import Actor
from chalicelib.domain.exports import job as exports
from chalicelib.domain.exports.job import CUSTOMERS, Hands, Piece, Place
from chalicelib.domain.jobs.model import Job, StoredFile
from chalicelib.domain.jobs.run import Bench, Turn

NOW = datetime(2026, 11, 22, tzinfo=UTC)
JOB = Job("exp_1", "export", "waiting", Actor("usr_1", "Meera"), "", 0, {"format": "jsonl"})


class Pages:
    """So many pages of one customer each."""

    def __init__(self, count: int) -> None:
        self._count = count

    def pieces(self, at: Place | None, columns: tuple[str, ...]) -> Iterator[Piece]:
        for number in range(at["n"] if at else 0, self._count):
            following = {"n": number + 1} if number + 1 < self._count else None
            yield Piece(iter([number]), following, {CUSTOMERS: 1}, (*columns, f"c{number}"))


class Records:
    """Keeps the states of the job."""

    def __init__(self) -> None:
        self.last = JOB

    def save(self, before: Job, after: Job) -> Job:
        assert before.version == self.last.version
        self.last = replace(after, version=before.version + 1)
        return self.last

    def finish(self, before: Job, after: Job) -> None:
        self.save(before, after)


def run(pages: int, step: timedelta = timedelta(0)) -> tuple[Job, dict[str, list[Any]]]:
    """The job when it is over, and what its parts hold; the clock goes on by a step at every look."""
    parts: dict[str, list[Any]] = {}
    looks = iter(range(10**6))

    def write(_: Job, name: str, lines: Iterator[Any]) -> StoredFile:
        parts[name] = list(lines)
        return StoredFile(f"tag {name}", 1)

    hands = Hands(Pages(pages), lambda _: pages, write, lambda _: StoredFile("whole", 2))
    records = Records()
    turn = Turn(Bench(records, lambda: NOW + next(looks) * step, lambda: 900.0), JOB)
    assert turn.go(lambda turn: exports.steps(turn, hands))
    return records.last, parts


def test_a_part_ends_when_it_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "MOST_A_PART", 2)
    done, parts = run(5)
    assert list(parts.values()) == [[0, 1], [2, 3], [4]]
    assert (done.status, done.done, done.total, done.counts) == ("done", 5, 5, {CUSTOMERS: 5})
    assert [name for name, _, _ in done.state["parts"]] == list(parts)


def test_a_part_ends_when_it_took_long() -> None:
    _, parts = run(5, timedelta(seconds=11))
    assert [line for lines in parts.values() for line in lines] == [0, 1, 2, 3, 4]
    assert len(parts) > 1


def test_the_name_of_a_part_tells_its_writer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that was overtaken knows an older version of the job: what it still writes has another name."""
    monkeypatch.setattr(exports, "MOST_A_PART", 2)
    _, parts = run(3)
    versions = [int(name.removesuffix(".jsonl").rsplit("-", 1)[1]) for name in parts]
    assert versions == sorted(set(versions))
    assert exports.part_name(1, 7) != exports.part_name(1, 8)


def test_columns_come_with_the_pieces() -> None:
    done, _ = run(2)
    assert done.state["columns"][-1] == "c1"
