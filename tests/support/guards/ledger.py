"""tests/proof/guards.json: which test sees which guard; and the few that none can see, with the reason."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.guards.finding import ROOT
from tests.support.guards.guard import Guard

KILLERS = ROOT / "tests/proof/guards.json"
EXCUSED = ROOT / "tests/proof/guards_excused.json"
HITS = ROOT / ".facet/guards/hits.json"


@dataclass
class Ledger:
    """For each guard the digest of its surroundings when it was last seen red, and the test that was red."""

    killers: dict[str, tuple[str, str]] = field(default_factory=dict)
    excused: dict[str, str] = field(default_factory=dict)  # nothing can see them: why

    def fits(self, guard: Guard) -> bool:
        """Whether the guard was seen red as it is now."""
        return self.killers.get(guard.id, ("", ""))[0] == guard.digest

    def missing(self, guards: Mapping[str, Guard]) -> list[str]:
        """Guards that no test is known to see, and that nobody excused."""
        known = {*self.killers, *self.excused}
        return [name for name in guards if name not in known]

    def gone(self, guards: Mapping[str, Guard]) -> list[str]:
        """Entries of guards that are not in the code any more."""
        return [name for name in (*self.killers, *self.excused) if name not in guards]

    def write(self, guards: Mapping[str, Guard]) -> None:
        """Leave what is known of the guards that there are, in the order of the code."""
        kept = {name: self.killers[name] for name in guards if name in self.killers}
        lines = [f"{json.dumps(name)}: {json.dumps(kept[name])}" for name in kept]
        KILLERS.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def read() -> Ledger:
    """What is known."""
    killers, excused = _read(KILLERS), _read(EXCUSED)
    return Ledger({name: (each[0], each[1]) for name, each in killers.items()}, excused)


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
