"""What all services have in common: one method an operation, and plain state that is copied and put back."""

from collections.abc import Callable, Mapping
from typing import Any

from botocore import xform_name


class Service:
    """A service: its operations are methods named like boto3's, with a line before them."""

    name = ""

    def __init__(self, grow: Callable[[], int]) -> None:
        """Start empty; `grow` is called by every effective write."""
        self.grow = grow

    def call(self, operation: str, arguments: Mapping[str, Any]) -> Any:
        """One call.

        Raises:
            Refusal: the service refuses.
            NotImplementedError: nobody has needed this operation yet.
        """
        method = getattr(self, f"_{xform_name(operation)}", None)
        if method is None:
            raise NotImplementedError(f"{self.name} {operation}")
        return method(arguments)

    def snapshot(self) -> Any:
        """What `restore` takes."""
        raise NotImplementedError

    def restore(self, kept: Any) -> None:
        """Hold again what was held then."""
        raise NotImplementedError
