"""The records of one customer, newest first: a range of the customer's own partition, one Query a page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from chalicelib.domain.errors import NotFound
from chalicelib.domain.ids import is_id
from chalicelib.repos import keys
from chalicelib.repos.found import Position
from chalicelib.repos.table import Item, Range, Table

EXTRA = 4  # a filtered query reads this many times the page, as a guess at how many pass
EXAMINED = 1000


@dataclass(frozen=True)
class OwnedPage:
    """Items, and the position of the next page."""

    items: list[Item]
    next: Position | None


class Records(NamedTuple):
    """A span of sort keys, ends included, and the attributes to read; none named means all."""

    first: str
    last: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class Narrowed:
    """A filter on the records' attributes, as the store understands it."""

    expression: str
    values: Mapping[str, Any]
    names: Mapping[str, str] | None = None

    @classmethod
    def to(cls, **equal: Any) -> "Narrowed | None":
        """Records whose attributes are these; None narrows nothing."""
        wanted = {name: value for name, value in equal.items() if value is not None}
        if not wanted:
            return None
        return cls(
            " AND ".join(f"#{name} = :{name}" for name in wanted),
            {f":{name}": value for name, value in wanted.items()},
            {f"#{name}": name for name in wanted},
        )


def newest(
    table: Table, customer_id: str, span: Records, limit: int, position: Position | None, only: Narrowed | None
) -> OwnedPage:
    """A page of the records whose sort keys lie within the span, ends included.

    A filtered page may hold fewer than `limit` while `next` is set.

    Raises:
        NotFound: there is no such customer; looked up only when the first page is empty.
    """
    if not is_id(customer_id, "cus"):
        raise _unknown()
    page = table.query(
        Range(
            customer_id,
            between=(span.first, span.last),
            after=(position or {}).get("k"),
            newest_first=True,
            limit=min(limit * EXTRA, EXAMINED) if only else limit + 1,
            filter=only.expression if only else None,
            values=only.values if only else None,
            names=only.names if only else None,
            fields=span.fields,
        )
    )
    if not page.items and position is None and table.get(keys.profile(customer_id)) is None:
        raise _unknown()
    shown = page.items[:limit]
    if len(page.items) > limit:
        return OwnedPage(shown, {"k": shown[-1]["sk"]})
    return OwnedPage(shown, {"k": page.last} if page.last else None)


def all_of(kind: str) -> Records:
    """The span of all records of a kind: NOTE, CALL, INQUIRY or REMINDER."""
    return Records(keys.owned("", kind, "").sk, keys.owned("", kind, keys.LAST).sk)


def _unknown() -> NotFound:
    return NotFound("There is no such customer.")
