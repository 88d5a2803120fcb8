"""What a list, an export or a bulk change is narrowed to, as people write it, and as filters of customers."""

from collections.abc import Iterable

from pydantic import Field

from chalicelib.domain.customers.filters import Filters
from chalicelib.domain.customers.finding import place_key
from chalicelib.domain.customers.model import Category, Source, Status
from chalicelib.domain.customers.search import EmailQuery, PhoneQuery, Query, read_query
from chalicelib.domain.errors import FieldError, Invalid
from chalicelib.domain.fields import Country, Instant, Model, Text
from chalicelib.domain.permissions import ANALYST, COUNTER
from chalicelib.domain.shop.model import Shop

OPEN_FILTERS = frozenset(("q", "status"))
Roles = frozenset[str]


class CustomerFilter(Model):
    """Which customers are meant: those that pass all that is said. Without any filter all active customers."""

    q: Text | None = Field(default=None, description="Name (one typo forgiven), phone in any notation, or email")
    tag: Text | None = None
    city: Text | None = None
    region: Text | None = None
    country: Country | None = None
    source: Source | None = None
    category: Category | None = None
    status: Status = "active"
    home_location: Text | None = None
    assignee: Text | None = None
    last_contact_before: Instant | None = Field(default=None, description="Also those who were never in touch")
    last_contact_after: Instant | None = None

    def tag_names(self) -> list[str]:
        """Every tag that is named."""
        return [self.tag] if self.tag else []


def filters_of(wanted: CustomerFilter, shop: Shop, roles: Roles) -> Filters:
    """The filters that were asked for; they let nobody pass when they name a tag that there is not.

    Raises:
        Invalid: a filter that tells these roles more than they may see on a customer.
    """
    refuse_hidden(wanted.model_fields_set & CustomerFilter.model_fields.keys(), roles)
    query = read_query(wanted.q, shop.settings["default_country"]) if wanted.q else None
    tag = _tag_id(wanted.tag, shop, roles) if wanted.tag else None
    city, region = (place_key(place) if place else None for place in (wanted.city, wanted.region))
    nobody = bool(wanted.q and query is None) or bool(wanted.tag and tag is None) or "" in (city, region)
    return Filters(
        nobody=nobody or _hidden(query, roles),
        status=wanted.status,
        query=query,
        tag=tag,
        city=city,
        region=region,
        country=wanted.country,
        source=wanted.source,
        category=wanted.category,
        home_location=wanted.home_location,
        assignee=wanted.assignee,
        last_contact_before=wanted.last_contact_before,
        last_contact_after=wanted.last_contact_after,
    )


def refuse_hidden(said: Iterable[str], roles: Roles) -> None:
    """Who sees name and phone only must not learn the rest by narrowing the list.

    Raises:
        Invalid: a filter that tells more than the roles may see.
    """
    if not roles.isdisjoint(COUNTER | {ANALYST}):
        return
    errors = [FieldError(f"/{name}", "is not a filter for your role") for name in sorted(set(said) - OPEN_FILTERS)]
    if errors:
        raise Invalid("Your role sees names and phones only.", errors=errors)


def _tag_id(name: str, shop: Shop, roles: Roles) -> str | None:
    tag = shop.tag_named(name)
    return tag.id if tag and tag.visible_to(roles) else None


def _hidden(query: Query | None, roles: Roles) -> bool:
    """A role must not learn from the list who holds a number or address that it does not see on a customer."""
    if not roles.isdisjoint(COUNTER):
        return False
    return isinstance(query, EmailQuery) or (isinstance(query, PhoneQuery) and ANALYST in roles)
