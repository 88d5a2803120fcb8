"""Something else happens between what a command reads and what it writes: no threads, one process."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tests.support.intercepting import intercepted


@contextmanager
def meanwhile(about: str, change: Callable[[], Any]) -> Iterator[None]:
    """Let `change` be made once, right before the first write that is about an item whose key names `about`.

    A transaction that only checks such an item is about it too.

    Raises:
        AssertionError: no such write came, so that nothing was overtaken.
    """
    changes = [change]

    def call(real: Callable[..., Any], client: Any, operation: str, arguments: dict[str, Any]) -> Any:
        if changes and any(about in key for key in _written(operation, arguments)):
            changes.pop()()
        return real(client, operation, arguments)

    with intercepted(call):
        yield
    assert not changes, f"nothing was written about {about}"


def _written(operation: str, arguments: Mapping[str, Any]) -> Iterator[str]:
    """The keys of the items that a call writes or checks."""
    if operation == "TransactWriteItems":
        bodies = [body for each in arguments["TransactItems"] for body in each.values()]
    else:
        bodies = [arguments] if operation in ("PutItem", "UpdateItem", "DeleteItem") else []
    for body in bodies:
        key = body.get("Key") or body["Item"]
        yield f"{key['pk']['S']} {key['sk']['S']}"
