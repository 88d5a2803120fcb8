"""What people decided and saved, from a file of all data: findings, pairs of duplicates, mappings of imports."""

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.domain.contact_checks.model import Finding, Findings
from chalicelib.domain.duplicates.model import Pair, customers_of
from chalicelib.domain.errors import Conflict
from chalicelib.domain.imports.mapping import check_targets
from chalicelib.domain.imports.saved import MOST_MAPPINGS, SavedMapping
from chalicelib.domain.restore.decided import DuplicateRecord, FindingsRecord, MappingRecord
from chalicelib.repos import claims, duplicate_items, keys
from chalicelib.repos.contact_findings import FindingWriter
from chalicelib.repos.import_mappings import MappingWriter
from chalicelib.repos.restore_history import require_customer
from chalicelib.repos.transaction import Transaction


def mapping_of(record: MappingRecord) -> SavedMapping:
    """The saved mapping of a record."""
    mapping = record.model_dump(include={"mapping"}, exclude_defaults=True)["mapping"]
    by = record.created_by
    return SavedMapping(record.id, record.name, mapping, record.created_at, (by.id, by.name))


def _write_findings(work: Transaction, record: FindingsRecord) -> None:
    """With their places in the queue, and counted."""
    require_customer(work, record.customer_id)
    items = tuple(Finding(**each.model_dump()) for each in record.items)
    FindingWriter(work).add(Findings(record.customer_id, record.version, record.assignee, items))


def _write_duplicate(work: Transaction, record: DuplicateRecord) -> None:
    pair = Pair.read(record.model_dump(exclude={"record"}))
    for customer_id in customers_of(pair.id):
        require_customer(work, customer_id)
    attributes = duplicate_items.attributes(pair)
    work.put(keys.duplicate(pair.id), attributes, condition=claims.FREE)
    work.put(duplicate_items.place(pair), attributes)


def _write_mapping(work: Transaction, record: MappingRecord) -> None:
    """Raises Invalid as saving does, and Conflict when another one has the name or the id, or there are too many."""
    mapping, writer = mapping_of(record), MappingWriter(work)
    check_targets(mapping.mapping)
    kept = writer.all()
    if any(each.id == mapping.id for each in kept):
        raise Conflict("It is there already, under another name. What is there stays.", code="differs")
    if len(kept) >= MOST_MAPPINGS:
        raise Conflict(f"A shop keeps at most {MOST_MAPPINGS} mappings. Remove one.", code="too_many")
    writer.add(mapping)


WRITERS: Mapping[str, Callable[[Transaction, Any], None]] = {
    "findings": _write_findings,
    "duplicate": _write_duplicate,
    "import_mapping": _write_mapping,
}
