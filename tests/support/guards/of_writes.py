"""Guards of what is written: conditions, what is refused when they fail, entries of audit and timeline."""

import ast
from collections.abc import Iterator

from tests.support.guards import writing
from tests.support.guards.guard import Found
from tests.support.guards.place import Module, called
from tests.support.guards.running import conjuncts

CONDITIONS = frozenset(("condition", "ConditionExpression", "FilterExpression", "filter"))
OF_FILES = frozenset(("IfNoneMatch", "IfMatch", "ClientRequestToken"))
WRITTEN = frozenset(("audit", "record", "remember"))


def find(module: Module, node: ast.AST) -> Iterator[Found]:
    """What guards at this node."""
    if isinstance(node, ast.keyword):
        yield from _keyword(module, node)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "check":
        if len(node.args) > 1 and "work" in ast.unparse(node.func.value):
            yield from _condition(module, node.args[1], "condition")
    elif isinstance(node, ast.Assign) and any(_names_condition(target) for target in node.targets):
        yield from _condition(module, node.value, "condition")
    elif isinstance(node, ast.Expr) and called(node.value) in WRITTEN:
        yield writing.statement("entry", node, decided=False)


def _names_condition(target: ast.expr) -> bool:
    if not isinstance(target, ast.Subscript) or not isinstance(target.slice, ast.Constant):
        return False
    return target.slice.value in ("ConditionExpression", "FilterExpression")


def _keyword(module: Module, node: ast.keyword) -> Iterator[Found]:
    if node.arg in OF_FILES:
        yield writing.keyword("condition", node)
    elif node.arg == "filter" and "/repos/" not in module.path:
        return
    elif node.arg in CONDITIONS and not (isinstance(node.value, ast.Constant) and node.value.value is None):
        yield from _condition(module, node.value, "hidden" if node.arg.lower().startswith("filter") else "condition")
    elif node.arg == "otherwise" and ast.unparse(node.value) != "again":
        yield _otherwise(node)


def _condition(module: Module, node: ast.expr, kind: str) -> Iterator[Found]:
    text = module.literal(node)
    parts = len(conjuncts(text)) if text else 1
    for part in range(parts) if parts > 1 else (-1,):
        yield _part(node, kind, part, text)


def _part(node: ast.expr, kind: str, part: int, text: str | None) -> Found:
    def without(each: ast.AST) -> ast.AST:
        return writing.call("always", each, part)

    def marked(each: ast.AST, number: int) -> ast.AST:
        return writing.call("condition", each, number)

    shown = ast.unparse(node)
    if part >= 0 and text:
        shown += f" / {conjuncts(text)[part]}"
    return Found(kind, node, shown, without, marked)


def _otherwise(node: ast.keyword) -> Found:
    def marked(each: ast.AST, number: int) -> ast.AST:
        assert isinstance(each, ast.keyword)
        return ast.keyword(each.arg, writing.call("refusing", number, each.value))

    return Found("otherwise", node, f"otherwise={ast.unparse(node.value)}", lambda _: [], marked)
