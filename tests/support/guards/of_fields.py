"""Guards of fields: what a type does not let in."""

import ast
from collections.abc import Iterator

from tests.support.guards import writing
from tests.support.guards.guard import Found
from tests.support.guards.place import Module, called

TYPES = frozenset(("Field", "StringConstraints", "ConfigDict"))
TELLS = {
    "max_length": ("string_too_long", "too_long"),
    "min_length": ("string_too_short", "too_short"),
    "pattern": ("string_pattern_mismatch",),
    "ge": ("greater_than_equal",),
    "le": ("less_than_equal",),
    "gt": ("greater_than",),
    "lt": ("less_than",),
    "strict": ("string_type", "int_type", "bool_type", "float_type", "list_type", "dict_type"),
    "extra": ("extra_forbidden",),
}
_SAY_NOTHING = frozenset(("Field", "StringConstraints", "BeforeValidator", "WithJsonSchema", "PlainSerializer"))


def find(module: Module, node: ast.AST) -> Iterator[Found]:
    """What guards at this node, outside of functions."""
    if isinstance(node, ast.Call) and called(node) in TYPES and module.function(node) is None:
        yield from (_keyword(each) for each in node.keywords if each.arg in TELLS)
    elif isinstance(node, ast.Subscript) and getattr(node.value, "id", "") == "Annotated":
        assert isinstance(node.slice, ast.Tuple)
        yield from (_validator(each) for each in node.slice.elts[1:] if called(each) not in _SAY_NOTHING)


def tells(found: Found) -> tuple[str, ...]:
    """The kinds of error of a constraint; empty for a guard that is none."""
    if found.kind != "constraint":
        return ()
    return TELLS.get(found.node.arg or "", ()) if isinstance(found.node, ast.keyword) else ("facet", "value_error")


def _keyword(node: ast.keyword) -> Found:
    return Found("constraint", node, f"{node.arg}={ast.unparse(node.value)}", lambda _: [], lambda each, _: each)


def _validator(node: ast.expr) -> Found:
    # A text in its place is an annotation that says nothing.
    return Found("constraint", node, ast.unparse(node), writing.constant("taken away"), lambda each, _: each)
