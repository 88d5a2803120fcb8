"""Modules with guards marked or taken away, and the import of them."""

import ast
import builtins
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import CodeType, ModuleType
from typing import Any

from tests.support.guards import running
from tests.support.guards.finding import ROOT, found_in, parsed, read
from tests.support.guards.guard import Found, Guard, digest
from tests.support.guards.place import Module

Edit = Callable[[ast.AST], Any]


class _Rewriter(ast.NodeTransformer):
    def __init__(self, edits: Mapping[ast.AST, Sequence[Edit]]) -> None:
        self._edits = edits

    def visit(self, node: ast.AST) -> Any:
        """What is inside comes first."""
        edits = self._edits.get(node, ())
        changed: Any = self.generic_visit(node)
        for edit in edits:
            changed = edit(changed) if isinstance(changed, ast.AST) else [*changed[:-1], *_listed(edit(changed[-1]))]
        for each in _listed(changed) if edits else ():
            ast.copy_location(each, node)
            ast.fix_missing_locations(each)
        return changed


def _listed(code: Any) -> list[Any]:
    return code if isinstance(code, list) else [code]


def _compiled(module: Module, edits: Mapping[ast.AST, Sequence[Edit]]) -> CodeType:
    tree = _Rewriter(edits).visit(module.tree)
    return compile(tree, str(ROOT / module.path), "exec", dont_inherit=True)


def without(guard: Guard) -> CodeType:
    """The code of the guard's module without the guard; once in a process, as it changes what was parsed.

    Raises:
        LookupError: there is no such guard (any more).
    """
    module, pairs = read(guard.path)
    for known, found in pairs:
        if known.id == guard.id:
            return _compiled(module, {found.node: [found.without]})
    raise LookupError(guard.id)


def marked(path: str, numbers: Mapping[str, int]) -> CodeType:
    """The code of a module whose guards tell when they come into play."""
    module = parsed(path)
    edits: dict[ast.AST, list[Edit]] = defaultdict(list)
    for guard, found in found_in(module):
        edits[found.node].append(partial(_mark, found, numbers[guard.id]))
    return _compiled(module, edits)


def _mark(found: Found, number: int, node: ast.AST) -> Any:
    return found.marked(node, number)


class Importer(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports modules of the application from other code."""

    def __init__(self, code_of: Callable[[str], CodeType | None]) -> None:
        self._code_of = code_of

    def find_spec(self, name: str, path: Any = None, target: ModuleType | None = None) -> Any:
        """A module of the application, if there is other code for it."""
        if name.partition(".")[0] not in ("app", "chalicelib"):
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or spec.origin is None or not spec.origin.startswith(str(ROOT)):
            return spec
        self._code = self._code_of(spec.origin.removeprefix(f"{ROOT}/"))
        if self._code is None:
            return spec
        return importlib.util.spec_from_file_location(
            name, spec.origin, loader=_Loader(self._code), submodule_search_locations=spec.submodule_search_locations
        )


class _Loader(importlib.abc.Loader):
    def __init__(self, code: CodeType) -> None:
        self._code = code

    def exec_module(self, module: ModuleType) -> None:
        """Run the code that was given."""
        exec(self._code, vars(module))  # noqa: S102 -- our own modules, with a guard marked or taken away


def install(code_of: Callable[[str], CodeType | None]) -> None:
    """Let modules that are imported from now on come from this code; None leaves one as it is."""
    helpers()
    sys.meta_path.insert(0, Importer(code_of))


def helpers() -> None:
    """What rewritten code calls."""
    for name, function in running.NAMES.items():
        setattr(builtins, name, function)


def state_of_the_code() -> str:
    """Changes when any module does."""
    from tests.support.guards.finding import paths

    return digest("".join((ROOT / path).read_text(encoding="utf-8") for path in paths()))
