"""Takes a guard away in this process: in the functions that live, or by importing the application anew."""

import gc
import sys
from collections import defaultdict
from collections.abc import Iterator
from types import CodeType, FunctionType, ModuleType

from tests.support.guards import of_routes, rewriting
from tests.support.guards.finding import ROOT
from tests.support.guards.guard import Guard

_OURS = ("app", "chalicelib", "tests")
_STAY = ("tests", "tests.support", "tests.support.guards")


class NotHere(Exception):
    """The guard is not in a function that lives, or one that cannot be exchanged: it takes a new import."""


Living = dict[tuple[str, str, int], list[FunctionType]]


def living() -> Living:
    """The functions of the application that live now, by the file, the name and the line of their code."""
    found: Living = defaultdict(list)
    for each in gc.get_objects():
        if isinstance(each, FunctionType) and each.__code__.co_filename.startswith(str(ROOT)):
            found[each.__code__.co_filename, *_name(each.__code__)].append(each)
    return found


def in_place(guard: Guard, alive: Living) -> None:
    """Exchange the code of the functions that the guard is in.

    Raises:
        NotHere: that is not possible.
    """
    if guard.kind == "route":
        of_routes.open_to_all(guard.tells[0])
        return
    rewriting.helpers()
    changed = 0
    for code in _functions(rewriting.without(guard)):
        for function in alive.get((str(ROOT / guard.path), *_name(code)), ()):
            if code.co_freevars != function.__code__.co_freevars:
                raise NotHere(guard.id)
            changed += not _same(code, function.__code__)
            function.__code__ = code
    if not changed:
        raise NotHere(guard.id)


def _name(code: CodeType) -> tuple[str, int]:
    return code.co_qualname, code.co_firstlineno


def _same(one: CodeType, other: CodeType) -> bool:
    return (one.co_code, one.co_names, one.co_consts) == (other.co_code, other.co_names, other.co_consts)


def _functions(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _functions(constant)


def beside(guard: Guard) -> None:
    """Run the guard's module once more; only who asks for it from now on finds it without the guard."""
    rewriting.helpers()
    name = guard.path.removesuffix(".py").replace("/", ".")
    module = ModuleType(name)
    module.__file__ = str(ROOT / guard.path)
    sys.modules[name] = module
    exec(rewriting.without(guard), vars(module))  # noqa: S102 -- our own module, with a guard taken away


def anew(guard: Guard) -> None:
    """Forget the application and its tests: what is imported from now on has no such guard."""
    for name in list(sys.modules):
        if name.partition(".")[0] in _OURS and name not in _STAY and not name.startswith("tests.support.guards."):
            del sys.modules[name]
    code = rewriting.without(guard)
    rewriting.install(lambda path: code if path == guard.path else None)
