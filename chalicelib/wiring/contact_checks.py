"""What looks over contact details, the routes about them, and verifications work with."""

from chalicelib.domain.contact_checks import commands, starting
from chalicelib.repos.contact_findings import CheckWriter, FindingReader, FindingWriter
from chalicelib.repos.jobs import JobWriter
from chalicelib.repos.transaction import Transaction
from chalicelib.wiring.store import table


def reader() -> FindingReader:
    """Reads of findings."""
    return FindingReader(table())


def desk(work: Transaction) -> commands.Desk:
    """The desk at which a person decides about a finding, or confirms details."""
    return commands.Desk(work.call, work, FindingWriter(work))


def starter(work: Transaction) -> starting.Desk:
    """The desk at which a look over all customers is started."""
    return starting.Desk(work.call, work, JobWriter(work), CheckWriter(work))
