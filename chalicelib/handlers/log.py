"""The structured log: one JSON object a line, with the request id, without personal data."""

import traceback
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger


@cache
def logger() -> "Logger":
    """The process's logger; service and level come from POWERTOOLS_SERVICE_NAME and LOG_LEVEL."""
    from aws_lambda_powertools import Logger  # noqa: PLC0415 -- loaded when the first line is written

    return Logger(service="facet")


def defect_facts(defect: BaseException) -> dict[str, str]:
    """What a log says of an exception: its kind and where it came from, not its message, which may quote a person."""
    return {"defect": type(defect).__name__, "stack": "".join(traceback.format_tb(defect.__traceback__))}
