"""Pages of customers: one index drives, the rest is checked on the customers, and the page says where to go on.

A page examines at most 1,000 entries. It may hold fewer customers than asked for while `next` is set.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.domain.customers.filters import Filters
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.customers.search import EmailQuery, NameQuery, PhoneQuery
from chalicelib.repos import keys
from chalicelib.repos.customers import CustomerReader
from chalicelib.repos.found import Found, Position
from chalicelib.repos.months import FIRST_MONTH, month_before, months_back
from chalicelib.repos.name_search import names
from chalicelib.repos.table import BATCH, Range, Table

MOST_MONTHS = 24
EXAMINED = 1000
EXTRA = 4  # a filtered query reads this many times the page, as a guess at how many pass


@dataclass(frozen=True)
class CustomerPage:
    """Customers and the position of the next page."""

    customers: list[Customer]
    next: Position | None


class CustomerList:
    """Lists and searches customers."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def page(self, filters: Filters, limit: int, position: Position | None, now: datetime) -> CustomerPage:
        """The customers that pass the filters, from the position on."""
        if filters.nobody:
            return CustomerPage([], None)
        found = self._drive(filters, limit, position or {}, now)
        customers: list[Customer] = []
        places = dict(found.ids)
        for customer in self._read(list(places), limit):
            if filters.accepts(customer):
                customers.append(customer)
            if len(customers) == limit:
                rest = found.next is not None or customer.id != found.ids[-1][0]
                return CustomerPage(customers, places[customer.id] if rest else None)
        return CustomerPage(customers, found.next)

    def _read(self, customer_ids: list[str], limit: int) -> Iterator[Customer]:
        """The customers, first as many as a page holds and the rest only while some did not pass."""
        reader = CustomerReader(self._table)
        yield from reader.get_many(customer_ids[:limit])
        for start in range(limit, len(customer_ids), BATCH):
            yield from reader.get_many(customer_ids[start : start + BATCH])

    def _drive(self, filters: Filters, limit: int, position: Position, now: datetime) -> Found:
        query = filters.query if filters.status == "active" else None
        if isinstance(query, NameQuery):
            return names(self._table, query, limit, position)
        if isinstance(query, PhoneQuery):
            return self._phones(query, limit, position)
        if isinstance(query, EmailQuery):
            return self._one(Range(keys.email_claim(query.address).pk, begins="cus_"), limit, position)
        if filters.status == "active" and filters.city:
            return self._city(filters, limit, position)
        if filters.status == "active" and filters.tag:
            return self._one(Range(keys.tagged(filters.tag, "").pk, newest_first=True), limit, position)
        return self._all(filters, limit, position, now)

    def _one(self, wanted: Range, limit: int, position: Position, customer: Callable[[str], str] = str) -> Found:
        page = self._table.query(replace(wanted, after=position.get("k"), limit=limit, fields=("sk",)))
        ids: list[tuple[str, Position]] = [(customer(item["sk"]), {"k": item["sk"]}) for item in page.items]
        return Found(ids, {"k": page.last} if page.last else None)

    def _phones(self, query: PhoneQuery, limit: int, position: Position) -> Found:
        """The whole number first; when nobody holds it, numbers that end with the digits."""
        if query.e164 and not position:
            exact = keys.phone_holder(query.e164, "")
            found = self._one(Range(exact.pk, begins=exact.sk), limit, position, _after_hash)
            if found.ids or len(query.digits) < keys.PHONE_TAIL:
                return found
        ending = keys.phone_holder(f"+{query.digits}", "")
        return self._one(Range(ending.pk, begins=ending.sk[:-1]), limit, position, _after_hash)

    def _city(self, filters: Filters, limit: int, position: Position) -> Found:
        """City entries hold the tags, so that a tag is checked by the store; at most two Queries."""
        ids: list[tuple[str, Position]] = []
        after = position.get("k")
        for _ in range(2):
            page = self._table.query(
                Range(
                    keys.in_city(filters.city or "", "").pk,
                    newest_first=True,
                    after=after,
                    limit=min(limit * EXTRA if filters.tag else limit, EXAMINED // 2),
                    fields=("sk",),
                    filter="contains(tags, :tag)" if filters.tag else None,
                    values={":tag": filters.tag} if filters.tag else None,
                )
            )
            ids += [(item["sk"], {"k": item["sk"]}) for item in page.items]
            after = page.last
            if after is None or len(ids) >= limit:
                break
        return Found(ids, {"k": after} if after else None)

    def _all(self, filters: Filters, limit: int, position: Position, now: datetime) -> Found:
        ids: list[tuple[str, Position]] = []
        condition, values, attribute_names = _list_filter(filters)
        after = position.get("k")
        for queries, month in enumerate(months_back(position.get("m"), now)):
            if queries == MOST_MONTHS:
                return Found(ids, {"m": month})
            page = self._table.query(
                Range(
                    keys.listed(filters.status, "", month).pk,
                    newest_first=True,
                    after=after,
                    limit=EXAMINED if condition else limit - len(ids),
                    fields=("sk",),
                    filter=condition,
                    values=values,
                    names=attribute_names,
                )
            )
            ids += [(item["sk"], {"m": month, "k": item["sk"]}) for item in page.items]
            after = None
            if page.last is not None:
                return Found(ids, {"m": month, "k": page.last})
            if len(ids) >= limit:
                return Found(ids, {"m": month_before(month)} if month > FIRST_MONTH else None)
        return Found(ids, None)


def _after_hash(sort_key: str) -> str:
    return sort_key.rsplit("#", 1)[1]


def _list_filter(filters: Filters) -> tuple[str | None, dict[str, Any] | None, dict[str, str] | None]:
    """The part of the filters that the list's own entries can answer."""
    parts: list[str] = []
    values: dict[str, Any] = {}
    names: dict[str, str] = {}
    for name in ("source", "category", "home_location", "assignee"):
        if wanted := getattr(filters, name):
            parts.append(f"#{name} = :{name}")
            values[f":{name}"], names[f"#{name}"] = wanted, name
    for name, place in (("regions", filters.region), ("countries", filters.country)):
        if place:
            parts.append(f"contains(#{name}, :{name})")
            values[f":{name}"], names[f"#{name}"] = place, name
    if filters.last_contact_before:
        parts.append("(attribute_not_exists(last_contact_at) OR last_contact_at < :before)")
        values[":before"] = filters.last_contact_before
    if filters.last_contact_after:
        parts.append("last_contact_at >= :after")
        values[":after"] = filters.last_contact_after
    return (" AND ".join(parts) or None, values or None, names or None)
