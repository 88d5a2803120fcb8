"""Pieces of code that stand in the place of others."""

import ast
from typing import Any

from tests.support.guards.guard import Change, Found


def call(name: str, *arguments: Any) -> ast.Call:
    """A call of one of the functions of running.py; arguments are expressions or plain values."""
    given = [each if isinstance(each, ast.expr) else ast.Constant(each) for each in arguments]
    return ast.Call(ast.Name(f"_guards_{name}", ast.Load()), given, [])


def nothing(_: ast.AST) -> ast.AST:
    """Instead of a statement."""
    return ast.Pass()


def constant(value: Any) -> Change:
    """Instead of an expression."""
    return lambda _: ast.Constant(value)


def never(node: ast.AST) -> ast.AST:
    """An `if` that is not entered."""
    assert isinstance(node, ast.If)
    return ast.If(ast.Constant(value=False), node.body, node.orelse)


def statement(kind: str, node: ast.stmt, *, decided: bool) -> Found:
    """A statement that guards by what it does."""

    def marked(each: ast.AST, number: int) -> list[ast.stmt]:
        assert isinstance(each, ast.stmt)
        return [ast.Expr(call("hit" if decided else "passed", number)), each]

    return Found(kind, node, ast.unparse(node), nothing, marked)


def check(kind: str, node: ast.stmt) -> Found:
    """A statement that guards by what it raises."""

    def marked(each: ast.AST, number: int) -> list[ast.stmt]:
        assert isinstance(each, ast.stmt)
        again: list[ast.stmt] = [ast.Expr(call("hit", number)), ast.Raise()]
        caught = ast.Try([each], [ast.ExceptHandler(ast.Name("Exception", ast.Load()), None, again)], [], [])
        return [ast.Expr(call("passed", number)), caught]

    return Found(kind, node, ast.unparse(node), nothing, marked)


def branch(kind: str, node: ast.If) -> Found:
    """An `if` whose body leaves what follows undone."""

    def marked(each: ast.AST, number: int) -> ast.AST:
        assert isinstance(each, ast.If)
        return ast.If(each.test, [ast.Expr(call("hit", number)), *each.body], each.orelse)

    return Found(kind, node, f"if {ast.unparse(node.test)}", never, marked)


def truth(kind: str, node: ast.expr, *, without: bool) -> Found:
    """An expression that is true or false; without the guard it is always `without`."""

    def marked(each: ast.AST, number: int) -> ast.AST:
        return call("when", number, each, not without)

    return Found(kind, node, ast.unparse(node), constant(without), marked)


def keyword(kind: str, node: ast.keyword) -> Found:
    """An argument that is left out."""

    def marked(each: ast.AST, number: int) -> ast.AST:
        assert isinstance(each, ast.keyword)
        return ast.keyword(each.arg, call("passed", number, each.value))

    return Found(kind, node, f"{node.arg}={ast.unparse(node.value)}", lambda _: [], marked)
