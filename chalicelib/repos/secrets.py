"""The key that signs cursors: made once, kept as a SecureString parameter (which costs nothing)."""

import contextlib
import secrets

from chalicelib.repos.table import Client


def read_or_make(ssm: Client, name: str) -> bytes:
    """The secret of this name; whoever comes first makes it, everybody uses that one."""
    try:
        return _read(ssm, name)
    except ssm.exceptions.ParameterNotFound:
        with contextlib.suppress(ssm.exceptions.ParameterAlreadyExists):  # another process was first: its secret counts
            ssm.put_parameter(Name=name, Value=secrets.token_hex(32), Type="SecureString", Overwrite=False)
        return _read(ssm, name)


def _read(ssm: Client, name: str) -> bytes:
    return bytes.fromhex(ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"])
