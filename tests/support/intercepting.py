"""Every AWS call of this process passes somebody who may count it, or let it fail."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from botocore.client import BaseClient

# Called with the real call, its client, operation and arguments; gives what the caller gets.
Around = Callable[[Callable[..., Any], Any, str, dict[str, Any]], Any]


@contextmanager
def intercepted(around: Around) -> Iterator[None]:
    """Let each call pass it, until the end."""
    real = BaseClient._make_api_call

    def call(self: Any, operation: str, arguments: dict[str, Any]) -> Any:
        return around(real, self, operation, arguments)

    BaseClient._make_api_call = call
    try:
        yield
    finally:
        BaseClient._make_api_call = real
