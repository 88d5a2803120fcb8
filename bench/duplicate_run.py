"""The run that looks for duplicates, over made-up customers: how long it takes, and how many it finds.

Everything runs as in the function but for the store and the bucket: customers come from memory, files lie on disk.
"""

import json
import math
import resource
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from time import process_time
from typing import Any, cast

from bench.duplicate_people import Planted, people
from chalicelib.domain.call import Actor
from chalicelib.domain.duplicates import job
from chalicelib.domain.duplicates.job import Part, Position
from chalicelib.domain.duplicates.traits import Traits, as_json, from_json, traits_of
from chalicelib.domain.jobs.model import Job, StoredFile
from chalicelib.domain.jobs.run import Turn
from chalicelib.repos.duplicate_disk import Disk

SIZES = (10_000, 100_000)
A_PAGE = 100
_AT = "2026-11-22T00:00:00.000Z"


@dataclass(frozen=True)
class Measured:
    """One run; seconds of the processor. `precision`: how much of what it found was planted; `recall`: the reverse."""

    customers: int
    seconds: float
    compared: int
    found: int
    planted: int
    precision: float
    recall: float
    large_blocks: int
    peak_mb: float
    missed: dict[str, int]


class Hands:
    """What the run works with here."""

    def __init__(self, folder: Path, planted: Iterator[Planted]) -> None:
        self._folder, self._planted = folder, planted
        self.truth: dict[str, str] = {}
        self.pairs: dict[str, int] = {}

    def expected(self) -> int:
        """Nobody knows."""
        return 0

    def page(self, _: Position | None) -> tuple[list[Traits], Position | None]:
        """The next hundred customers."""
        found = list(islice(self._planted, A_PAGE))
        self.truth |= {each.of: each.how or "" for each in found if each.of}
        return [traits_of(each.customer) for each in found], {"k": 1} if found else None

    def keep(self, name: str, people: Sequence[Traits]) -> Part:
        """Write customers into a file."""
        with (self._folder / name).open("w") as file:
            file.writelines(json.dumps(as_json(each), ensure_ascii=False) + "\n" for each in people)
        return Part(name, StoredFile("tag", 0))

    def compare(self, parts: Sequence[Part], name: str, beat: Callable[[], None]) -> tuple[Part, dict[str, int]]:
        """As the function does."""
        disk = Disk(self._folder / "pairs")
        for part in parts:
            with (self._folder / part.name).open() as file:
                disk.add(from_json(json.loads(line)) for line in file)
            beat()
        counts = disk.compare(beat)
        with (self._folder / name).open("w") as file:
            file.writelines(json.dumps(each) + "\n" for each in disk.changes("dpr_1", _AT))
        self.pairs = dict(disk.pairs())
        disk.close()
        return Part(name, StoredFile("tag", 0)), counts

    def changes(self, part: Part, _: int) -> Iterator[tuple[dict[str, Any], int]]:
        """All changes."""
        with (self._folder / part.name).open() as file:
            yield from ((json.loads(line), 0) for line in file)

    def write(self, changes: Sequence[dict[str, Any]]) -> dict[str, int]:
        """The store is not measured here."""
        return {"added": len(changes)}


class OneTurn:
    """A turn that is never over."""

    def __init__(self) -> None:
        self.job = Job("dpr_1", "duplicates", "running", Actor("usr_1", "Bench"), _AT, 0)

    def renew(self) -> None:
        """Nobody else is at it."""


def run(number: int, seed: int = 1) -> Measured:
    """A run over that many customers."""
    with tempfile.TemporaryDirectory() as folder:
        hands, turn = Hands(Path(folder), people(number, seed)), OneTurn()
        began = process_time()
        for after in job.steps(cast(Turn, turn), hands):
            turn.job = after
        seconds = process_time() - began
    right = hands.truth.keys() & hands.pairs.keys()
    missed = Counter(how for pair, how in hands.truth.items() if pair not in hands.pairs)
    return Measured(
        customers=turn.job.done,
        seconds=round(seconds, 2),
        compared=turn.job.counts["compared"],
        found=len(hands.pairs),
        planted=len(hands.truth),
        precision=round(len(right) / max(len(hands.pairs), 1), 4),
        recall=round(len(right) / max(len(hands.truth), 1), 4),
        large_blocks=turn.job.counts["large_blocks"],
        peak_mb=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        missed=dict(missed.most_common()),
    )


def growth(small: Measured, large: Measured) -> tuple[float, float]:
    """How much longer the large run took, and how much longer n log n would have."""
    expected = large.customers * math.log2(large.customers) / (small.customers * math.log2(small.customers))
    return round(large.seconds / small.seconds, 2), round(expected, 2)


def main() -> None:
    """Measure both sizes and say what came of it."""
    measured = [run(size) for size in SIZES]
    for each in measured:
        print(json.dumps(asdict(each)))
    ratio, expected = growth(*measured)
    print(f"{SIZES[1] // SIZES[0]} times as many customers took {ratio} times as long; n log n is {expected}.")


if __name__ == "__main__":
    main()
