"""What customers are narrowed to, ready to be asked of the index and of a customer."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from chalicelib.domain.customers import facts
from chalicelib.domain.customers.finding import cities, countries, regions
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.customers.search import Query

NOT_THERE = ""  # in place of a text: customers who have none


@dataclass(frozen=True)
class Span:
    """A time from an instant on, up to before another one, as texts in UTC with milliseconds; None is open."""

    after: str | None = None
    before: str | None = None

    def holds(self, at: str | None) -> bool:
        """Whether the instant lies in it; what never was is before any instant and after none."""
        if self.before and at is not None and at >= self.before:
            return False
        return not self.after or (at is not None and at >= self.after)


@dataclass(frozen=True)
class Tags:
    """Ids of tags: those that a customer must have, one of which they must have, none of which they may have."""

    every: tuple[str, ...] = ()
    some: tuple[str, ...] = ()
    none: tuple[str, ...] = ()

    def accept(self, tags: Collection[str]) -> bool:
        """Whether the tags of a customer are such."""
        return (
            all(tag in tags for tag in self.every)
            and (not self.some or any(tag in tags for tag in self.some))
            and not any(tag in tags for tag in self.none)
        )


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; what is None or empty narrows nothing. Places are folded, tags are ids.

    `texts` and `there` are facts (see `facts`) that must be so; `spans` go by the name of their instant. `consent`
    (channel and purpose) and `import_id` are not on the customer: the store answers them. `nobody` is set when what
    was asked for can be nobody, such as the holders of a tag that there is not.
    """

    nobody: bool = False
    status: str = "active"
    query: Query | None = None
    tags: Tags = Tags()
    city: str | None = None
    region: str | None = None
    country: str | None = None
    birthday_month: str | None = None
    language: str | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    there: Mapping[str, bool] = field(default_factory=dict)
    spans: Mapping[str, Span] = field(default_factory=dict)
    contacted: bool | None = None
    inquired: bool | None = None
    external_id: str | None = None
    custom: Mapping[str, Any] = field(default_factory=dict)
    consent: tuple[str, str] | None = None
    import_id: str | None = None

    def accepts(self, customer: Customer) -> bool:
        """Whether the customer passes every filter that is answered by the customer."""
        return (
            not self.nobody
            and customer.status == self.status
            and (self.query is None or self.query.accepts(customer))
            and self.tags.accept(customer.tags)
            and self._accepts_places(customer)
            and self._accepts_facts(customer)
            and self._accepts_times(customer)
            and self._accepts_own_fields(customer)
        )

    def besides(self, **answered: Any) -> bool:
        """Whether anything is left to check when these filters, given as they are without effect, are answered."""
        return replace(self, **answered) != Filters(status=self.status)

    def _accepts_places(self, customer: Customer) -> bool:
        return (
            (self.city is None or self.city in cities(customer))
            and (self.region is None or self.region in regions(customer))
            and (self.country is None or self.country in countries(customer))
        )

    def _accepts_facts(self, customer: Customer) -> bool:
        texts, there = facts.texts(customer), facts.there(customer)
        return (
            all(texts.get(name, NOT_THERE) == wanted for name, wanted in self.texts.items())
            and all(there.get(name, False) == wanted for name, wanted in self.there.items())
            and (self.language is None or facts.speaks(texts.get("language", ""), self.language))
            and (self.inquired is None or (customer.counts.get("inquiries", 0) > 0) == self.inquired)
        )

    def _accepts_times(self, customer: Customer) -> bool:
        month = (customer.doc.get("birthday") or "")[-5:-3]
        return (
            all(span.holds(getattr(customer, name)) for name, span in self.spans.items())
            and (self.contacted is None or (customer.last_contact_at is not None) == self.contacted)
            and self.birthday_month in (None, month)
        )

    def _accepts_own_fields(self, customer: Customer) -> bool:
        kept = customer.doc["custom"]
        return self.external_id in (None, customer.doc.get("external_id")) and all(
            facts.same_value(kept.get(name), wanted) for name, wanted in self.custom.items()
        )
