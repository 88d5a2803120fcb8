"""Clients of boto3 that talk to an account in memory."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from botocore.client import BaseClient
from botocore.exceptions import ParamValidationError
from botocore.validate import ParamValidationDecorator, ParamValidator

from tests.support.memory.cloud import Cloud
from tests.support.memory.errors import Refusal

_entered = threading.Lock()
_validator = ParamValidator()


@contextmanager
def serving(cloud: Cloud) -> Iterator[Cloud]:
    """Let every client of this process talk to the account, those included that were made before.

    What stands in the way of calls (tests.support.faults, tests.support.race) is put in place inside it.

    Raises:
        RuntimeError: the process is served already.
    """
    if not _entered.acquire(blocking=False):
        raise RuntimeError("this process is served by an account in memory already")
    real = BaseClient._make_api_call

    def call(client: Any, operation: str, arguments: dict[str, Any]) -> Any:
        return _call(cloud, client, operation, arguments)

    BaseClient._make_api_call = call
    try:
        yield cloud
    finally:
        BaseClient._make_api_call = real
        _entered.release()


def _call(cloud: Cloud, client: Any, operation: str, arguments: dict[str, Any]) -> Any:
    if isinstance(client._serializer, ParamValidationDecorator):  # the client was not told to leave it out
        _validate(client, operation, arguments)
    listened = client.__dict__.get("listened")
    after = _told(client, operation, arguments) if listened else _to_nobody
    try:
        answer = cloud.call(client._service_model.service_name, operation, arguments)
    except Refusal as refusal:
        answer = refusal.response()
        error = client.exceptions.from_code(refusal.kind)(answer, operation)
    else:
        after(answer)
        return answer
    after(answer)
    raise error


def _to_nobody(_: dict[str, Any]) -> None:
    """Nobody listens to the calls of the client, as ever when no meter runs: telling takes as long as a call."""


def _told(client: Any, operation: str, arguments: dict[str, Any]) -> Callable[[dict[str, Any]], None]:
    """Tell those who listen what is asked; the answer is told with what this returns."""
    model = client._service_model.operation_model(operation)
    name, context = f"{client._service_model.service_name}.{operation}", dict[str, Any]()
    client.meta.events.emit(f"before-parameter-build.{name}", params=dict(arguments), model=model, context=context)

    def answered(answer: dict[str, Any]) -> None:
        client.meta.events.emit(f"after-call.{name}", http_response=None, parsed=answer, model=model, context=context)

    return answered


def _validate(client: Any, operation: str, arguments: dict[str, Any]) -> None:
    shape = client.meta.service_model.operation_model(operation).input_shape
    report = _validator.validate(arguments, shape) if shape is not None else None
    if report is not None and report.has_errors():
        raise ParamValidationError(report=report.generate_report())
