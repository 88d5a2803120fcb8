"""The days of the audit and their seals, as they are listed."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Literal

from pydantic import Field

from chalicelib.domain.audit.sealing import DAY
from chalicelib.domain.fields import Model


class SealOut(Model):
    """A day in UTC, and its seal when it has one."""

    day: str
    status: Literal["sealed", "missing"]
    entries: int | None
    digest: str | None = Field(description="sha256 of the seal's file, which the next day's seal repeats")
    sealed_at: str | None


def listed(sealed: Mapping[str, Mapping[str, Any]], first: date, last: date, due: date) -> Iterator[dict[str, Any]]:
    """The days from `last` back to `first`; a day after `due` is not missing yet."""
    day = last
    while day >= first:
        text = day.isoformat()
        if text in sealed:
            yield {"day": text, "status": "sealed", **sealed[text]}
        elif day <= due:
            yield {"day": text, "status": "missing", "entries": None, "digest": None, "sealed_at": None}
        day -= DAY
