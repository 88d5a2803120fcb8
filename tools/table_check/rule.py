"""A rule looks at one record after the other, and then at the table as a whole."""

from __future__ import annotations

from collections.abc import Iterator

from tools.table_check.aggregate import Aggregate
from tools.table_check.finding import Finding
from tools.table_check.items import Items


class Rule:
    """What must hold; `now` in epoch seconds."""

    def __init__(self, items: Items, now: float) -> None:
        self.items = items
        self.now = now
        self.prepare()

    def prepare(self) -> None:
        """What is kept from one record to the next."""

    def look(self, record: Aggregate) -> Iterator[Finding]:  # noqa: ARG002 -- for rules about the whole alone
        """What does not hold of one record."""
        return iter(())

    def end(self) -> Iterator[Finding]:
        """What does not hold of the table, once all records were looked at."""
        return iter(())
