"""What saved mappings are read and written with."""

from chalicelib.domain.imports.saved import Desk
from chalicelib.repos.import_mappings import MappingReader, MappingWriter
from chalicelib.repos.transaction import Transaction
from chalicelib.wiring.store import table


def desk(work: Transaction) -> Desk:
    """The desk at which one command runs."""
    return Desk(work.call, work, MappingWriter(work))


def reader() -> MappingReader:
    """Reads of saved mappings."""
    return MappingReader(table())
