"""Which index drives a list of customers: the most selective one of those that the filters name."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.customers.filters import Filters, Tags
from chalicelib.domain.customers.search import EmailQuery, NameQuery, PhoneQuery
from chalicelib.repos import keys
from chalicelib.repos.all_customers import MOST_READ, walk
from chalicelib.repos.found import Found, Position
from chalicelib.repos.job_rows import RowReader
from chalicelib.repos.name_search import names
from chalicelib.repos.table import Range, Table
from chalicelib.repos.under_tags import in_city, tagged


class CustomerIndex:
    """Finds candidates; what their entries do not answer is checked on the customers."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def candidates(self, filters: Filters, limit: int, position: Position, now: datetime) -> Found:
        """Those from the position on; more than `limit` of them where not all will pass."""
        if filters.import_id:
            return self._imported(filters.import_id, limit if _only(filters, import_id=None) else MOST_READ, position)
        if filters.external_id:
            return self._known_as(filters.external_id)
        found = self._active(filters, limit, position) if filters.status == "active" else None
        return found or walk(self._table, filters, limit, position, now)

    def _active(self, filters: Filters, limit: int, position: Position) -> Found | None:
        """The entries of active customers; None when none of them is asked for."""
        query, tags = filters.query, filters.tags
        if query is not None:
            return self._searched(query, limit, position)
        if filters.city:
            take = limit if _only(filters, city=None, tags=Tags()) else MOST_READ
            return in_city(self._table, filters, take, position)
        if tags.every:
            take = limit if _only(filters, tags=replace(tags, every=())) else MOST_READ
            return tagged(self._table, tags.every, take, position, every=True)
        if filters.birthday_month:
            partition = keys.birthday_partition(filters.birthday_month)
            take = limit if _only(filters, birthday_month=None) else MOST_READ
            return self._one(Range(partition), take, position, _last_part)
        if tags.some:
            take = limit if _only(filters, tags=replace(tags, some=())) else MOST_READ
            return tagged(self._table, tags.some, take, position, every=False)
        return None

    def _searched(self, query: EmailQuery | PhoneQuery | NameQuery, limit: int, position: Position) -> Found:
        if isinstance(query, NameQuery):
            return names(self._table, query, limit, position)
        if isinstance(query, PhoneQuery):
            return self._phones(query, limit, position)
        return self._one(Range(keys.email_claim(query.address).pk, begins="cus_"), limit, position)

    def _one(self, wanted: Range, limit: int, position: Position, customer: Callable[[str], str] = str) -> Found:
        page = self._table.query(replace(wanted, after=position.get("k"), limit=limit, fields=("sk",)))
        ids: list[tuple[str, Position]] = [(customer(item["sk"]), {"k": item["sk"]}) for item in page.items]
        return Found(ids, {"k": page.last} if page.last else None)

    def _phones(self, query: PhoneQuery, limit: int, position: Position) -> Found:
        """The whole number first; when nobody holds it, numbers that end with the digits."""
        if query.e164 and not position:
            exact = keys.phone_holder(query.e164, "")
            found = self._one(Range(exact.pk, begins=exact.sk), limit, position, _last_part)
            if found.ids or len(query.digits) < keys.PHONE_TAIL:
                return found
        ending = keys.phone_holder(f"+{query.digits}", "")
        return self._one(Range(ending.pk, begins=ending.sk[:-1]), limit, position, _last_part)

    def _imported(self, import_id: str, limit: int, position: Position) -> Found:
        """Whom the rows of an import created, in the order of the file."""
        rows, following = RowReader(self._table).page(import_id, "created", limit, position)
        made = [(row.customer_id, keys.job_row(import_id, row.row).sk) for row in rows if row.customer_id]
        return Found([(customer_id, {"k": key}) for customer_id, key in made], following)

    def _known_as(self, external_id: str) -> Found:
        claim = self._table.get(keys.external_claim(external_id))
        return Found([(str(claim["holder"]), {})] if claim else [], None)


def _only(filters: Filters, **answered: object) -> bool:
    return not filters.besides(**answered)


def _last_part(sort_key: str) -> str:
    return sort_key.rsplit("#", 1)[1]
