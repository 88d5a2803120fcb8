"""Records of what people decided and saved: doubts they looked into, pairs they told apart, mappings of imports."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from chalicelib.domain.contact_checks.commands import PREFIX as FINDING
from chalicelib.domain.contact_checks.model import FindingStatus
from chalicelib.domain.contact_checks.model import Kind as FindingKind
from chalicelib.domain.duplicates.model import PairStatus, customers_of
from chalicelib.domain.duplicates.scoring import LIKELY
from chalicelib.domain.errors import NotFound
from chalicelib.domain.fields import Model, Text, wrong
from chalicelib.domain.ids import owner_of
from chalicelib.domain.imports.saved import NewSavedMapping
from chalicelib.domain.restore.fields import At, MappingId, RunId, Short, Version, Who, Word, Words
from chalicelib.domain.restore.history import Owned

MOST_FINDINGS = 70  # twice what the rules find at most; all places in the queue are one transaction
MOST_REASONS = 50
_MARK = r"^[0-9a-f]{32}$"


class FindingRecord(Model):
    """One finding; its value is not kept, only the mark by which it is known again."""

    id: Short
    kind: FindingKind
    mark: Annotated[str, StringConstraints(pattern=_MARK)]
    status: FindingStatus
    found_at: At
    note: Words | None
    decided_at: At | None
    decided_by: Who | None


class FindingsRecord(Owned):
    """All findings about a customer's contact details."""

    record: Literal["findings"]
    version: Version
    assignee: Text | None
    items: Annotated[list[FindingRecord], Field(max_length=MOST_FINDINGS)]

    @model_validator(mode="after")
    def _theirs(self) -> Self:
        if any(owner_of(each.id, FINDING) != self.customer_id for each in self.items):
            raise wrong("has a finding with an id that is not of this customer")
        for told in ({each.id for each in self.items}, {(each.kind, each.mark) for each in self.items}):
            if len(told) < len(self.items):
                raise wrong("has a finding twice")
        return self


class DuplicateRecord(Model):
    """A pair of customers who may be one person, and what a person said of it."""

    record: Literal["duplicate"]
    id: Short
    version: Version
    status: PairStatus
    score: Annotated[int, Field(ge=LIKELY, le=100)]
    reasons: Annotated[list[Word], Field(max_length=MOST_REASONS)]
    against: Annotated[list[Word], Field(max_length=MOST_REASONS)]
    found_at: At
    run: RunId
    decided_at: At | None
    decided_by: Who | None

    @model_validator(mode="after")
    def _of_customers(self) -> Self:
        try:
            customers_of(self.id)
        except NotFound:
            raise wrong("has an id that is not of two customers") from None
        return self


class MappingRecord(NewSavedMapping):
    """A saved mapping of imports."""

    record: Literal["import_mapping"]
    id: MappingId
    created_at: At
    created_by: Who


DecidedRecord = FindingsRecord | DuplicateRecord | MappingRecord
