"""Hears which guards decide where the guards cannot say so themselves: failed conditions, fields, roles."""

import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from tests.support.guards import of_routes
from tests.support.guards.finding import guards
from tests.support.guards.running import HITS

_by_error: dict[str, list[tuple[str, int]]] = defaultdict(list)
_by_route: dict[str, int] = {}
_attached: set[str] = set()


def listen(names: Sequence[str]) -> None:
    """Hear what fields refuse."""
    for number, name in enumerate(names):
        if guards()[name].kind == "route":
            _by_route[guards()[name].tells[0]] = number
            continue
        for error in guards()[name].tells:
            _by_error[error].append((name.split("::")[1].rpartition(".")[2], number))
    for owner, method in ((TypeAdapter, "validate_python"), (TypeAdapter, "validate_json")):
        setattr(owner, method, _heard(getattr(owner, method)))
    plain = BaseModel.model_validate.__func__  # type: ignore[attr-defined]  # a class method has it
    BaseModel.model_validate = classmethod(_heard(plain))  # type: ignore[method-assign, assignment]  # put back by nobody: the process ends


def _heard(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def call(*given: Any, **named: Any) -> Any:
        __tracebackhide__ = True
        try:
            return function(*given, **named)
        except ValidationError as refusal:
            _note(refusal)
            raise

    return call


def _note(refusal: ValidationError) -> None:
    for error in refusal.errors(include_url=False, include_context=False, include_input=False):
        places = {str(each) for each in error["loc"]}
        for target, number in _by_error[error["type"]]:
            (HITS.decided if target in places else HITS.passed).add(number)


def attach() -> None:
    """Hear which conditions fail and who is refused, as soon as the application is imported."""
    module = sys.modules.get("chalicelib.repos.transaction")
    if module is None or "chalicelib.handlers.serve" not in sys.modules or _attached:
        return
    _attached.add("attached")
    of_routes.listen(_by_route, HITS.decided)
    plain = module.Transaction._reason

    def reason(work: Any, cancelled: Any) -> Exception:
        _failed(work, cancelled)
        found: Exception = plain(work, cancelled)
        return found

    module.Transaction._reason = reason


def _failed(work: Any, cancelled: Any) -> None:
    for operation, reason in zip(work._operations, cancelled.response.get("CancellationReasons", []), strict=False):
        if reason.get("Code") == "ConditionalCheckFailed":
            ((_, body),) = operation.items()
            HITS.decided.update(getattr(body.get("ConditionExpression"), "numbers", ()))
