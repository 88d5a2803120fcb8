"""What differs between stages; everything else is the same in all of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

PROD = "prod"


@dataclass(frozen=True)
class Stage:
    """One installation: its name stands in every resource's name."""

    name: str
    log_retention_days: int
    audit_retention_years: int


def stage(name: str) -> Stage:
    """The stage of this name; ValueError for a name that cannot stand in a bucket's name."""
    if not re.fullmatch(r"[a-z][a-z0-9]{0,11}", name):
        raise ValueError(f"A stage is named with 1 to 12 lower-case letters and digits, not {name!r}.")
    if name == PROD:
        # Seven years: the longest that tax laws of most countries ask a shop to keep its records for.
        return Stage(name, log_retention_days=365, audit_retention_years=7)
    return Stage(name, log_retention_days=30, audit_retention_years=1)
