"""What differs between stages; everything else is the same in all of them."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Stage:
    """One installation: its name stands in every resource's name."""

    name: str
    log_retention_days: int


def stage(name: str) -> Stage:
    """The stage of this name; ValueError for a name that cannot stand in a bucket's name."""
    if not re.fullmatch(r"[a-z][a-z0-9]{0,11}", name):
        raise ValueError(f"A stage is named with 1 to 12 lower-case letters and digits, not {name!r}.")
    return Stage(name, log_retention_days=365 if name == "prod" else 30)
