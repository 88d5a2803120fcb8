"""Conditions and filters: read once, then asked of any item."""

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any, NamedTuple

from tests.support.memory.dynamodb.tokens import Tokens
from tests.support.memory.dynamodb.values import Typed, begins, holds, ordered, same

Attributes = Mapping[str, Any]
Test = Callable[[Attributes, Attributes], bool]
Operand = Callable[[Attributes, Attributes], "Typed | None"]
Names = tuple[tuple[str, str], ...]
_BELOW, _AT, _ABOVE = -1, 0, 1
_ORDERS = {"<": (_BELOW,), "<=": (_BELOW, _AT), ">": (_ABOVE,), ">=": (_AT, _ABOVE)}
_FUNCTIONS = ("ATTRIBUTE_EXISTS", "ATTRIBUTE_NOT_EXISTS", "BEGINS_WITH", "CONTAINS")


class Condition(NamedTuple):
    """A condition of (item, values), and what it uses of the names and values."""

    holds: Test
    names: frozenset[str]
    values: frozenset[str]


@lru_cache(maxsize=4096)
def condition(kind: str, expression: str, names: Names) -> Condition:
    """The condition of this text.

    Raises:
        Refusal: it is none.
    """
    tokens = Tokens(kind, expression, dict(names))
    test = _either(tokens)
    tokens.end()
    return Condition(test, frozenset(tokens.used_names), frozenset(tokens.used_values))


def _either(tokens: Tokens) -> Test:
    tests = [_both(tokens)]
    while tokens.take_if("OR"):
        tests.append(_both(tokens))
    return tests[0] if len(tests) == 1 else lambda item, values: any(test(item, values) for test in tests)


def _both(tokens: Tokens) -> Test:
    tests = [_negated(tokens)]
    while tokens.take_if("AND"):
        tests.append(_negated(tokens))
    return tests[0] if len(tests) == 1 else lambda item, values: all(test(item, values) for test in tests)


def _negated(tokens: Tokens) -> Test:
    if tokens.take_if("NOT"):
        inner = _negated(tokens)
        return lambda item, values: not inner(item, values)
    if tokens.take_if("("):
        inner = _either(tokens)
        tokens.need(")")
        return inner
    function = tokens.take_if(*_FUNCTIONS)
    return _called(tokens, function) if function else _compared(tokens)


def _called(tokens: Tokens, function: str) -> Test:
    tokens.need("(")
    place = attribute(tokens.path())
    if function.startswith("ATTRIBUTE_"):
        tokens.need(")")
        if function == "ATTRIBUTE_EXISTS":
            return lambda item, values: place(item, values) is not None
        return lambda item, values: place(item, values) is None
    tokens.need(",")
    part, answer = operand(tokens), begins if function == "BEGINS_WITH" else holds
    tokens.need(")")
    return lambda item, values: answer(place(item, values), part(item, values))


def _compared(tokens: Tokens) -> Test:
    left = operand(tokens)
    if tokens.take_if("BETWEEN"):
        low = operand(tokens)
        tokens.need("AND")
        return _within(left, low, operand(tokens))
    sign = tokens.take()
    if sign == "=":
        right = operand(tokens)
        return lambda item, values: same(left(item, values), right(item, values))
    if sign not in _ORDERS:
        raise NotImplementedError(f"{sign!r} in a condition")
    right, accepted = operand(tokens), _ORDERS[sign]
    return lambda item, values: ordered(left(item, values), right(item, values)) in accepted


def _within(place: Operand, low: Operand, high: Operand) -> Test:
    def test(item: Attributes, values: Attributes) -> bool:
        found = place(item, values)
        below, above = ordered(low(item, values), found), ordered(found, high(item, values))
        return below in (_BELOW, _AT) and above in (_BELOW, _AT)

    return test


def operand(tokens: Tokens) -> Operand:
    """A value or an attribute."""
    if tokens.next.startswith(":"):
        return partial(_value, tokens.value())
    return attribute(tokens.path())


def attribute(path: tuple[str, ...]) -> Operand:
    """What lies at a path of an item; None when nothing does."""
    if len(path) == 1:
        return partial(_top, path[0])
    return partial(_below, path)


def _value(name: str, _: Attributes, values: Attributes) -> Typed | None:
    found: Typed = values[name]
    return found


def _top(name: str, item: Attributes, _: Attributes) -> Typed | None:
    return item.get(name)


def _below(path: tuple[str, ...], item: Attributes, _: Attributes) -> Typed | None:
    found: Typed | None = {"M": item}
    for name in path:
        found = (found or {}).get("M", {}).get(name)
    return found
