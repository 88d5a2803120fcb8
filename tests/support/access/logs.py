"""What the app writes into its log meanwhile."""

import io
import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from chalicelib.handlers.log import logger


class Log(io.StringIO):
    """The log's lines."""

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Each line as the object that it is."""
        return [json.loads(line) for line in self.getvalue().splitlines()]

    def forget(self) -> None:
        """Begin again."""
        self.seek(0)
        self.truncate()


@contextmanager
def written() -> Iterator[Log]:
    """The log of this process; it does not reach the output of the tests."""
    log = Log()
    with ExitStack() as stack:
        for handler in logger().handlers:
            stack.enter_context(patch.object(handler, "stream", log))
        yield log
