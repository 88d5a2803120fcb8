"""The part of the filters that the entries of the list of all customers answer, as a condition of the store.

Entries that an earlier version wrote have no `facts`. They pass what asks for facts: the customer is checked too.
"""

from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain.customers.filters import NOT_THERE, Filters, Span

OWN = ("source", "category", "home_location", "assignee")  # attributes; the other facts stand in `facts`
FACTS = "facts"


@dataclass
class Condition:
    """A filter expression with its names and values, part by part."""

    parts: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    @property
    def expression(self) -> str | None:
        """All parts together; None when nothing is asked."""
        return " AND ".join(self.parts) or None

    def attribute(self, name: str) -> str:
        """The path to an attribute or a fact."""
        if name in OWN or name in ("regions", "countries", "last_contact_at"):
            self.names[f"#{name}"] = name
            return f"#{name}"
        self.names |= {f"#{FACTS}": FACTS, f"#{name}": name}
        return f"#{FACTS}.#{name}"

    def value(self, name: str, value: Any) -> str:
        """The place of a value."""
        self.values[f":{name}"] = value
        return f":{name}"

    def also(self, part: str) -> None:
        """One more part; of a fact only where the entry has facts."""
        self.parts.append(f"(attribute_not_exists(#{FACTS}) OR {part})" if f"#{FACTS}." in part else part)


def condition_of(filters: Filters) -> Condition:
    """What the entries can answer."""
    asked = Condition()
    _texts(asked, filters)
    for name, place in (("regions", filters.region), ("countries", filters.country)):
        if place:
            asked.also(f"contains({asked.attribute(name)}, {asked.value(name, place)})")
    for name, wanted in filters.there.items():
        asked.also(f"attribute_{'exists' if wanted else 'not_exists'}({asked.attribute(name)})")
    _times(asked, filters)
    return asked


def _texts(asked: Condition, filters: Filters) -> None:
    for name, wanted in filters.texts.items():
        if wanted == NOT_THERE:
            asked.also(f"attribute_not_exists({asked.attribute(name)})")
        else:
            asked.also(f"{asked.attribute(name)} = {asked.value(name, wanted)}")
    if filters.language:
        path = asked.attribute("language")
        same, kind = asked.value("language", filters.language), asked.value("kind", f"{filters.language}-")
        asked.also(f"({path} = {same} OR begins_with({path}, {kind}))")


def _times(asked: Condition, filters: Filters) -> None:
    for name in ("created_at", "last_contact_at"):
        span = filters.spans.get(name, Span())
        if span.before:
            path, before = asked.attribute(name), asked.value(f"{name}_before", span.before)
            asked.also(f"(attribute_not_exists({path}) OR {path} < {before})")
        if span.after:
            asked.also(f"{asked.attribute(name)} >= {asked.value(f'{name}_after', span.after)}")
    if filters.contacted is not None:
        exists = "exists" if filters.contacted else "not_exists"
        asked.also(f"attribute_{exists}({asked.attribute('last_contact_at')})")
