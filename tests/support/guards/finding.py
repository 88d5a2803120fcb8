"""The guards of the application, read from its code."""

import ast
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.support.guards import of_access, of_fields, of_refusals, of_routes, of_writes
from tests.support.guards.guard import ROOTS, Found, Guard, digest, name_of
from tests.support.guards.place import Module

ROOT = Path(__file__).parents[3]
_RULES = (of_writes.find, of_refusals.find, of_fields.find, of_access.find, of_routes.find)
_SAY_NOTHING = (ast.Constant, ast.arg, ast.arguments, ast.alias, ast.Tuple, ast.FunctionDef)


def paths() -> Iterator[str]:
    """The modules that are looked at, relative to the project."""
    for root in ROOTS:
        found = [ROOT / root] if root.endswith(".py") else sorted((ROOT / root).rglob("*.py"))
        yield from (str(path.relative_to(ROOT)) for path in found)


def parsed(path: str) -> Module:
    """A module, parsed anew."""
    return Module(path, ast.parse((ROOT / path).read_text(encoding="utf-8"), path))


def found_in(module: Module) -> list[tuple[Guard, Found]]:
    """The guards of a module, in the order of the code."""
    seen: Counter[str] = Counter()
    nodes = [node for node in module.parents if not isinstance(node, _SAY_NOTHING)]
    every = [found for node in nodes for rule in _RULES for found in rule(module, node)]
    guards = []
    for found in every:
        name = name_of(module.path, module.where(found.node), found)
        seen[name] += 1
        guards.append((_guard(module, found, name if seen[name] == 1 else f"{name} #{seen[name]}"), found))
    return guards


def _guard(module: Module, found: Found, name: str) -> Guard:
    function = module.function(found.node)
    around = module.text_of(module.around(found.node))
    line = getattr(found.node, "lineno", 0) or getattr(getattr(found.node, "value", None), "lineno", 0)
    inside = function is not None or found.kind == "route"
    tells = (f"{module.path}::{module.where(found.node)}",) if found.kind == "route" else of_fields.tells(found)
    return Guard(name, found.kind, module.path, line, digest(around), inside, tells)


@cache
def read(path: str) -> tuple[Module, list[tuple[Guard, Found]]]:
    """A module with its guards. Who changes its tree must not ask again: a process that was forked for it."""
    module = parsed(path)
    return module, found_in(module)


@cache
def guards() -> dict[str, Guard]:
    """Every guard, by its name."""
    return {guard.id: guard for path in paths() for guard, _ in read(path)[1]}
