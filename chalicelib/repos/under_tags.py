"""Customers under tags and in cities, newest first, from the entries that lead to them."""

from collections import Counter

from chalicelib.domain.customers.filters import Filters, Tags
from chalicelib.repos import keys
from chalicelib.repos.found import Found, Position
from chalicelib.repos.table import Range, Table

EXAMINED = 1000
GUESS = 5  # a Query that the store filters reads this many times what is wanted, as a guess at how many pass
SPARE = 1.25


def tagged(table: Table, tags: tuple[str, ...], take: int, position: Position, *, every: bool) -> Found:
    """Customers under every one of the tags, or under any of them: one Query for each tag.

    The Queries begin at the same customer. Down to where the first of them ended, all that is under the tags is known.
    """
    examined = EXAMINED // len(tags) if every and len(tags) > 1 else min(take, EXAMINED // len(tags))
    pages = [
        table.query(
            Range(keys.tagged(tag, "").pk, newest_first=True, after=position.get("k"), limit=examined, fields=("sk",))
        )
        for tag in tags
    ]
    floor = max((page.last for page in pages if page.last), default="")
    times = Counter(item["sk"] for page in pages for item in page.items)
    needed = len(tags) if every else 1
    ids = sorted((each for each, count in times.items() if count >= needed and each >= floor), reverse=True)
    return Found([(each, {"k": each}) for each in ids], {"k": floor} if floor else None)


def in_city(table: Table, filters: Filters, take: int, position: Position) -> Found:
    """City entries hold the tags, so that tags are checked by the store; at most two Queries.

    The second one reads as much as what is missing takes, by what the first one has shown.
    """
    condition, values = _condition(filters.tags)
    ids: list[tuple[str, Position]] = []
    after, examined = position.get("k"), min(take * GUESS if condition else take, EXAMINED // 2)
    for _ in range(2):
        page = table.query(
            Range(
                keys.in_city(filters.city or "", "").pk,
                newest_first=True,
                after=after,
                limit=examined,
                fields=("sk",),
                filter=condition,
                values=values,
            )
        )
        ids += [(item["sk"], {"k": item["sk"]}) for item in page.items]
        after = page.last
        if after is None or len(ids) >= take:
            break
        examined = min(int((take - len(ids)) * examined / max(len(ids), 1) * SPARE) + 1, EXAMINED // 2)
    return Found(ids, {"k": after} if after else None)


def _condition(tags: Tags) -> tuple[str | None, dict[str, str] | None]:
    every = {f":every{number}": tag for number, tag in enumerate(tags.every)}
    some = {f":some{number}": tag for number, tag in enumerate(tags.some)}
    none = {f":none{number}": tag for number, tag in enumerate(tags.none)}
    parts = [f"contains(tags, {name})" for name in every]
    if some:
        parts.append(f"({' OR '.join(f'contains(tags, {name})' for name in some)})")
    parts += [f"NOT contains(tags, {name})" for name in none]
    return " AND ".join(parts) or None, every | some | none or None
