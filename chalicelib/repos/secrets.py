"""The key that signs cursors and links: made once, kept as a SecureString parameter (which costs nothing)."""

import contextlib
import secrets
from typing import Any

from chalicelib.repos import silence
from chalicelib.repos.table import Client

PASSING = frozenset(("InternalServerError", "ServiceUnavailable", "ThrottlingException"))


def read_or_make(ssm: Client, name: str) -> bytes:
    """The secret of this name; whoever comes first makes it, everybody uses that one.

    Raises:
        Unavailable: the parameter store did not answer.
    """
    try:
        return _read(ssm, name)
    except ssm.exceptions.ParameterNotFound:
        with contextlib.suppress(ssm.exceptions.ParameterAlreadyExists):  # another process was first: its secret counts
            value = secrets.token_hex(32)
            _send(ssm, "put_parameter", Name=name, Value=value, Type="SecureString", Overwrite=False)
        return _read(ssm, name)


def _read(ssm: Client, name: str) -> bytes:
    return bytes.fromhex(_send(ssm, "get_parameter", Name=name, WithDecryption=True)["Parameter"]["Value"])


def _send(ssm: Client, operation: str, **arguments: Any) -> Any:
    with silence.made_known(PASSING, "The parameter store did not answer in time. Send the same request again."):
        return getattr(ssm, operation)(**arguments)
