"""Refusals as application/problem+json (RFC 9457)."""

from typing import Any

from chalicelib.domain.errors import DomainError, FieldError, Invalid, MethodNotAllowed, Unavailable

PROBLEM_TYPE = "application/problem+json"
MOST_ERRORS = 50
MOST_SAID = 3
RETRY_SECONDS = "2"
NO_OBJECT = frozenset(("model_type", "dict_type"))  # pydantic's own words would name our classes


def body_of(error: DomainError) -> dict[str, Any]:
    """The problem document."""
    problem: dict[str, Any] = {
        "type": "about:blank",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "code": error.code,
    }
    if error.errors:
        problem["errors"] = [{"pointer": e.pointer, "detail": e.detail} for e in error.errors]
    if error.conflict_id:
        problem["conflict"] = {"id": error.conflict_id}
    return problem


def headers_of(error: DomainError) -> dict[str, str]:
    """Headers that the status asks for."""
    headers = {"Content-Type": PROBLEM_TYPE}
    if isinstance(error, MethodNotAllowed):
        headers["Allow"] = ", ".join(error.allowed)
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, Unavailable):
        headers["Retry-After"] = RETRY_SECONDS
    return headers


def from_validation(errors: list[Any], sent: Any = None, unknown: str = "is not a field of this resource") -> Invalid:
    """The refusal for pydantic's list of errors; nothing that was sent is repeated. `unknown` is said of unknown names.

    `sent` tells places of what was sent from pydantic's own names for the choices of a union.
    """
    fields = [FieldError(_pointer(_place(error, sent)), _detail(error, unknown)) for error in errors[:MOST_ERRORS]]
    said = "; ".join(f"{field.pointer or 'the body'} {field.detail}" for field in fields[:MOST_SAID])
    return Invalid(f"Not acceptable: {said}.", errors=fields)


def _place(error: Any, sent: Any) -> tuple[Any, ...]:
    if sent is None:
        return tuple(error["loc"])
    found: list[Any] = []
    for step in error["loc"]:
        inside = sent.keys() if isinstance(sent, dict) else range(len(sent)) if isinstance(sent, list | tuple) else ()
        if step in inside:
            found.append(step)
            sent = sent[step]
    return (*found, error["loc"][-1]) if error["type"] == "missing" else tuple(found)


def _pointer(location: tuple[Any, ...]) -> str:
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in location)
    return "".join(f"/{step}" for step in steps)


def _detail(error: Any, unknown: str) -> str:
    if error["type"] == "extra_forbidden":
        return unknown
    if error["type"] == "missing":
        return "is required"
    if error["type"] in NO_OBJECT:
        return "must be a JSON object"
    message = str(error["msg"])
    return message[:1].lower() + message[1:]
