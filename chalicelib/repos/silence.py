"""A service of AWS that does not answer, or says "not now", told to the client as one thing."""

from collections.abc import Iterator
from contextlib import contextmanager

from chalicelib.domain.errors import Unavailable


@contextmanager
def made_known(passing: frozenset[str], detail: str) -> Iterator[None]:
    """A passing failure of the call within, after the client's own retries, is a `detail` for the client.

    `passing` are the service's own codes for it; any other refusal of the service goes on as it is.

    Raises:
        Unavailable: no answer, or one of `passing`; what was asked may have happened.
    """
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 -- loaded with the client

    try:
        yield
    except ClientError as refusal:
        if refusal.response["Error"]["Code"] in passing:
            raise Unavailable(detail) from refusal
        raise
    except BotoCoreError as silence:
        raise Unavailable(detail) from silence
