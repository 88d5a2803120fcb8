"""The signing key of this deployment."""

from functools import cache

from chalicelib.config import settings
from chalicelib.repos.secrets import read_or_make
from chalicelib.wiring import clients


@cache
def signing_key() -> bytes:
    """32 secret bytes, the same in every process."""
    return read_or_make(clients.ssm(), settings().signing_key_parameter)
