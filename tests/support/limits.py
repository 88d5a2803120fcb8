"""What the types of fields do not let in, as tests/unit/limits.json has it; `python -m tests.support.limits` writes it.

A limit is taken out of a type by one word, and then out of the API's document as well, by which other tests choose
what they send. So every limit stands a second time, in a file that a person reads when it changes.
"""

import ast
import importlib
import json
import pkgutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

from pydantic import AfterValidator, BaseModel, TypeAdapter

FILE = Path(__file__).parents[1] / "unit" / "limits.json"
SAID = frozenset(
    (
        *("maxLength", "minLength", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
        *("maxItems", "minItems", "maxProperties", "minProperties"),
    )
)
Limits = dict[str, Any]


def modules() -> list[str]:
    """Every module of the application."""
    import chalicelib

    return sorted(module.name for module in pkgutil.walk_packages(chalicelib.__path__, "chalicelib."))


def limits(name: str) -> dict[str, Limits]:
    """The limits of the models and types that a module defines: by their name, then by place."""
    module = importlib.import_module(name)
    found = {each: _of(getattr(module, each)) for each in _defined(module) if hasattr(module, each)}
    return {each: said for each, said in found.items() if said}


def _defined(module: ModuleType) -> Iterator[str]:
    """What is named at the top of a module, and not imported."""
    for node in ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def _of(value: Any) -> Limits:
    if hasattr(value, "__metadata__"):
        return dict(_said(TypeAdapter(value).json_schema(), "")) | _checks(value, "/checks")
    if not (isinstance(value, type) and issubclass(value, BaseModel)):
        return {}
    said = {} if value.__name__ == "Model" else dict(_said(_own(value.model_json_schema()), ""))
    for name, field in value.model_fields.items():
        said |= _checks([*field.metadata, field.annotation], f"/properties/{name}/checks")
    return {"/strict": value.model_config.get("strict"), "/extra": value.model_config.get("extra")} | said


def _own(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A schema without those that it refers to: they stand for themselves."""
    return {name: part for name, part in schema.items() if name != "$defs"}


def _checks(value: Any, place: str) -> Limits:
    found = [check.func.__qualname__ for check in _validators(value)]
    return {place: found} if found else {}


def _validators(value: Any) -> Iterator[AfterValidator]:
    if isinstance(value, AfterValidator):
        yield value
    for inner in value if isinstance(value, list) else get_args(value):
        yield from _validators(inner)


def _said(part: Any, place: str) -> Iterator[tuple[str, Any]]:
    for name, inner in dict(enumerate(part) if isinstance(part, list) else part).items():
        if name in SAID and not isinstance(inner, dict):
            yield f"{place}/{name}", inner
        elif isinstance(inner, dict | list) and name not in ("default", "examples", "example", "enum", "required"):
            yield from _said(
                [each for each in inner if isinstance(each, dict)] if isinstance(inner, list) else inner,
                f"{place}/{name}",
            )


def every() -> dict[str, dict[str, Limits]]:
    """The limits of all modules that have some."""
    found = {name: limits(name) for name in modules()}
    return {name: said for name, said in found.items() if said}


if __name__ == "__main__":
    sys.path.insert(0, str(Path.cwd()))
    lines = []
    for module, types in every().items():
        inner = ",\n".join(
            f"  {json.dumps(name)}: {json.dumps(said, ensure_ascii=False)}" for name, said in types.items()
        )
        lines.append(f"{json.dumps(module)}: {{\n{inner}\n}}")
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
