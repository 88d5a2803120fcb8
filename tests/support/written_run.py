"""Run by tools/record_samples.py and tests/proof/test_upgrade.py in a process of its own, with any version's code."""

import json
import sys
from pathlib import Path

from tests.support import world, written


def main() -> None:
    """`record FILE` writes a sample of this code; `read FILE` says what this code makes of a newer version's sample."""
    what, place = sys.argv[1], Path(sys.argv[2])
    if what == "record":
        with world.opened() as shop:
            sample = written.taken(shop)
        written.write(sample, place)
        sys.stdout.write(f"{len(sample['items'])} items and {len(sample['answers'])} answers in {place.name}\n")
        return
    sample = written.read(place)
    with written.laid_out(sample) as shop:
        wrong = [
            *written.differences(shop, sample, we_are_newer=False),
            *written.replayed(shop, sample),
            *written.not_worked_off(shop, sample),
        ]
    sys.stdout.write(json.dumps(wrong))
