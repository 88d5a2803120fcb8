"""Query parameters: texts from the URL, checked as strictly as bodies."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, get_origin

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from chalicelib.domain.errors import FieldError, Invalid
from chalicelib.domain.fields import Model, wrong
from chalicelib.handlers.problem import from_validation

_WHOLE = re.compile(r"[0-9]{1,9}", re.ASCII)


def whole_number(value: Any) -> Any:
    """A number in digits; what is no text stays as it is."""
    if isinstance(value, str):
        if not _WHOLE.fullmatch(value):
            raise wrong("must be a whole number")
        return int(value)
    return value


def _true_or_false(value: Any) -> Any:
    if isinstance(value, str):
        if value not in ("true", "false"):
            raise wrong("must be true or false")
        return value == "true"
    return value


Limit = Annotated[int, Field(ge=1, le=100), BeforeValidator(whole_number)]
Flag = Annotated[bool, BeforeValidator(_true_or_false)]


class NoParameters(Model):
    """A route without query parameters."""


class Paging(Model):
    """How long a page is, and where it begins."""

    limit: Limit = 25
    cursor: Annotated[str, Field(max_length=2000)] | None = None

    @classmethod
    def grouped(cls, said: dict[str, Any]) -> dict[str, Any]:
        """The parameters, with those together that make up one member; plain ones stay as they are."""
        return said


def read(model: type[BaseModel], sent: Mapping[str, Sequence[str]]) -> Any:
    """The parameters as the model has them.

    Raises:
        Invalid: one is unknown, given twice though it is no list, or not acceptable.
    """
    twice = [name for name, values in sent.items() if len(values) > 1 and not _is_list(model, name)]
    if twice:
        raise Invalid(
            "A parameter is given twice.", errors=[FieldError(f"/{name}", "is given twice") for name in twice]
        )
    said: dict[str, Any] = {name: list(values) if _is_list(model, name) else values[0] for name, values in sent.items()}
    if issubclass(model, Paging):
        said = model.grouped(said)
    try:
        return model.model_validate(said)
    except ValidationError as refusal:
        errors = refusal.errors(include_url=False, include_input=False)
        raise from_validation(errors, said, unknown="is not a parameter of this route") from None


def _is_list(model: type[BaseModel], name: str) -> bool:
    """Whether the parameter is given once for each member."""
    member = model.model_fields.get(name)
    return member is not None and get_origin(member.annotation) is list
