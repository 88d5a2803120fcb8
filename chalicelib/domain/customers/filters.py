"""Filters of the customer list that are checked on the customer itself."""

from dataclasses import dataclass

from chalicelib.domain.customers.finding import cities, countries, regions
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.customers.search import Query


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; None narrows nothing. `city` and `region` are folded, `tag` is the tag's id.

    `nobody` is set when what was asked for can be nobody, such as the holders of a tag that there is not.
    """

    nobody: bool = False
    status: str = "active"
    query: Query | None = None
    tag: str | None = None
    city: str | None = None
    region: str | None = None
    country: str | None = None
    source: str | None = None
    category: str | None = None
    home_location: str | None = None
    assignee: str | None = None
    last_contact_before: str | None = None
    last_contact_after: str | None = None

    def accepts(self, customer: Customer) -> bool:
        """Whether the customer passes every filter."""
        return (
            not self.nobody
            and customer.status == self.status
            and (self.query is None or self.query.accepts(customer))
            and (self.tag is None or self.tag in customer.tags)
            and (self.city is None or self.city in cities(customer))
            and (self.region is None or self.region in regions(customer))
            and (self.country is None or self.country in countries(customer))
            and _same(self.source, customer.doc["source"])
            and _same(self.category, customer.category)
            and _same(self.home_location, customer.doc.get("home_location"))
            and _same(self.assignee, customer.doc.get("assignee"))
            and self._contact(customer.last_contact_at)
        )

    def _contact(self, last: str | None) -> bool:
        """Never having been in touch is before any date and after none."""
        if self.last_contact_before and last is not None and last >= self.last_contact_before:
            return False
        return not self.last_contact_after or (last is not None and last >= self.last_contact_after)


def _same(wanted: str | None, actual: str | None) -> bool:
    return wanted is None or wanted == actual
