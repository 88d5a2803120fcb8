"""tests/proof/guards.json: which test sees which guard; and the few that none can see, with the reason."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.guards.finding import ROOT
from tests.support.guards.guard import Guard

KILLERS = ROOT / "tests/proof/guards.json"
UNSEEN = ROOT / "tests/proof/guards_unseen.json"
EXCUSED = ROOT / "tests/proof/guards_excused.json"
HITS = ROOT / ".facet/guards/hits.json"


@dataclass
class Ledger:
    """For each guard the digest of its surroundings when it was last seen red, and the test that was red."""

    killers: dict[str, tuple[str, str]] = field(default_factory=dict)
    excused: dict[str, str] = field(default_factory=dict)  # nothing can see them: why
    unseen: list[str] = field(default_factory=list)  # no test sees them yet

    def fits(self, guard: Guard) -> bool:
        """Whether the guard was seen red as it is now."""
        return self.killers.get(guard.id, ("", ""))[0] == guard.digest

    def missing(self, guards: Mapping[str, Guard]) -> list[str]:
        """Guards that no test is known to see, and that nobody excused."""
        known = {*self.killers, *self.excused, *self.unseen}
        return [name for name in guards if name not in known]

    def gone(self, guards: Mapping[str, Guard]) -> list[str]:
        """Entries of guards that are not in the code any more."""
        return [name for name in (*self.killers, *self.excused, *self.unseen) if name not in guards]

    def write(self, guards: Mapping[str, Guard]) -> None:
        """Leave what is known of the guards that there are, in the order of the code; what is seen is not unseen."""
        kept = {name: self.killers[name] for name in guards if name in self.killers}
        lines = [f"{json.dumps(name)}: {json.dumps(kept[name])}" for name in kept]
        KILLERS.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
        self.unseen = [name for name in self.unseen if name in guards and name not in self.killers]
        UNSEEN.write_text(json.dumps(self.unseen, indent=0) + "\n", encoding="utf-8")


def read() -> Ledger:
    """What is known."""
    killers, excused, unseen = (_read(path) for path in (KILLERS, EXCUSED, UNSEEN))
    return Ledger({name: (each[0], each[1]) for name, each in killers.items()}, excused, list(unseen))


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
