"""Guards of who sees and does what, of what is genuine, of text that must stay harmless, of how much there may be."""

import ast
import re
from collections.abc import Iterator

from tests.support.guards import writing
from tests.support.guards.guard import Found
from tests.support.guards.place import Module, called, last_name

_TRUE = frozenset(("is_id", "allows", "visible_to", "compare_digest"))
_HARMLESS = frozenset(("inert", "escape"))
_LIMIT = re.compile(r"_?MOST(_|$)")
_OF_TOKENS = frozenset(("algorithms", "issuer", "audience", "options"))


def find(module: Module, node: ast.AST) -> Iterator[Found]:
    """What guards at this node."""
    if isinstance(node, ast.Call):
        yield from _call(node)
    elif isinstance(node, ast.Compare):
        yield from _compare(node)
    elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
        yield from _name(module, node)


def _call(node: ast.Call) -> Iterator[Found]:
    name = called(node)
    if name in _TRUE:
        kind = {"is_id": "owner", "compare_digest": "signature"}.get(name, "role")
        yield writing.truth(kind, node, without=True)
    elif name == "isdisjoint" and "roles" in ast.unparse(node):
        yield writing.truth("role", node, without=False)
    elif name == "decode" and ast.unparse(node.func) == "jwt.decode":
        yield from (writing.keyword("signature", each) for each in node.keywords if each.arg in _OF_TOKENS)
    elif name == "verify" and ast.unparse(node.func).endswith(").verify"):
        yield writing.truth("signature", node, without=True)


def _compare(node: ast.Compare) -> Iterator[Found]:
    differs = isinstance(node.ops[0], ast.NotEq | ast.NotIn)
    if isinstance(node.ops[0], ast.NotEq | ast.Eq):
        if called(node.left) == "owner_of":
            yield writing.truth("owner", node, without=not differs)
    elif isinstance(node.ops[0], ast.In | ast.NotIn) and last_name(node.comparators[-1]) == "roles":
        yield writing.truth("role", node, without=not differs)


def _name(module: Module, node: ast.Name | ast.Attribute) -> Iterator[Found]:
    if last_name(node) in _HARMLESS and module.function(node) is not None and ast.unparse(node) != "re.escape":
        yield _harmless(node)
    elif isinstance(node, ast.Name) and _LIMIT.match(node.id) and _limits(module, node):
        yield _limit(node)


def _harmless(node: ast.Name | ast.Attribute) -> Found:
    return Found(
        "harmless",
        node,
        ast.unparse(node),
        lambda _: ast.Name("_guards_plain", ast.Load()),
        lambda each, number: writing.call("changed", number, each),
    )


def _limits(module: Module, node: ast.Name) -> bool:
    """Whether it cuts something off: not in a test that refuses, which is a guard itself, nor as the size of a page."""
    parent = module.parents[node]
    if module.function(node) is None or not isinstance(parent, ast.Slice | ast.Compare):
        return False
    around = next(each for each in module.ancestors(node) if isinstance(each, ast.stmt))
    return not (isinstance(around, ast.If) and isinstance(around.body[-1], ast.Raise | ast.Return | ast.Continue))


def _limit(node: ast.Name) -> Found:
    def marked(each: ast.AST, number: int) -> ast.AST:
        return writing.call("passed", number, each)

    return Found("limit", node, node.id, writing.constant(10**9), marked)
