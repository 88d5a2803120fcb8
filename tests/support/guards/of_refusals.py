"""Guards that refuse: what is raised, what is looked at before, and what leaves the rest undone."""

import ast
import re
from collections.abc import Iterator

from tests.support.guards import writing
from tests.support.guards.guard import Found
from tests.support.guards.place import Function, Module, called

_CHECKS = re.compile(r"_?(check|refuse|require|ensure|unique|authorize|verify)(_|$)")
_NOT_OURS = frozenset(("NotImplementedError", "AssertionError"))
# Where to do nothing is what protects: nobody is written to, told, or given anything twice.
CAREFUL = re.compile(
    r"domain/(consents|messages|suppressions|sweeps|relaying|jobs|devices|duplicates/review|permissions)"
    r"|(visible|links|sending|sender|sweep_\w+|provider_events|inbound_texts|unsubscribe|relay|relaying|worker|jobs_worker"
    r"|outreach|idempotency|digest|reach|sns_signature|tokens|sign_in|claims)\.py$"
)


def find(module: Module, node: ast.AST) -> Iterator[Found]:
    """What guards at this node."""
    if isinstance(node, ast.Raise) and node.exc is not None and called(node.exc) not in _NOT_OURS:
        yield writing.statement("refusal", node, decided=True)
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and _CHECKS.match(called(node.value)):
        yield writing.check("check", node)
    elif isinstance(node, ast.If):
        yield from _branch(module, node)
    elif isinstance(node, ast.Return) and node.value is not None and _is_predicate(module, node):
        yield from _clauses(node.value, ast.And, without=True)
    elif isinstance(node, ast.comprehension) and CAREFUL.search(module.path):
        yield from (writing.truth("skip", each, without=True) for each in node.ifs)


def _branch(module: Module, node: ast.If) -> Iterator[Found]:
    last = node.body[-1]
    refuses = isinstance(last, ast.Raise)
    skips = bool(CAREFUL.search(module.path)) and _leaves_undone(last) and not _asks_for_something(node.test)
    if skips:
        yield writing.branch("skip", node)
    if refuses or skips:
        yield from _clauses(node.test, ast.Or, without=False)
        if isinstance(node.test, ast.UnaryOp) and isinstance(node.test.op, ast.Not):
            yield from _clauses(node.test.operand, ast.And, without=True)


def _leaves_undone(last: ast.stmt) -> bool:
    if isinstance(last, ast.Return):
        return last.value is None or isinstance(last.value, ast.Constant | ast.Call | ast.Tuple)
    return isinstance(last, ast.Continue)


def _asks_for_something(test: ast.expr) -> bool:
    """Whether it is only about a value that is empty or of another type: what comes after could not do anything."""
    if isinstance(test, ast.UnaryOp):
        test = test.operand
    if isinstance(test, ast.Compare) and isinstance(test.comparators[0], ast.Constant):
        return test.comparators[0].value is None
    return isinstance(test, ast.Name | ast.Attribute) or called(test) == "isinstance"


def _clauses(test: ast.expr, of: type[ast.boolop], *, without: bool) -> Iterator[Found]:
    """Each part of a test that can refuse by itself."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, of):
        parts = [each for each in test.values if not _asks_for_something(each)]
        yield from (writing.truth("clause", each, without=without) for each in parts)


def _is_predicate(module: Module, node: ast.AST) -> bool:
    if not CAREFUL.search(module.path):
        return False
    nearest = next((each for each in module.ancestors(node) if isinstance(each, Function)), None)
    return nearest is not None and nearest.returns is not None and ast.unparse(nearest.returns) == "bool"
