"""What a row of a job did to a customer: kept with the row's result, so that it can be undone."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from chalicelib.domain.customers.model import Customer
from chalicelib.domain.customers.rules import changed_fields

Deed = Literal["created", "changed", "archived"]


@dataclass(frozen=True)
class Trace:
    """A deed, in JSON's own types.

    `version` is the customer's after the deed; `before` and `after` hold the fields that it changed; tags go by id;
    `consents` are the ids of the words that it wrote down; `digest` is the mark of an imported row (keys.imported).
    """

    did: Deed
    version: int
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    tags_added: Sequence[str] = ()
    tags_removed: Sequence[str] = ()
    consents: Sequence[str] = ()
    digest: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The trace as it stands in a row's result, without what is empty."""
        return {name: value for name, value in asdict(self).items() if value not in (None, (), [], {})}


def read_trace(stored: Mapping[str, Any]) -> Trace:
    """The trace of a row's result."""
    return Trace(**stored)


def traced(before: Customer, after: Customer) -> Trace:
    """What a deed did to a customer that was there before."""
    old, new = changed_fields(before.doc, after.doc)
    return Trace(
        "archived" if after.status != before.status else "changed",
        after.version,
        old,
        new,
        tuple(tag for tag in after.tags if tag not in before.tags),
        tuple(tag for tag in before.tags if tag not in after.tags),
    )
