"""The structured log: one JSON object a line, with the request id, without personal data."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger


@cache
def logger() -> "Logger":
    """The process's logger; service and level come from POWERTOOLS_SERVICE_NAME and LOG_LEVEL."""
    from aws_lambda_powertools import Logger  # noqa: PLC0415 -- loaded when the first line is written

    return Logger(service="facet")
