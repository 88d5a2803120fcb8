"""Guards of routes: the permission that each declares."""

import ast
import sys
from collections.abc import Iterator
from typing import Any

from tests.support.guards.guard import Found
from tests.support.guards.place import Function, Module

_METHODS = frozenset(("GET", "POST", "PUT", "PATCH", "DELETE"))


def find(module: Module, node: ast.AST) -> Iterator[Found]:
    """The route that is declared at this node, unless it is open to all."""
    if not isinstance(node, ast.Call) or "/handlers/" not in module.path or len(node.args) < 4:
        return
    declared = [each.value if isinstance(each, ast.Constant) else "" for each in (node.args[0], node.args[2])]
    parent = module.parents[node]
    if isinstance(parent, Function) and node in parent.decorator_list and declared[0] in _METHODS and declared[1]:
        yield Found("route", node.args[2], str(declared[1]), lambda each: each, lambda each, _: each)


def routes() -> dict[str, str]:
    """The routes of the application, by the module and the name of the view: `chalicelib/handlers/notes.py::add`."""
    endpoints: Any = sys.modules["chalicelib.handlers.endpoint"].ENDPOINTS
    return {
        f"{each.view.__module__.replace('.', '/')}.py::{each.view.__name__}": route for route, each in endpoints.items()
    }


def open_to_all(view: str) -> None:
    """From now on nobody is refused at this view's route for lack of the permission."""
    serve: Any = sys.modules["chalicelib.handlers.serve"]
    authorize, route = serve.authorize, routes()[view]

    def unless_it(permission: str, at: str, call: Any) -> None:
        if at != route:
            authorize(permission, at, call)

    serve.authorize = unless_it


def listen(views: dict[str, int], decided: set[int]) -> None:
    """Hear at which routes somebody is refused."""
    serve: Any = sys.modules["chalicelib.handlers.serve"]
    authorize = serve.authorize

    def heard(permission: str, at: str, call: Any) -> None:
        try:
            authorize(permission, at, call)
        except Exception:
            decided.update(views[view] for view, route in routes().items() if route == at)
            raise

    serve.authorize = heard
