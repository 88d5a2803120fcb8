"""Reading audit entries: by day, newest first, or those of one record with their values. Nothing here writes."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from chalicelib.domain import ids, instants
from chalicelib.domain.audit.model import AuditFilters, Entry, Integrity, day_of
from chalicelib.repos import audit_items, keys
from chalicelib.repos.table import Item, Range, Table

Position = Mapping[str, Any]
FIRST_DAY = date(2026, 11, 1)  # the month of the first release: no entry is older
MOST_DAYS = 31
EXAMINED = 1000
MINUTE = timedelta(minutes=1)
# Any instant may be asked for, but ids can only be made of these.
EARLIEST, LATEST = datetime(2026, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class AuditPage:
    """Entries, newest first, and the position of the next page."""

    entries: list[Entry]
    next: Position | None


def has_entries(table: Table, entity: str) -> bool:
    """Whether anything was ever done to the record."""
    return bool(table.query(Range(entity, begins=keys.AUDIT, limit=1)).items)


class AuditLog:
    """The entries of a shop."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def days(self, filters: AuditFilters, limit: int, position: Position | None, now: datetime) -> AuditPage:
        """Cores of all records, at most 31 Queries, one a day; a page may be short while `next` is set."""
        entries: list[Entry] = []
        after = (position or {}).get("k")
        for queries, day in enumerate(_days(filters, position, now)):
            if queries == MOST_DAYS:
                return AuditPage(entries, {"d": day})
            wanted = replace(_range(keys.audit_day(day), "", filters), after=after)
            page = self._table.query(replace(wanted, limit=EXAMINED if wanted.filter else limit - len(entries)))
            after = None
            for item in page.items:
                entries.append(Entry(item["sk"], item))
                if len(entries) == limit:
                    return AuditPage(entries, {"d": day, "k": item["sk"]})
            if page.last is not None:
                return AuditPage(entries, {"d": day, "k": page.last})
        return AuditPage(entries, None)

    def of_record(self, entity: str, filters: AuditFilters, limit: int, position: Position | None) -> AuditPage:
        """Entries of one record with their values: one Query, and one read of the cores that seal them."""
        wanted = _range(entity, keys.AUDIT, filters)
        after = (position or {}).get("k")
        page = self._table.query(replace(wanted, after=after, limit=EXAMINED if wanted.filter else limit))
        items, rest = page.items[:limit], len(page.items) > limit
        following = {"k": items[-1]["sk"]} if rest else {"k": page.last} if page.last else None
        return AuditPage(self._sealed(items), following)

    def entry(self, audit_id: str) -> Entry | None:
        """One entry with its values, and whether they are those that were sealed."""
        day = day_of(audit_id)
        core = self._table.get(keys.audit_entry(day, audit_id)) if day else None
        if core is None:
            return None
        kept = self._table.get(keys.audit_values(core["entity"], audit_id)) if "values_digest" in core else None
        return _compared(audit_id, core, kept)

    def _sealed(self, items: list[Item]) -> list[Entry]:
        found = {_id(item): item for item in items}
        places = {keys.audit_entry(day_of(audit_id) or "", audit_id): audit_id for audit_id in found}
        cores = self._table.get_many(list(places))
        entries = []
        for place, audit_id in places.items():
            core = cores.get(place)
            entries.append(
                _compared(audit_id, core, found[audit_id])
                if core
                else Entry(audit_id, found[audit_id], None, "altered")  # its seal is gone
            )
        return entries


def _compared(audit_id: str, core: Item, kept: Item | None) -> Entry:
    sealed = core.get("values_digest")
    if sealed is None:
        return Entry(audit_id, core, None, "none")
    if kept is None or "values" not in kept:
        return Entry(audit_id, core, None, "erased")
    intact: Integrity = "verified" if audit_items.digest(kept["salt"], kept["values"]) == sealed else "altered"
    return Entry(audit_id, core, json.loads(kept["values"]), intact)


def _id(item: Item) -> str:
    return str(item["sk"]).removeprefix(keys.AUDIT)


def _days(filters: AuditFilters, position: Position | None, now: datetime) -> Iterator[str]:
    """Days from the newest to the oldest; tomorrow's counts too, as clocks differ."""
    newest = (filters.until or now + timedelta(days=1)).astimezone(UTC).date()
    oldest = max(FIRST_DAY, filters.since.astimezone(UTC).date() if filters.since else FIRST_DAY)
    day = date.fromisoformat(position["d"]) if position else min(newest, (now + timedelta(days=1)).date())
    while day >= oldest:
        yield day.isoformat()
        day -= timedelta(days=1)


def _range(pk: str, begins: str, filters: AuditFilters) -> Range:
    """The part of a partition that the filters can want.

    The id of a refusal starts with its minute, so ids lead to about the right place and `at` decides.
    """
    parts, values, names = [], {}, {}
    wanted = {
        "actor_id =": filters.actor,
        "action =": filters.action,
        "at >=": filters.since and instants.to_text(filters.since),
        "at <": filters.until and instants.to_text(filters.until),
    }
    for number, (comparison, value) in enumerate(wanted.items()):
        if value is not None:
            name, _, sign = comparison.partition(" ")
            parts.append(f"#f{number} {sign} :f{number}")
            values[f":f{number}"] = value
            names[f"#f{number}"] = name
    return Range(
        pk,
        begins=begins,
        between=_bounds(begins, filters),
        newest_first=True,
        filter=" AND ".join(parts) or None,
        values=values or None,
        names=names or None,
    )


def _bounds(begins: str, filters: AuditFilters) -> tuple[str, str] | None:
    if filters.since is None and filters.until is None:
        return None
    first = ids.time_ordered(_within(filters.since or EARLIEST) - MINUTE, 0)
    last = ids.time_ordered(_within(filters.until or LATEST) + MINUTE, 0)
    return f"{begins}aud_{first}", f"{begins}aud_{last}"


def _within(moment: datetime) -> datetime:
    return min(max(moment, EARLIEST), LATEST)
