"""From what people write (`CustomerFilter`) to filters, for somebody with these roles."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from chalicelib.domain import instants
from chalicelib.domain.customers.filters import NOT_THERE, Filters, Span, Tags
from chalicelib.domain.customers.finding import place_key
from chalicelib.domain.customers.narrowing import NONE, CustomerFilter
from chalicelib.domain.customers.search import EmailQuery, PhoneQuery, Query, read_query
from chalicelib.domain.errors import FieldError, Invalid
from chalicelib.domain.ids import is_id
from chalicelib.domain.permissions import ANALYST, COUNTER
from chalicelib.domain.shop.model import Shop

OPEN_FILTERS = frozenset(("q", "status"))
CONTACT_FILTERS = frozenset(("has_email", "has_phone", "external_id", "custom"))  # as `visible` hides them
SAME = ("source", "category", "preferred_channel")
OR_NONE = ("home_location", "assignee")
FOLDED = ("gender", "occupation")
THERE = ("has_email", "has_phone", "has_birthday")
INSTANTS = {"created": "created_at", "updated": "updated_at", "last_contact": "last_contact_at"}
Roles = frozenset[str]


def filters_of(wanted: CustomerFilter, shop: Shop, roles: Roles) -> Filters:
    """The filters that were asked for.

    Raises:
        Invalid: a filter that tells these roles more than they may see on a customer.
    """
    refuse_hidden(wanted.model_fields_set & CustomerFilter.model_fields.keys(), roles)
    tags = _tags(wanted, shop, roles)
    filters = Filters(
        status=wanted.status,
        query=read_query(wanted.q, shop.settings["default_country"]) if wanted.q else None,
        tags=tags or Tags(),
        city=_folded(wanted.city),
        region=_folded(wanted.region),
        country=wanted.country,
        texts=_texts(wanted),
        there={name: value for name in THERE if (value := getattr(wanted, name)) is not None},
        spans=_spans(wanted),
        custom=wanted.custom,
        external_id=wanted.external_id,
        import_id=wanted.import_id,
        **_read_further(wanted),
    )
    return replace(filters, nobody=tags is None or _nobody(wanted, filters) or _hidden(filters.query, roles))


def _read_further(wanted: CustomerFilter) -> dict[str, Any]:
    month, never = wanted.birthday_month, wanted.never_contacted
    channel, _, purpose = (wanted.consent or "").partition(".")
    return {
        "birthday_month": f"{month:02}" if month else None,
        "language": wanted.language.lower() if wanted.language else None,
        "contacted": None if never is None else not never,
        "inquired": wanted.has_inquiries,
        "consent": (channel, purpose) if wanted.consent else None,
    }


def refuse_hidden(said: Iterable[str], roles: Roles) -> None:
    """Nobody learns by narrowing a list what they do not see on a customer.

    Raises:
        Invalid: a filter that tells more than the roles may see.
    """
    if not roles.isdisjoint(COUNTER):
        return
    told = CONTACT_FILTERS.intersection(said) if ANALYST in roles else set(said) - OPEN_FILTERS
    if told:
        errors = [FieldError(f"/{name}", "is not a filter for your role") for name in sorted(told)]
        raise Invalid("Your role does not see on customers what these filters ask for.", errors=errors)


def _tags(wanted: CustomerFilter, shop: Shop, roles: Roles) -> Tags | None:
    """The ids; None when customers need a tag that there is not. What nobody has need not be left out."""

    def known(names: Sequence[str]) -> tuple[str, ...]:
        tags = (shop.tag_named(name) for name in names)
        return tuple(dict.fromkeys(tag.id for tag in tags if tag and tag.visible_to(roles)))

    needed = list(dict.fromkeys([*([wanted.tag] if wanted.tag else ()), *wanted.tags_all]))
    every, some = known(needed), known(wanted.tags_any)
    if any(not known([name]) for name in needed) or (wanted.tags_any and not some):
        return None
    return Tags(every, some, known(wanted.tags_none))


def _texts(wanted: CustomerFilter) -> dict[str, str]:
    found = {name: getattr(wanted, name) for name in SAME}
    found |= {name: _folded(getattr(wanted, name)) for name in FOLDED}
    for name in OR_NONE:
        found[name] = NOT_THERE if getattr(wanted, name) == NONE else getattr(wanted, name)
    return {name: text for name, text in found.items() if text is not None}


def _spans(wanted: CustomerFilter) -> dict[str, Span]:
    spans = {
        at: Span(_instant(getattr(wanted, f"{name}_after")), _instant(getattr(wanted, f"{name}_before")))
        for name, at in INSTANTS.items()
    }
    return {at: span for at, span in spans.items() if span != Span()}


def _instant(text: str | None) -> str | None:
    return instants.to_text(instants.parse_instant(text)) if text else None


def _folded(text: str | None) -> str | None:
    return None if text is None else place_key(text)


def _nobody(wanted: CustomerFilter, filters: Filters) -> bool:
    """Whether a text has nothing by which anybody could be found, or an id is none."""
    folded = (filters.city, filters.region, *(filters.texts.get(name) for name in FOLDED))
    unknown_import = wanted.import_id is not None and not is_id(wanted.import_id, "imp")
    return bool(wanted.q and filters.query is None) or "" in folded or unknown_import


def _hidden(query: Query | None, roles: Roles) -> bool:
    """A role must not learn from the list who holds a number or address that it does not see on a customer."""
    if not roles.isdisjoint(COUNTER):
        return False
    return isinstance(query, EmailQuery) or (isinstance(query, PhoneQuery) and ANALYST in roles)
