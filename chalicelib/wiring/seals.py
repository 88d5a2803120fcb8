"""What sealing the audit works with."""

from chalicelib.config import settings
from chalicelib.repos.files import Files
from chalicelib.repos.seals import Entries, SealedDays, Vault
from chalicelib.wiring import clients
from chalicelib.wiring.store import table


def vault() -> Vault:
    """The write-once bucket of the seals."""
    return Vault(Files(clients.s3(), settings().audit_bucket))


def days() -> SealedDays:
    """The days that were sealed."""
    return SealedDays(table())


def entries() -> Entries:
    """The audit entries as they are stored."""
    return Entries(table())
